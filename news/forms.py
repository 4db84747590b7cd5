"""The editor's form: the text of an edition and, beside it, what its article is about."""

from functools import partial

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import OuterRef, Subquery
from django.forms.models import fields_for_model
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from lopburi_pr.calendar_fields import DayField, MomentField
from lopburi_pr.rich_text import RichTextField
from lopburi_pr.thai_speech import spoken_form
from lopburi_pr.thai_text import normalise
from news import indexing, loudspeaker
from news.models import Article, Edition, Tag

ARTICLE_FIELDS = (
    *("kind", "topic", "language", "translation_of", "districts", "provinces", "issues", "tags"),
    "is_pinned",
)


class ScriptInput(forms.Textarea):
    """A loudspeaker script, and below it how long it takes and what to mend."""

    budget = Edition.Budget.LONG

    def render(self, name, value, attrs=None, renderer=None):
        field = super().render(name, value, attrs, renderer)
        return format_html(
            '<div class="script-input">{}{}</div>', field, script_notes(value, self.budget)
        )


def script_notes(text, budget):
    """Both may be what somebody sent by hand."""
    text = (text or "")[: Edition._meta.get_field("spoken").max_length]
    known = {str(choice): choice for choice in Edition.Budget.values}
    budget = known.get(str(budget), Edition.Budget.LONG)
    return render_to_string("admin/news/script_notes.html", loudspeaker.report(text, budget))


class EditionForm(forms.ModelForm):
    """One form for both rows, because an editor writes one piece of news."""

    # What a published article is about changes for readers at once, without an approval.
    may_publish = True

    body = RichTextField(label=_("body"), required=False)
    publish_at = MomentField(
        label=_("publish at"),
        required=False,
        help_text=_("For “Schedule”: day as 24/11/2569 or 2026-11-24, and hour as 14:30."),
    )

    class Meta:
        model = Edition
        fields = (
            *("title", "must_know", "lead", "body", "event_on", "event_place", "presided_by"),
            *("source_agency", "source_url", "expires_at", "spoken", "spoken_budget"),
        )
        field_classes = {"source_url": partial(forms.URLField, assume_scheme="https")}
        widgets = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField", "data-count": 80}),
            "must_know": forms.Textarea(attrs={"rows": 3, "data-count": 250}),
            "lead": forms.Textarea(attrs={"rows": 4, "data-count": 500}),
            "spoken": ScriptInput(
                attrs={"rows": 8, "data-script": reverse_lazy("news:check-script")}
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        article = self.instance.article if self.instance.article_id else Article()
        for name, field in article_form_fields().items():
            self.fields[name] = field
            if article.pk:
                self.initial.setdefault(name, _initial(getattr(article, name)))
        if article.number:
            # The number and the sibling in the other language hang on these two.
            fixed = ("language", "translation_of") if self.may_publish else ARTICLE_FIELDS
            for name in fixed:
                self.fields[name].disabled = True
        if "spoken" in self.fields:  # not where it is only read
            self.fields["spoken_budget"].required = False
            self.fields["spoken"].widget.budget = self["spoken_budget"].value()

    def clean_tags(self):
        """Tags as they are stored, so that one typed differently is found again."""
        if self.fields["tags"].disabled:
            return []
        tags = [normalise(tag).strip() for tag in self.cleaned_data["tags"]]
        longest = Tag._meta.get_field("name").max_length
        if any(len(tag) > longest for tag in tags):
            raise forms.ValidationError(
                _("A tag has at most %(letters)s letters. Separate tags with commas."),
                "too_long",
                {"letters": longest},
            )
        return [tag for tag in dict.fromkeys(tags) if tag]

    def clean_spoken_budget(self):
        return self.cleaned_data["spoken_budget"] or Edition.Budget.LONG

    def clean(self):
        cleaned = super().clean()
        original = cleaned.get("translation_of")
        if original and original.language == cleaned.get("language"):
            self.add_error("translation_of", _("A translation is in the other language."))
        if cleaned.get("spoken") and cleaned.get("language") == Article.Language.ENGLISH:
            self.add_error("spoken", _("Loudspeakers speak Thai: write it in the Thai article."))
        return cleaned

    def save_article(self, by):
        """Write the article's row; its subject and places are saved by ``save_subjects``."""
        article = self.instance.article if self.instance.article_id else Article(created_by=by)
        for name in ("kind", "topic", "language", "translation_of", "is_pinned"):
            setattr(article, name, self.cleaned_data[name])
        article.save()
        return article

    def save_subjects(self):
        article = self.instance.article
        for name in ("districts", "provinces", "issues", "tags"):
            if not self.fields[name].disabled:
                getattr(article, name).set(self.cleaned_data[name])
        indexing.index(article.editions.values_list("pk", flat=True))


class ScriptForm(forms.Form):
    """What the editor's form asks about a script that is not saved yet."""

    spoken = Edition._meta.get_field("spoken").formfield()
    spoken_budget = forms.TypedChoiceField(choices=Edition.Budget.choices, coerce=int)
    title = forms.CharField(required=False, max_length=300)
    must_know = forms.CharField(required=False, max_length=600)
    lead = forms.CharField(required=False, max_length=1500)

    def answer(self):
        """The notes below the script, and the script in words; a first one when it is blank."""
        asked = dict(self.cleaned_data)
        spoken, budget = asked.pop("spoken"), asked.pop("spoken_budget")
        return {
            "notes": script_notes(spoken, budget),
            "proposal": spoken_form(spoken) if spoken else loudspeaker.draft(**asked),
        }


class BulletinForm(forms.Form):
    """Which day's bulletin; today's when none is given."""

    day = DayField(label=_("Another day"), help_text=_("For example 24/11/2569"))


def article_form_fields():
    """Fresh form fields of the article, with the admin's autocomplete for places and relations."""
    fields = fields_for_model(Article, ARTICLE_FIELDS)
    for name in ("districts", "provinces", "issues"):
        field = Article._meta.get_field(name)
        fields[name].widget = AutocompleteSelectMultiple(field, admin.site)
        fields[name].widget.choices = fields[name].choices
    fields["translation_of"].queryset = named_articles()
    field = Article._meta.get_field("translation_of")
    fields["translation_of"].widget = AutocompleteSelect(field, admin.site)
    fields["translation_of"].widget.choices = fields["translation_of"].choices
    return fields


def named_articles():
    """Articles with the headline of their latest version, by which people know them."""
    latest = Edition.objects.filter(article=OuterRef("pk")).order_by("-version")
    return Article.objects.annotate(headline=Subquery(latest.values("title")[:1])).order_by("-pk")


def _initial(value):
    if hasattr(value, "all"):
        return list(value.all())
    return value.pk if hasattr(value, "pk") else value
