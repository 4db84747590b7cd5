"""What is typed about rumours: a citizen's report, and a verdict with its evidence."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lopburi_pr.calendar_fields import DayField
from lopburi_pr.photographs import PictureField
from lopburi_pr.rich_text import RichTextField
from lopburi_pr.thai_text import normalise
from news import fact_checking
from news.models import Article, Claim, Edition, Evidence, Verdict

MOST_LETTERS = Claim._meta.get_field("text").max_length


class CheckForm(forms.Form):
    """A forwarded message, to be laid beside the verdicts."""

    text = forms.CharField(
        label=_("Paste the message you received"),
        help_text=_("Copy it from LINE or Facebook: press and hold the message, then “Copy”."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Paste the message first."),
            "max_length": _("That is too long. Paste the part that matters."),
        },
    )


class ReportForm(CheckForm):
    """The same to be sent to the office, perhaps with where it was seen and a picture."""

    link = forms.URLField(
        label=_("Where did you see it?"),
        help_text=_("The address of the page or post."),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        error_messages={"invalid": _("Copy the whole address, as https://…")},
    )
    picture = PictureField(
        label=_("Picture"),
        help_text=_("A screenshot or the picture itself. JPEG, PNG or WebP, at most 15 MB."),
        required=False,
    )
    # People see no such field; programs that fill in every form do.
    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False
        self.fields["text"].label = _("What people say")
        self.fields["text"].help_text = _("Please leave out names and numbers of private people.")
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave the last field empty and send it again."), "robot")
        return ""

    def clean(self):
        cleaned = super().clean()
        given = ("text", "link", "picture")
        if not any(self.errors.get(name) or cleaned.get(name) for name in given):
            self.add_error("text", _("Paste the text, or add a link or a picture."))
        return cleaned

    def save(self):
        """Report it; the claim that stands for it."""
        cleaned = self.cleaned_data
        return fact_checking.report(
            cleaned["text"], link=cleaned["link"], picture=cleaned["picture"]
        )


class VerdictForm(forms.ModelForm):
    """The office's answer to a claim."""

    explanation = RichTextField(label=_("explanation"), required=False)

    class Meta:
        model = Verdict
        fields = (
            *("label", "claim_text", "short_answer", "explanation", "picture_alt", "change_note"),
        )
        widgets = {
            "label": forms.RadioSelect,
            "claim_text": forms.Textarea(attrs={"rows": 2, "data-count": 150}),
            "short_answer": forms.Textarea(attrs={"rows": 3, "data-count": 200}),
            "change_note": forms.Textarea(attrs={"rows": 2, "data-count": 250}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "label" in self.fields:
            self.fields["label"].choices = Verdict.Label.choices


class EvidenceForm(forms.ModelForm):
    """One row that a verdict rests on; the number of our own news becomes its address."""

    class Meta:
        model = Evidence
        fields = ("title", "said_by", "said_on", "url")
        field_classes = {"said_on": DayField}

    def clean_url(self):
        typed = normalise(self.cleaned_data["url"]).strip()
        shown = Edition.objects.published().values("article")
        article = Article.objects.referred_to(typed).filter(pk__in=shown).first()
        return article.get_absolute_url() if article else typed
