"""What readers send: a mistake they found, a mailbox that wants to be told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lopburi_pr.human_forms import HumanForm
from news import challenges

WHAT_AT_MOST = 2000


class MistakeForm(HumanForm):
    what = forms.CharField(
        label=_("What is wrong, and what is right?"),
        help_text=_("Don't write names, telephone numbers or other facts about persons."),
        max_length=WHAT_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    evidence_url = forms.URLField(
        label=_("Where can we see it?"),
        help_text=_("The address of a page that shows it, if you know one."),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none"}),
    )
    p = forms.CharField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, page, **kwargs):
        super().__init__(*args, **kwargs)
        self.page = page
        self.texts = {part["anchor"]: part["text"] for part in page["paragraphs"]}

    @property
    def quote(self):
        """What the paragraph says that the reader means; blank for the whole news."""
        return self.texts.get(self["p"].value() or "", "")

    def report(self):
        """Hand the report in; under which number it is kept."""
        given, newest = self.cleaned_data, self.page["version"]
        version = given["version"] if 0 < (given["version"] or 0) < newest else newest
        # A newer version may have come while the reader was writing; its words are not meant.
        is_here = version == newest and given["p"] in self.texts
        return challenges.report(
            self.page["article_id"],
            version=version,
            what=given["what"],
            anchor=given["p"] if is_here else "",
            quote=self.texts[given["p"]] if is_here else "",
            evidence_url=given["evidence_url"],
        )


class FollowForm(HumanForm):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
