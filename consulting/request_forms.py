"""What agencies type when they ask for advice, page by page."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from consulting import drafts
from consulting.models import AdvisoryRequest, Topic
from lopburi_pr.calendar_fields import DayField
from lopburi_pr.human_form import HumanForm
from lopburi_pr.templatetags.thai import day_long
from lopburi_pr.text_fields import FILL_IN, EmailField, NumberField, Words
from lopburi_pr.thai_text import normalise, to_arabic_digits
from network.models import Organization
from office.models import Province
from office.models.identity import phone_number
from office.models.places import HOME_PROVINCE

CHOOSE = _("Choose one of the list.")
UNFINISHED_LETTERS = 10_000  # of one field, as long as it is not valid


class PhoneField(Words):
    """A telephone number, in Arabic digits."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})

    def __init__(self, **kwargs):
        super().__init__(max_length=20, validators=[phone_number], **kwargs)

    def to_python(self, value):
        return to_arabic_digits(super().to_python(value))


def _area(rows):
    return forms.Textarea(attrs={"rows": rows})


class TopicField(forms.ModelChoiceField):
    """Topics as radio buttons, each with what it is about."""

    def label_from_instance(self, topic):
        about = (topic.guidance.splitlines() or [""])[0]
        if not about:
            return format_html("<b>{}</b>", topic.name)
        return format_html(
            '<span><b>{}</b><br><span class="field__hint">{}</span></span>', topic.name, about
        )


