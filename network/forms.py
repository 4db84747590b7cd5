"""What people of the network type: joining step by step, their own facts, and answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lopburi_pr.human_form import HumanForm
from network import joining, notice, proposing
from network.models import Application, Means, Membership, Organization, Person
from office.models import District, Subdistrict
from office.models.identity import phone_number
from office.models.places import HOME_PROVINCE

_CHOICES = forms.CheckboxSelectMultiple


class Step(forms.Form):
    """One page of the application; ``answers`` holds what the pages before it gave."""

    def __init__(self, *args, answers, **kwargs):
        super().__init__(*args, **kwargs)
        self.answers = answers
        self.is_personal = answers.get("kind") in Membership.PERSONAL


class KindStep(Step):
    title = _("What kind of member do you want to be?")

    kind = forms.ChoiceField(
        label=_("Kind of member"),
        choices=Membership.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )


class WhoStep(Step):
    title = _("Who are you?")

    organization_name = forms.CharField(label=_("Name of the organisation"), max_length=200)
    organization_kind = forms.ChoiceField(
        label=_("Kind of organisation"), choices=[("", "–"), *Organization.Kind.choices]
    )
    name = forms.CharField(
        label=_("Your full name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    position = forms.CharField(label=_("Your position"), max_length=120, required=False)
    phone = forms.CharField(
        label=_("Your telephone number"),
        max_length=20,
        validators=[phone_number],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_(
            "You get the answer there too. Without one, the page of your application says it."
        ),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_personal:
            for name in ("organization_name", "organization_kind", "position"):
                del self.fields[name]
        else:
            self.fields["email"].help_text = _(
                "With it you can sign in once you are a member, by a code that we send."
            )


class DistrictsStep(Step):
    title = _("Where do you carry the news?")

    districts = forms.ModelMultipleChoiceField(
        District.objects.filter(province__code=HOME_PROVINCE),
        label=_("Districts"),
        widget=_CHOICES,
        error_messages={"required": _("Choose at least one district.")},
    )


class AreaStep(Step):
    title = _("Your places, and how you carry the news")

    subdistricts = forms.ModelMultipleChoiceField(
        Subdistrict.objects.filter(district__province__code=HOME_PROVINCE),
        label=_("Subdistricts"),
        widget=_CHOICES,
        error_messages={"required": _("Choose at least one subdistrict.")},
    )
    village = forms.CharField(
        label=_("Village"),
        help_text=_("For example Moo 4, Ban Pom."),
        max_length=120,
        required=False,
    )
    means = forms.MultipleChoiceField(
        label=_("How do you carry the news?"),
        choices=Means,
        widget=_CHOICES,
        error_messages={"required": _("Choose at least one way.")},
    )
    about = forms.CharField(
        label=_("What else should we know?"),
        help_text=_("Your experience, equipment, times of broadcast."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.districts = list(self.answers.get("districts", ()))
        field = self.fields["subdistricts"]
        rows = field.queryset.filter(district__in=self.districts).select_related("district")
        grouped = {district.pk: (district.name, []) for district in self.districts}
        for row in rows:
            grouped[row.district_id][1].append((row.pk, row.name))
        field.widget.choices = list(grouped.values())
        if not self.is_personal:
            field.required = False
            field.help_text = _("Leave them empty if you serve the whole district.")
            del self.fields["village"]

    def clean_subdistricts(self):
        # Those chosen before the districts were changed are dropped, not complained about.
        chosen = self.cleaned_data["subdistricts"].filter(district__in=self.districts)
        if not chosen and self.fields["subdistricts"].required:
            raise forms.ValidationError(_("Choose at least one subdistrict."))
        return chosen


class ConsentStep(Step):
    title = _("Your data and your consent")

    is_listed = forms.BooleanField(
        label=_("Show the organisation in the public directory"),
        help_text=_("Its name, kind, places and how it carries the news; no telephone, no person."),
        required=False,
    )
    consent = forms.BooleanField(
        label=_("I have read this and agree"),
        error_messages={"required": _("Without your consent we can't keep the application.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_personal:
            del self.fields["is_listed"]


class Journey:
    """The application as far as it has come: nothing of it is stored before it is sent.

    Every page carries the answers of all others in hidden fields, so it needs neither a session
    nor a script. ``step`` names the page to show, ``form`` its form; ``check`` is the last one.
    """

    STEPS = {
        "kind": KindStep,
        "who": WhoStep,
        "districts": DistrictsStep,
        "area": AreaStep,
        "consent": ConsentStep,
    }
    CHECK = "check"

    def __init__(self, data):
        self.data, self.answers, self.forms = data, {}, {}
        self.step = self.CHECK
        for name, step in self.STEPS.items():
            form = self.forms[name] = step(data, answers=dict(self.answers))
            if not form.is_valid():
                self.step = name
                break
            self.answers |= form.cleaned_data
        posted, wanted = data.get("step", ""), data.get("go", "")
        self.is_sent = posted == self.step == self.CHECK and wanted == ""
        if wanted in self.forms:
            self.step = wanted
        if self.step == self.CHECK:
            self.form = SendForm(data if self.is_sent else None)
        elif wanted == self.step or not self._is_answered(posted):
            self.form = self._unbound()
        else:
            self.form = self.forms[self.step]

    def _is_answered(self, posted):
        return posted == self.step or any(
            name in self.data for name in self.STEPS[self.step].base_fields
        )

    def _unbound(self):
        """The page with what was typed there before, and no complaint yet."""
        step = self.STEPS[self.step]
        form = step(answers=self.forms[self.step].answers)
        for name, field in form.fields.items():
            if name in self.data:
                is_many = isinstance(field.widget, _CHOICES)
                typed = self.data.getlist(name) if is_many else self.data[name]
                form.initial[name] = typed
        return form

    @property
    def place(self) -> tuple[int, int]:
        """Which page this is, of how many."""
        return [*self.STEPS, self.CHECK].index(self.step) + 1, len(self.STEPS) + 1

    @property
    def back(self) -> str:
        """The step before this one; blank on the first."""
        steps = [*self.STEPS, self.CHECK]
        at = steps.index(self.step)
        return steps[at - 1] if at else ""

    @property
    def carried(self):
        """Names and values of the answers that are not on this page."""
        here = set() if self.step == self.CHECK else set(self.form.fields)
        known = {name for step in self.STEPS.values() for name in step.base_fields} - here
        return [
            (name, value)
            for name in sorted(known & set(self.data))
            for value in self.data.getlist(name)
        ]

    @property
    def summary(self):
        """``(step, [(label, text)])`` of everything that will be sent."""
        return [
            (name, [(bound.label, self._told(bound)) for bound in form])
            for name, form in self.forms.items()
        ]

    def _told(self, bound):
        value = self.answers.get(bound.name)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if hasattr(bound.field, "queryset"):
            return ", ".join(map(str, value))
        if isinstance(value, list):
            return ", ".join(str(Means(each).label) for each in value)
        return dict(getattr(bound.field, "choices", ())).get(value, value) or "–"

    def send(self) -> str:
        """Hand it in; the address of its own page."""
        given = dict(self.answers)
        places = {name: given.pop(name) for name in ("districts", "subdistricts")}
        given.pop("consent")
        application = Application(**given, consent_text=notice.text())
        token = joining.apply(application, **places)
        return application.address(token)


class SendForm(HumanForm):
    """The last page: everything is there, and no machine sends it."""

    title = _("Check your answers")


class ReplyForm(forms.Form):
    """The applicant's answer to a question of the office."""

    reply = forms.CharField(
        label=_("Your answer"), max_length=1000, widget=forms.Textarea(attrs={"rows": 5})
    )


