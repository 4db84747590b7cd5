"""The editor's form: the text of an edition and, beside it, what its article is about."""

from functools import partial

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import (
    AdminSplitDateTime,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from lopburi_pr.rich_text import RichTextField
from news.models import Article, Edition

ARTICLE_FIELDS = (
    *("kind", "topic", "language", "translation_of", "districts", "provinces", "issues", "tags"),
    "is_pinned",
)


class EditionForm(forms.ModelForm):
    """One form for both rows, because an editor writes one piece of news."""

    body = RichTextField(label=_("body"), required=False)
    publish_at = forms.SplitDateTimeField(
        label=_("publish at"),
        required=False,
        widget=AdminSplitDateTime,
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
                value = getattr(article, name)
                self.initial.setdefault(name, _initial(value))
        if article.number:
            # The number and the sibling in the other language hang on these two.
            for name in ("language", "translation_of"):
                self.fields[name].disabled = True

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
        for name in ("districts", "provinces", "issues"):
            getattr(article, name).set(self.cleaned_data[name])
        article.tags.set(self.cleaned_data["tags"])


def article_form_fields():
    """Fresh form fields of the article, with the admin's autocomplete for places and relations."""
    fields = fields_for_model(Article, ARTICLE_FIELDS)
    for name in ("districts", "provinces", "issues"):
        field = Article._meta.get_field(name)
        fields[name].widget = AutocompleteSelectMultiple(field, admin.site)
        fields[name].widget.choices = fields[name].choices
    field = Article._meta.get_field("translation_of")
    fields["translation_of"].widget = AutocompleteSelect(field, admin.site)
    fields["translation_of"].widget.choices = fields["translation_of"].choices
    return fields


def _initial(value):
    if hasattr(value, "all"):
        return list(value.all())
    return value.pk if hasattr(value, "pk") else value
