"""What requesters say of the advice they got."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consulting.models import Rating

STARS = [(5, "5 ★★★★★"), (4, "4 ★★★★"), (3, "3 ★★★"), (2, "2 ★★"), (1, "1 ★")]


def _stars(label, *, required):
    return forms.TypedChoiceField(
        label=label,
        choices=STARS if required else [("", _("no answer")), *STARS],
        coerce=int,
        empty_value=None,
        required=required,
        widget=forms.RadioSelect if required else forms.Select,
        error_messages={"required": _("Choose from 1 to 5 stars.")},
    )


def _words(label):
    return forms.CharField(
        label=label,
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RatingForm(forms.Form):
    """At once after the answer."""

    overall = _stars(_("All in all, how was our advice?"), required=True)
    useful = _stars(Rating.ASPECTS["useful"], required=False)
    clear = _stars(Rating.ASPECTS["clear"], required=False)
    in_time = _stars(Rating.ASPECTS["in_time"], required=False)
    kind = _stars(Rating.ASPECTS["kind"], required=False)
    words = _words(_("What should we do better?"))


class OutcomeForm(forms.Form):
    """After 30 and 90 days."""

    use = forms.ChoiceField(
        label=_("Did you use our advice?"),
        choices=Rating.Use,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    words = _words(_("What came of it? A number, if you have one, helps others most."))
