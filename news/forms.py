"""The editor's form: the text of an edition and, beside it, what its article is about."""

from datetime import datetime, time
from functools import partial

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import (
    AdminDateWidget,
    AdminTimeWidget,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.forms.models import fields_for_model
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from lopburi_pr.calendar_fields import DayField, HourField
from lopburi_pr.photographs import PictureField
from lopburi_pr.rich_text import RichTextField
from lopburi_pr.thai_calendar import BANGKOK
from lopburi_pr.thai_speech import spoken_form
from lopburi_pr.thai_text import normalise
from news import events, history, indexing, loudspeaker, pictures, publishing
from news.fingerprints import SURE, letters
from news.models import Article, Edition, EditionPicture, Event, Picture, Tag
from news.models.edition import DOCUMENT_FACTS
from news.verifying import Wanted
from office.models import OfficeIdentity

LONGEST_PASTE = 10_000  # LINE's own limit of a message

ARTICLE_FIELDS = (
    *("kind", "topic", "language", "translation_of", "districts", "provinces", "issues", "tags"),
    *("is_pinned", "has_stars", "review_by"),
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
            *("spoken", "spoken_budget"),
            *DOCUMENT_FACTS,
        )
        field_classes = {"source_url": partial(forms.URLField, assume_scheme="https")}
        widgets = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField", "data-count": 80}),
            "must_know": forms.Textarea(attrs={"rows": 3, "data-count": 250}),
            "lead": forms.Textarea(attrs={"rows": 4, "data-count": 500}),
            "change_kind": forms.RadioSelect,
            "change_note": forms.Textarea(attrs={"rows": 2, "data-count": 250}),
            "spoken": ScriptInput(
                attrs={"rows": 8, "data-script": reverse_lazy("news:check-script")}
            ),
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
        if "spoken" in self.fields:  # not where it is only read
            self.fields["spoken_budget"].required = False
            self.fields["spoken"].widget.budget = self["spoken_budget"].value()

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

    def clean_spoken_budget(self):
        return self.cleaned_data["spoken_budget"] or Edition.Budget.LONG

    def clean(self):
        cleaned = super().clean()
        original = cleaned.get("translation_of")
        if original and original.language == cleaned.get("language"):
            self.add_error("translation_of", _("A translation is in the other language."))
        if cleaned.get("spoken") and cleaned.get("language") == Article.Language.ENGLISH:
            self.add_error("spoken", _("Loudspeakers speak Thai: write it in the Thai article."))
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
        own = ("kind", "topic", "language", "translation_of", "is_pinned", "has_stars")
        for name in (*own, "review_by"):
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
    fields["review_by"] = Article._meta.get_field("review_by").formfield(
        form_class=DayField, widget=AdminDateWidget
    )
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


class EventForm(forms.ModelForm):
    """An event as people announce it: days, and hours if it has any."""

    first_day = DayField(label=_("day"), widget=AdminDateWidget, help_text=_("As 24/11/2569."))
    start_hour = HourField(
        label=_("begins at"), required=False, widget=AdminTimeWidget, help_text=_("As 14:30.")
    )
    last_day = DayField(
        label=_("last day"),
        required=False,
        widget=AdminDateWidget,
        help_text=_("Only when it lasts several days."),
    )
    end_hour = HourField(label=_("ends at"), required=False, widget=AdminTimeWidget)

    class Meta:
        model = Event
        fields = (
            *("title_th", "title_en", "summary_th", "summary_en", "place_th", "place_en"),
            *("district", "organiser_th", "organiser_en", "link", "topic", "articles"),
        )
        field_classes = {"link": partial(forms.URLField, assume_scheme="https")}
        widgets = {
            **dict.fromkeys(
                ("title_th", "title_en"), forms.TextInput(attrs={"class": "vLargeTextField"})
            ),
            **dict.fromkeys(("summary_th", "summary_en"), forms.Textarea(attrs={"rows": 4})),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        event = self.instance
        if event.pk:
            self.initial |= {"first_day": event.first_day, "last_day": event.last_day}
            if not event.is_all_day:
                self.initial |= {
                    "start_hour": timezone.localtime(event.starts_at).time(),
                    "end_hour": timezone.localtime(event.ends_at).time(),
                }

    def clean(self):
        cleaned = super().clean()
        first, start = cleaned.get("first_day"), cleaned.get("start_hour")
        last, end = cleaned.get("last_day") or first, cleaned.get("end_hour")
        if end and not start:
            self.add_error("start_hour", _("Say when it begins, too."))
        if not first or {"last_day", "start_hour", "end_hour"} & self.errors.keys():
            return cleaned
        event = self.instance
        event.is_all_day = start is None
        event.starts_at = datetime.combine(first, start or time(), BANGKOK)
        if end is None:
            # Without an hour of its own the last day ends at midnight, a single hour is a moment.
            end = start if start and last == first else time(23, 59)
        event.ends_at = datetime.combine(last, end, BANGKOK)
        return cleaned

    def _get_validation_exclusions(self):
        # Constraints over the moments, when ``clean`` could make them from the days and hours.
        made = {"starts_at", "ends_at"} if self.instance.ends_at else set()
        return super()._get_validation_exclusions() - made


class CancellationForm(forms.Form):
    """Why an event does not take place."""

    reason = forms.CharField(
        label=_("Why is it cancelled? Readers see this."),
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        max_length=1000,
    )

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        self.event = event

    def save(self, *, by):
        """Take the step; False with the sentences among the form's errors when it is refused."""
        try:
            events.cancel(self.event, by=by, reason=self.cleaned_data["reason"])
        except ValidationError as refused:
            self.add_error(None, refused.messages)
        return self.is_valid()
