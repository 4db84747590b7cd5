"""A request that came by telephone, by letter, at the office or by LINE, as it is taken down."""

import uuid
from datetime import date, datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consulting import casework
from consulting.files import FilesField
from consulting.models import AdvisoryRequest
from consulting.request_forms import question_field
from lopburi_pr.calendar_fields import DayField, HourField
from lopburi_pr.thai_calendar import BANGKOK
from office.models import Province
from office.models.places import HOME_PROVINCE

Channel = AdvisoryRequest.Channel


class DeskForm(forms.ModelForm):
    """A request that came by telephone, by letter, at the office or by LINE."""

    channel = forms.ChoiceField(
        label=_("How did it come?"),
        choices=[each for each in Channel.choices if each[0] != Channel.WEB],
        widget=forms.RadioSelect,
    )
    letter_on = DayField(
        label=_("Date of the letter"), required=False, help_text=_("For example 24/11/2569")
    )
    received_on = DayField(label=_("Received on"), help_text=_("From here on the time counts."))
    received_hour = HourField(label=_("At what time"), help_text=_("For example 10:05"))
    wanted_by = DayField(label=_("Wanted by"), required=False)
    files = FilesField(label=_("Files"), required=False)
    sending = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = AdvisoryRequest
        fields = (
            *("subject", "detail", "wanted_by", "agency", "agency_kind", "province", "district"),
            *("contact", "position", "phone", "email", "letter_number", "letter_on", "may_publish"),
        )
        widgets = {"detail": forms.Textarea(attrs={"rows": 5})}
        help_texts = {"may_publish": _("Without names of people or agencies.")}

    GROUPS = (
        (
            _("How and when did it come?"),
            ("channel", "letter_number", "letter_on", "received_on", "received_hour"),
        ),
        (_("What is it about?"), ("subject", "detail", "wanted_by")),
        (
            _("Who asks?"),
            (
                *("agency", "agency_kind", "province", "district"),
                *("contact", "position", "phone", "email"),
            ),
        ),
        (_("Files and consent"), ("files", "may_publish")),
    )

    def __init__(self, *args, topic, **kwargs):
        self.topic = topic
        now = timezone.now().astimezone(BANGKOK)
        begins = {"received_on": now.date(), "received_hour": f"{now:%H:%M}"}
        begins |= {"sending": uuid.uuid4()}
        begins["province"] = Province.objects.filter(code=HOME_PROVINCE).first()
        super().__init__(*args, initial=begins, **kwargs)
        self.asked = topic.questions
        for question in self.asked.questions if self.asked else ():
            self.fields[f"q-{question['key']}"] = question_field(question)

    @property
    def groups(self):
        """``(title, fields)`` in the order of the page; what the topic asks comes third."""
        told = [(title, [self[name] for name in names]) for title, names in self.GROUPS]
        if questions := [self[name] for name in self.fields if name.startswith("q-")]:
            told.insert(2, (_("What the topic asks"), questions))
        return told

    def clean(self):
        given = super().clean()
        if given.get("channel") == Channel.LETTER and not given.get("letter_number"):
            self.add_error("letter_number", _("Write the number of the letter."))
        if given.get("letter_on") and given["letter_on"] > timezone.localdate():
            self.add_error("letter_on", _("This day has not come yet."))
        if "received_on" in given and "received_hour" in given:
            self._check_moment(given)
        return given

    def _check_moment(self, given):
        at = datetime.combine(given["received_on"], given["received_hour"], BANGKOK)
        if at > timezone.now():
            self.add_error("received_hour", _("This moment has not come yet."))
        elif at < timezone.now() - timedelta(days=366):
            self.add_error("received_on", _("That is more than a year ago."))
        given["received_at"] = at

    def save(self, *, by) -> AdvisoryRequest:
        """Receive it. Raises ValidationError for what casework refuses."""
        given = {name: self.cleaned_data[name] for name in (*self.Meta.fields, "channel")}
        answers = {
            name.removeprefix("q-"): value.isoformat() if isinstance(value, date) else value
            for name, value in self.cleaned_data.items()
            if name.startswith("q-") and value not in (None, "", [])
        }
        return casework.receive(
            key=self.cleaned_data["sending"],
            received_at=self.cleaned_data["received_at"],
            topic=self.topic,
            answers=answers,
            files=self.cleaned_data["files"],
            by=by,
            language="th",
            **given,
        )