class OwnForm(forms.ModelForm):
    """What people may change about themselves; see ``network.proposing.AT_ONCE``."""

    means = forms.MultipleChoiceField(
        label=_("How do you carry the news?"), choices=Means, widget=_CHOICES, required=False
    )

    class Meta:
        model = Person
        fields = ("phone", "email", "visibility", "name", "village", "subdistricts", "means")
        labels = {
            "phone": _("Your telephone number"),
            "email": _("Your e-mail address"),
            "name": _("Your full name"),
            "visibility": _("Who may see your name and contact?"),
        }
        widgets = {"subdistricts": _CHOICES, "visibility": forms.RadioSelect}
        help_texts = {"visibility": notice.SHOWING}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["visibility"].choices = Person.Visibility.choices
        if self.instance.organization_id:
            for name in ("village", "subdistricts", "means"):
                del self.fields[name]
            return
        known = self.instance.subdistricts.values("district")
        rows = Subdistrict.objects.filter(district__province__code=HOME_PROVINCE)
        self.fields["subdistricts"].queryset = rows.filter(district__in=known) if known else rows

    def _post_clean(self):
        """Values are checked against the person only when they are applied: nothing is set here."""

    def change(self):
        """Apply what holds at once and propose the rest; the proposal that waits, or None."""
        person = Person.objects.get(pk=self.instance.pk)
        changes = {name: _plain(self.cleaned_data[name]) for name in self.fields}
        return proposing.change(person, changes, consent_text=str(notice.SHOWING))


class OrganizationForm(forms.ModelForm):
    """What a partner may propose about their organisation."""

    website = forms.URLField(
        label=_("website"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    means = forms.MultipleChoiceField(
        label=_("How does it carry the news?"), choices=Means, widget=_CHOICES, required=False
    )
    shown_fields = forms.MultipleChoiceField(
        label=_("What may the directory show?"),
        choices=Organization.Shown,
        widget=_CHOICES,
        required=False,
    )

    class Meta:
        model = Organization
        fields = ("name_th", "name_en", "address", "phone", "email", "website")
        fields += ("districts", "means", "shown_fields")
        widgets = {"districts": _CHOICES, "address": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = District.objects.filter(province__code=HOME_PROVINCE)
        own = self.instance.districts.all()
        self.fields["districts"].queryset = (rows | District.objects.filter(pk__in=own)).distinct()

    def _post_clean(self):
        """See OwnForm."""

    def propose(self, *, by_person):
        """Lay it before the office; the proposal that waits, or None when nothing differs."""
        organization = Organization.objects.get(pk=self.instance.pk)
        changes = {name: _plain(self.cleaned_data[name]) for name in self.fields}
        return proposing.propose(organization, changes, by_person=by_person)


def _plain(value):
    """A cleaned value as ``proposing.value_of`` spells it."""
    if hasattr(value, "values_list"):
        return sorted(value.values_list("pk", flat=True))
    return sorted(value) if isinstance(value, list) else value
