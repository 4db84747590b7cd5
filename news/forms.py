"""The editor's form: the text of an edition and, beside it, what its article is about."""

from functools import partial

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from lopburi_pr.rich_text import RichTextField
from lopburi_pr.thai_text import normalise
from news import history, indexing, pictures, publishing
from news.models import Article, Edition, EditionPicture, Picture, Tag
from news.pictures import PictureField
from office.models import OfficeIdentity

ARTICLE_FIELDS = (
    *("kind", "topic", "language", "translation_of", "districts", "provinces", "issues", "tags"),
    *("is_pinned", "has_stars"),
)


class EditionForm(forms.ModelForm):
    """One form for both rows, because an editor writes one piece of news."""

    # What a published article is about changes for readers at once, without an approval.
    may_publish = True

    body = RichTextField(label=_("body"), required=False)
    # The version of the text that this person read before typing.
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    # Another person's edition that this one would have overwritten, and what differs.
    conflict = None

    class Meta:
        model = Edition
        fields = (
            *("title", "must_know", "lead", "body", "event_on", "event_place", "presided_by"),
            *("source_agency", "source_url", "publish_at", "expires_at"),
            *("change_kind", "change_note"),
        )
        field_classes = {"source_url": partial(forms.URLField, assume_scheme="https")}
        widgets = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField", "data-count": 80}),
            "must_know": forms.Textarea(attrs={"rows": 3, "data-count": 250}),
            "lead": forms.Textarea(attrs={"rows": 4, "data-count": 500}),
            "change_kind": forms.RadioSelect,
            "change_note": forms.Textarea(attrs={"rows": 2, "data-count": 250}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.lock_version
        first, *changes = Edition.ChangeKind.choices
        if self.instance.change_kind == first[0]:
            self.fields.pop("change_kind", None)
            self.fields.pop("change_note", None)
        elif "change_kind" in self.fields:
            self.fields["change_kind"].choices = changes
            self.fields["change_kind"].required = False
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

    def clean_change_kind(self):
        return self.cleaned_data["change_kind"] or self.instance.change_kind

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
        if self.instance.pk:
            self._refuse_to_overwrite(cleaned)
        return cleaned

    def _refuse_to_overwrite(self, cleaned):
        """Whoever saved meanwhile is not overwritten unseen; saving once more is deliberate.

        The lock holds until the transaction of the view ends.
        """
        stored = Edition.objects.select_for_update(of=("self",)).get(pk=self.instance.pk)
        if (cleaned.get("seen") or 0) == stored.lock_version:
            return
        self.conflict = {
            "at": stored.updated_at,
            "changes": history.changes_to(stored, cleaned),
        }
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = stored.lock_version
        raise ValidationError(
            _(
                "Somebody else saved this text after you opened it. Yours is below and not lost: "
                "compare the two, then save again to put yours in its place."
            ),
            "conflict",
        )

    def save_article(self, by):
        """Write the article's row; its subject and places are saved by ``save_subjects``."""
        article = self.instance.article if self.instance.article_id else Article(created_by=by)
        for name in ("kind", "topic", "language", "translation_of", "is_pinned", "has_stars"):
            setattr(article, name, self.cleaned_data[name])
        article.save()
        return article

    def save_subjects(self):
        article = self.instance.article
        for name in ("districts", "provinces", "issues", "tags"):
            if not self.fields[name].disabled:
                getattr(article, name).set(self.cleaned_data[name])
        indexing.index(article.editions.values_list("pk", flat=True))


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


class PlacementForm(forms.ModelForm):
    """A picture's place: one from the library, or one uploaded here and now."""

    upload = PictureField(
        label=_("new photograph"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 15 MB. Where it was taken is removed from it."),
    )
    credit = forms.CharField(
        label=_("credit"),
        required=False,
        max_length=Picture._meta.get_field("credit").max_length,
        help_text=_("Who took it. Left empty: this office."),
    )

    class Meta:
        model = EditionPicture
        fields = ("picture", "role", "order", "alt", "is_decorative", "caption")
        labels = {"picture": _("or one from the library")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["picture"].required = False

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("upload"):
            title = cleaned.get("alt") or cleaned.get("caption") or _("picture")
            credit = cleaned.get("credit") or OfficeIdentity.current().name_th
            cleaned["picture"] = pictures.keep(cleaned["upload"], title=title[:200], credit=credit)
            # Whatever else is wrong with the form, nobody has to send the photograph again.
            self.data = self.data.copy()
            self.data[self.add_prefix("picture")] = cleaned["picture"].pk
        elif not cleaned.get("picture"):
            self.add_error("upload", _("Choose a photograph."))
        return cleaned


class WithdrawalForm(forms.Form):
    """Why an article ends, and where its readers go."""

    reason = forms.CharField(
        label=_("Why is it withdrawn? Readers see this."),
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        max_length=1000,
    )
    into = forms.CharField(
        label=_("Reference number of the news that takes its place, if there is one"),
        required=False,
        help_text=_("As LPB-2569-00123. Its address leads there for ever."),
    )
    next_url = forms.CharField(
        label=_("Or an address where readers find out more"),
        required=False,
        max_length=500,
        help_text=_("For example /contact/ or https://…"),
    )

    def __init__(self, *args, article, **kwargs):
        super().__init__(*args, **kwargs)
        self.article = article

    def clean_into(self):
        typed = self.cleaned_data["into"]
        if not typed.strip():
            return None
        found = Article.objects.referred_to(typed).filter(language=self.article.language).first()
        if found is None:
            raise ValidationError(_("No news has this reference number."))
        return found

    def save(self, *, by):
        """Take the step; False with the sentences among the form's errors when it is refused."""
        reason, into = self.cleaned_data["reason"], self.cleaned_data["into"]
        try:
            if into:
                publishing.merge(self.article, into, by=by, reason=reason)
            else:
                next_url = self.cleaned_data["next_url"]
                publishing.withdraw(self.article, by=by, reason=reason, next_url=next_url)
        except ValidationError as refused:
            self.add_error(None, refused.messages)
        return self.is_valid()