class TopicForm(HumanForm):
    topic = TopicField(
        Topic.objects.none(),
        label=_("Choose what comes nearest"),
        to_field_name="key",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": CHOOSE},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = Topic.objects.offered()


class Page(forms.Form):
    """One page of a draft: begins with what was typed there before, valid or not."""

    name = ""

    def begin_with(self, draft):
        """Show what was typed here before; what is Thai on an English page says so."""
        self.initial = self._begun(draft)
        for name, value in self.initial.items():
            if isinstance(self.fields[name].widget, forms.Textarea) and has_thai(str(value)):
                self.fields[name].widget.attrs["lang"] = "th"

    def _begun(self, draft):
        unfinished = draft.typed.get("unfinished", {}).get(self.name)
        if unfinished is not None:
            return {
                name: typed if _takes_many(self.fields[name]) else typed[-1]
                for name, typed in unfinished.items()
                if name in self.fields and typed
            }
        kept = draft.typed.get(self.name, {})
        return {name: self._shown(name, value) for name, value in self._kept(kept).items()}

    def _kept(self, kept):
        return kept

    def _shown(self, name, value):
        is_day = isinstance(self.fields.get(name), DayField)
        return written_day(value) if is_day and value else value

    def raw(self) -> dict:
        """What was typed, as far as it can be stored."""
        return {
            name: [
                normalise(typed[: UNFINISHED_LETTERS * 2])[:UNFINISHED_LETTERS]
                for typed in self.data.getlist(name)[:50]
            ]
            for name in self.fields
            if name in self.data
        }

    def answers(self) -> dict:
        """The valid answers, as JSON keeps them."""
        return {name: _plain(value) for name, value in self.cleaned_data.items()}

    def told(self):
        """``(field, label, text)`` of everything that was answered here."""
        for bound in self:
            text = self._told(bound)
            if text:
                yield bound, bound.label, text

    def _told(self, bound):
        value, field = self.initial.get(bound.name), bound.field
        if value in (None, "", []):
            return ""
        if isinstance(field, forms.MultipleChoiceField):
            names = dict(field.choices)
            return ", ".join(str(names.get(each, each)) for each in value)
        if isinstance(field, forms.ChoiceField):
            return str(_flat(field.choices).get(value, value))
        if isinstance(field, NumberField) and isinstance(value, int):
            return f"{value:,}"
        return str(value)


class QuestionPage(Page):
    name = "question"
    title = _("Your question")

    subject = Words(
        label=_("What is it about, in one line?"),
        help_text=_("For example: a campaign against dengue fever in the fresh market."),
        max_length=AdvisoryRequest._meta.get_field("subject").max_length,
        said=_("Write in a few words what it is about."),
    )
    detail = Words(
        label=_("Tell us more"),
        help_text=_("What you want to reach, what you have already, where you are stuck."),
        max_length=AdvisoryRequest._meta.get_field("detail").max_length,
        widget=_area(6),
        said=_("Tell us a little more, so that we can advise you well."),
    )
    wanted_by = DayField(
        label=_("By when do you need it?"),
        help_text=_("For example 24/12/2569. Leave it empty if there is no hurry."),
        required=False,
    )

    def __init__(self, *args, draft, topic, **kwargs):
        super().__init__(*args, **kwargs)
        self.question_set = topic.questions
        self.questions = self.question_set.questions if self.question_set else []
        wanted_by = self.fields.pop("wanted_by")
        for question in self.questions:
            self.fields[f"q-{question['key']}"] = question_field(question)
        self.fields["wanted_by"] = wanted_by
        self.begin_with(draft)

    def _kept(self, kept):
        own = {name: kept.get(name) for name in ("subject", "detail", "wanted_by")}
        given = {f"q-{key}": value for key, value in kept.get("answers", {}).items()}
        return own | {name: value for name, value in given.items() if name in self.fields}

    def clean_wanted_by(self):
        wanted_by = self.cleaned_data["wanted_by"]
        if wanted_by and wanted_by < timezone.localdate():
            raise ValidationError(_("This day is past."))
        return wanted_by

    def answers(self):
        given = super().answers()
        return {
            "subject": given["subject"],
            "detail": given["detail"],
            "wanted_by": given["wanted_by"],
            "question_set": self.question_set.pk if self.question_set else None,
            "answers": {each["key"]: given[f"q-{each['key']}"] for each in self.questions},
        }


class WhoPage(Page):
    name = "who"
    title = _("Who are you?")

    agency = Words(
        label=_("Your agency or group"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        said=_("Write the name of your agency, community or group."),
    )
    agency_kind = forms.ChoiceField(
        label=_("Kind of organisation"),
        choices=[("", "–"), *Organization.Kind.choices],
        required=False,
        error_messages={"invalid_choice": CHOOSE},
    )
    place = forms.ChoiceField(
        label=_("Where are you?"),
        error_messages={
            "required": _("Choose your district, or your province."),
            "invalid_choice": CHOOSE,
        },
    )
    contact = Words(
        label=_("Your full name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        said=_("Write your name, so that we know whom to answer."),
    )
    position = Words(label=_("Your position"), max_length=120, required=False)
    phone = PhoneField(
        label=_("Your telephone number"),
        help_text=_("A telephone number or an e-mail address: at least one of them."),
        required=False,
    )
    email = EmailField(
        label=_("Your e-mail address"),
        help_text=_("We send you your number and every answer there."),
        required=False,
    )
    letter_number = Words(
        label=_("Number of your letter"),
        help_text=_("If your agency sends us an official letter."),
        max_length=60,
        required=False,
    )
    letter_on = DayField(
        label=_("Date of the letter"), help_text=_("For example 24/12/2569."), required=False
    )

    def __init__(self, *args, draft, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = _places()
        self.begin_with(draft)

    def clean(self):
        cleaned = super().clean()
        is_wrong = self.errors.get("phone") or self.errors.get("email")
        if not (cleaned.get("phone") or cleaned.get("email") or is_wrong):
            self.add_error("phone", _("Write a telephone number or an e-mail address."))
        letter_on = cleaned.get("letter_on")
        if letter_on and letter_on > timezone.localdate():
            self.add_error("letter_on", _("This day is still to come."))
        return cleaned


class SendForm(HumanForm):
    may_publish = forms.BooleanField(
        label=_("The office may teach others with the answer"),
        help_text=_(
            "Without names of people or agencies. If you leave it empty, we advise you just the"
            " same."
        ),
        required=False,
    )

    def answers(self) -> dict:
        return {"may_publish": self.cleaned_data["may_publish"]}


def question_field(question):
    """The field of one question of a topic."""
    is_required, choices = question.get("required", False), _choices_of(question)
    asked = {
        "label": drafts.in_words(question),
        "help_text": drafts.in_words(question, "hint"),
        "required": is_required,
    }
    choose = {"required": _("Choose one."), "invalid_choice": CHOOSE}
    match question["kind"]:
        case "long":
            return Words(max_length=2000, widget=_area(4), **asked)
        case "number":
            number = forms.TextInput(attrs={"inputmode": "numeric"})
            return NumberField(max_length=20, widget=number, **asked)
        case "day":
            asked["help_text"] = asked["help_text"] or _("For example 24/12/2569.")
            return DayField(error_messages={"required": FILL_IN}, **asked)
        case "choice":
            widget = forms.RadioSelect
            return forms.ChoiceField(choices=choices, widget=widget, error_messages=choose, **asked)
        case "many":
            choose["required"] = _("Choose at least one.")
            widget = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(
                choices=choices, widget=widget, error_messages=choose, **asked
            )
        case _text:
            return Words(max_length=500, **asked)


def _choices_of(question):
    return [(each["key"], drafts.in_words(each)) for each in question.get("choices", ())]


def _places():
    """Districts under their provinces, the office's own province first; and elsewhere."""
    provinces = Province.objects.prefetch_related("districts").order_by("sort_key")
    groups = [("", _("Choose your district"))]
    for province in sorted(provinces, key=lambda province: province.code != HOME_PROVINCE):
        whole = _("The whole province of %(province)s") % {"province": province.name}
        own = [
            (f"district:{district.code}", district.name) for district in province.districts.all()
        ]
        groups.append((province.name, [*own, (f"province:{province.code}", whole)]))
    return [*groups, ("elsewhere:", _("Another province"))]


def _flat(choices):
    found = {}
    for value, name in choices:
        found |= dict(name) if isinstance(name, list | tuple) else {value: name}
    return found


def has_thai(text):
    return any("\u0e00" <= letter <= "\u0e7f" for letter in text)


def _takes_many(field):
    return isinstance(field, forms.MultipleChoiceField)


def _plain(value):
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else value


def written_day(iso):
    """A stored day as the fields take it and the page shows it."""
    return day_long(drafts.day_of(iso))
