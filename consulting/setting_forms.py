"""What the head sets: topics, what they ask, and how soon the office replies."""

from itertools import count

from django import forms
from django.db import transaction
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.translation import gettext_lazy as _

from consulting.models import QuestionSet, ServiceStandard, Topic
from office import audit


class TopicForm(forms.ModelForm):
    class Meta:
        model = Topic
        fields = (
            *("name_th", "name_en", "key", "guidance_th", "guidance_en"),
            *("is_crisis", "order", "is_offered"),
        )
        widgets = {
            "guidance_th": forms.Textarea(attrs={"rows": 4}),
            "guidance_en": forms.Textarea(attrs={"rows": 4}),
        }


class StandardForm(forms.ModelForm):
    """A new promise for one lane; the earlier ones stay with what came under them."""

    class Meta:
        model = ServiceStandard
        fields = ("lane", "first_reply", "answer", "unit")

    def save(self, commit=True):
        latest = ServiceStandard.objects.now_for(self.cleaned_data["lane"])
        self.instance.version = latest.version + 1 if latest else 1
        return super().save(commit)


KIND_LABELS = {
    "text": _("One line"),
    "long": _("Several lines"),
    "number": _("A number"),
    "day": _("A day"),
    "choice": _("One of several"),
    "many": _("Some of several"),
}
WITH_CHOICES = ("choice", "many")


class QuestionForm(forms.Form):
    """One question. Its key stays with it from version to version, so answers can be compared."""

    key = forms.SlugField(widget=forms.HiddenInput, max_length=30, required=False)
    place = forms.IntegerField(
        label=_("Order on the page"), min_value=1, max_value=99, required=False
    )
    th = forms.CharField(label=_("Question (Thai)"), max_length=200)
    en = forms.CharField(label=_("Question (English)"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Answered by"), choices=[*KIND_LABELS.items()])
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    hint_th = forms.CharField(label=_("Hint (Thai)"), max_length=300, required=False)
    hint_en = forms.CharField(label=_("Hint (English)"), max_length=300, required=False)
    choices = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("Choices"),
        help_text=_("One a line: Thai | English. Only for the two kinds of several."),
        max_length=2000,
        required=False,
    )

    def clean(self):
        given = super().clean()
        lines = [line for line in given.get("choices", "").splitlines() if line.strip()]
        if given.get("kind") in WITH_CHOICES and len(lines) < 2:
            self.add_error("choices", _("Write at least two choices, one a line."))
        elif given.get("kind") not in WITH_CHOICES and lines:
            self.add_error(
                "choices", _("This kind has no choices. Empty them, or change the kind.")
            )
        return given

    def question(self, key, before):
        """As ``QuestionSet`` keeps it; ``before`` is the same question of the former version."""
        given = self.cleaned_data
        made = {"key": key, "kind": given["kind"], "th": given["th"], "en": given["en"]}
        made |= {name: given[name] for name in ("hint_th", "hint_en") if given[name]}
        if given["required"]:
            made["required"] = True
        if given["kind"] in WITH_CHOICES:
            made["choices"] = _choices(given["choices"], before.get("choices", []))
        return made


def _choices(text, before):
    """Choices with the keys they had; new ones get the next free number."""
    known = {each["th"]: each["key"] for each in before}
    lines = [line.partition("|") for line in text.splitlines() if line.strip()]
    taken, found = set(known.values()), []
    for thai, _bar, english in lines:
        key = known.get(thai.strip()) or _free("c", taken)
        taken.add(key)
        found.append({"key": key, "th": thai.strip(), "en": english.strip()})
    return found


def _free(letter, taken):
    return next(key for n in count(1) if (key := f"{letter}{n}") not in taken)


class QuestionsFormSet(
    forms.formset_factory(QuestionForm, extra=2, can_delete=True, max_num=20, validate_max=True)
):
    """All questions of a topic, as a new version of what it asks."""

    def __init__(self, *args, topic, **kwargs):
        self.topic = topic
        self.before = list(topic.questions.questions) if topic.questions else []
        begins = [
            each
            | {
                "place": n,
                "choices": "\n".join(
                    f"{choice['th']} | {choice.get('en', '')}" for choice in each.get("choices", ())
                ),
            }
            for n, each in enumerate(self.before, 1)
        ]
        super().__init__(*args, initial=begins, prefix="q", **kwargs)

    def save(self, *, by) -> QuestionSet:
        """The new version. What came before it keeps the version it answered."""
        kept = [
            form
            for form in self.forms
            if form.cleaned_data.get("th") and not form.cleaned_data.get(DELETION_FIELD_NAME)
        ]
        kept.sort(key=lambda form: form.cleaned_data["place"] or 100)
        before = {each["key"]: each for each in self.before}
        taken, questions = set(before), []
        for form in kept:
            key = form.cleaned_data["key"]
            if key not in before:
                key = _free("q", taken)
                taken.add(key)
            questions.append(form.question(key, before.get(key, {})))
        with transaction.atomic():
            topic = Topic.objects.select_for_update().get(pk=self.topic.pk)
            latest = topic.questions
            version = latest.version + 1 if latest else 1
            made = QuestionSet.objects.create(topic=topic, version=version, questions=questions)
            audit.record(topic, "change", by=by, note=str(made))
        return made
