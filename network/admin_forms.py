"""What the office types about the network."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.calendar_fields import DayField, MomentField
from network import joining, leaving, merging, personal_links, proposing
from network.models import (
    Application,
    ChangeProposal,
    Means,
    Membership,
    Organization,
    Person,
    PersonalLink,
)

_CHOICES = forms.CheckboxSelectMultiple


class TableForm(forms.Form):
    file = forms.FileField(
        label=_("Table"),
        help_text=_("CSV (UTF-8) or XLSX, at most 2 MB and 2,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )


class OrganizationForm(forms.ModelForm):
    website = forms.URLField(
        label=_("website"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    means = forms.MultipleChoiceField(
        label=_("how it carries the news"), choices=Means, widget=_CHOICES, required=False
    )
    shown_fields = forms.MultipleChoiceField(
        label=_("what the directory shows"),
        choices=Organization.Shown,
        widget=_CHOICES,
        required=False,
        help_text=_("Name, kind and places always; of the rest only what is ticked."),
    )

    class Meta:
        model = Organization
        fields = ("website", "means", "shown_fields", "review_by", "closed_on")
        field_classes = {"review_by": DayField, "closed_on": DayField}


class PersonForm(forms.ModelForm):
    means = forms.MultipleChoiceField(
        label=_("how they carry the news"), choices=Means, widget=_CHOICES, required=False
    )

    class Meta:
        model = Person
        fields = ("means", "review_by", "left_on", "consented_at")
        field_classes = {
            "review_by": DayField,
            "left_on": DayField,
            "consented_at": MomentField,
        }


class MergeForm(forms.Form):
    """Which organisation stands for another from now on."""

    into = forms.ModelChoiceField(Organization.objects.at_work(), label=_("Merge it into"))

    def __init__(self, *args, organization, **kwargs):
        super().__init__(*args, **kwargs)
        self.organization = organization
        field = self.fields["into"]
        field.queryset = field.queryset.exclude(pk=organization.pk)
        field.widget = AutocompleteSelect(
            Organization._meta.get_field("merged_into"), admin.site, choices=field.choices
        )

    def save(self, *, by):
        """Merge it; False when that is refused, and the form says why."""
        try:
            merging.merge(self.organization, into=self.cleaned_data["into"], by=by)
        except ValidationError as refused:
            self.add_error(None, refused.messages)
            return False
        return True


class ForgetForm(forms.Form):
    """Why somebody is forgotten, and that it is really them."""

    reason = forms.ChoiceField(
        label=_("Why?"), choices=leaving.Reason, widget=forms.RadioSelect(), initial="asked"
    )
    is_sure = forms.BooleanField(
        label=_("I have made sure who asks, and that the data are to go for good."),
        error_messages={"required": _("Confirm that you made sure.")},
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def save(self, *, by):
        """Forget them; False when that is refused, and the form says why."""
        try:
            leaving.forget(self.person, by=by, reason=self.cleaned_data["reason"])
        except ValidationError as refused:
            self.add_error(None, refused.messages)
            return False
        return True


class LinkForm(forms.Form):
    """A personal link: what for, and how long it holds."""

    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=PersonalLink.Purpose, initial=PersonalLink.Purpose.DESK
    )
    days = forms.IntegerField(
        label=_("Valid for how many days?"),
        min_value=1,
        max_value=personal_links.DAYS_AT_MOST,
        initial=personal_links.DAYS,
    )


class DecisionForm(forms.ModelForm):
    """What becomes of an application; ``party`` says for whom it stands already."""

    outcome = forms.ChoiceField(
        label=_("decision"),
        choices=[
            (Application.State.APPROVED, _("Approve: becomes a member")),
            (Application.State.ASKED, _("Ask the applicant for more")),
            (Application.State.REJECTED, _("Reject")),
        ],
        widget=forms.RadioSelect,
    )
    party = forms.ChoiceField(
        label=_("Is it somebody we know?"), widget=forms.RadioSelect, required=False
    )
    until = DayField(
        label=_("Member until"), required=False, help_text=_("Empty: as long as it lasts.")
    )

    class Meta:
        model = Application
        fields = ("answer",)
        help_texts = {"answer": _("The applicant reads it: the question, or the reason.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "party" not in self.fields:  # decided already: the form only shows
            return
        self.alike = {str(row.pk): row for row in joining.alike(self.instance)}
        named = [(key, f"{row} · {row.phone or '–'}") for key, row in self.alike.items()]
        self.fields["party"].choices = [("", _("No: a new row")), *named]

    def clean(self):
        cleaned = super().clean()
        party = self.alike.get(cleaned.get("party", ""))
        cleaned["party"] = party
        # The instance of the form bears the typed answer already, the stored one its state.
        if found := joining.obstacles(
            self.instance, cleaned.get("outcome", ""), cleaned.get("answer", ""), party
        ):
            raise ValidationError(found)
        return cleaned


class ProposalForm(forms.ModelForm):
    """Accept a proposed change, or reject it for a reason."""

    outcome = forms.ChoiceField(
        label=_("decision"),
        choices=[
            (ChangeProposal.State.ACCEPTED, _("Accept: the change holds")),
            (ChangeProposal.State.REJECTED, _("Reject: all stays as it is")),
        ],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = ChangeProposal
        fields = ("reason",)
        help_texts = {"reason": _("Only when it is rejected. Its author reads it.")}

    def clean(self):
        cleaned = super().clean()
        outcome, reason = cleaned.get("outcome"), cleaned.get("reason", "")
        if outcome == ChangeProposal.State.ACCEPTED:
            if found := proposing.obstacles(self.instance):
                raise ValidationError(found)
        elif outcome and not reason.strip():
            raise ValidationError(_("Say why, in words its author understands."))
        return cleaned


class MembershipForm(forms.ModelForm):
    """Begin a membership, or move its last day; a reason ends it."""

    class Meta:
        model = Membership
        fields = ("person", "organization", "kind", "start_on", "end_on", "ended_reason")
        field_classes = {"start_on": DayField, "end_on": DayField}

    def clean(self):
        cleaned = super().clean()
        party = cleaned.get("person") or cleaned.get("organization")
        if not self.instance.pk and party and joining.is_member(party, cleaned.get("kind", "")):
            already = _("%(name)s is such a member already: renew it.")
            raise ValidationError(already % {"name": party})
        until, reason = cleaned.get("end_on"), cleaned.get("ended_reason")
        if until and until < timezone.localdate() and not reason and "end_on" in self.changed_data:
            self.add_error("end_on", _("Choose a day that is still to come."))
        return cleaned
