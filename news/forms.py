"""The editor's form: the text of an edition and, beside it, what its article is about."""

from functools import partial

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import OuterRef, Subquery
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from lopburi_pr.calendar_fields import MomentField
from lopburi_pr.rich_text import RichTextField
from lopburi_pr.thai_text import normalise
from news import indexing
from news.fingerprints import SURE, letters
from news.models import Article, Edition, Tag
from news.verifying import Wanted

LONGEST_PASTE = 10_000  # LINE's own limit of a message

ARTICLE_FIELDS = (
    *("kind", "topic", "language", "translation_of", "districts", "provinces", "issues", "tags"),
    "is_pinned",
)


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
            *("source_agency", "source_url", "expires_at"),
        )
        field_classes = {"source_url": partial(forms.URLField, assume_scheme="https")}
        widgets = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField", "data-count": 80}),
            "must_know": forms.Textarea(attrs={"rows": 3, "data-count": 250}),
            "lead": forms.Textarea(attrs={"rows": 4, "data-count": 500}),
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

    def clean(self):
        cleaned = super().clean()
        original = cleaned.get("translation_of")
        if original and original.language == cleaned.get("language"):
            self.add_error("translation_of", _("A translation is in the other language."))
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


class PasteForm(forms.Form):
    """A text that a reader got from somebody, to be compared with the register."""

    text = forms.CharField(
        label=_("The text you got"),
        help_text=_("Press and hold in this field, then choose “Paste”. Nothing of it is kept."),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Paste the text first.")},
    )

    def clean_text(self):
        text = self.cleaned_data["text"]
        if len(text) > LONGEST_PASTE:
            raise forms.ValidationError(
                _("This text is longer than 10,000 letters. Paste a part of it."), "too_long"
            )
        if len(letters(text)) < SURE:
            raise forms.ValidationError(
                _("This is too short to be recognised. Paste at least one whole sentence."),
                "too_short",
            )
        return text


class ReferenceForm(forms.Form):
    """The reference number on a notice, as a reader writes it."""

    reference = forms.CharField(
        label=_("Reference number"),
        help_text=_("It stands on the notice, for example LPB-2569-00123 or 2569/123."),
        max_length=60,
        error_messages={"required": _("Write the number first.")},
    )

    def clean_reference(self):
        wanted = Wanted.of(self.cleaned_data["reference"])
        if wanted is None:
            raise forms.ValidationError(
                _("This is not a reference number of the office. They look like LPB-2569-00123."),
                "unlike",
            )
        return wanted


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
