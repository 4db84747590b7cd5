"""What news made of what volunteers and partners told the office."""

from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lopburi_pr.templatetags.thai import daytime
from network.models.voices import Step, UseOfVoice, UseOfVoiceQuerySet
from news.models.article import Article
from news.models.claims import Claim, Verdict
from news.models.edition import Edition


class VoiceUseQuerySet(UseOfVoiceQuerySet):
    def telling(self):
        shown = {"queryset": Verdict.objects.published(), "to_attr": "shown"}
        return self.select_related("claim__same_as", "article").prefetch_related(
            Prefetch("claim__verdicts", **shown),
            Prefetch("claim__same_as__verdicts", **shown),
            Prefetch("article__editions", Edition.objects.published(), to_attr="shown"),
        )


class VoiceUse(UseOfVoice):
    """A voice that became a claim to check, or the idea of an article."""

    claim = models.ForeignKey(
        Claim,
        models.CASCADE,
        null=True,
        related_name="voice_uses",
        verbose_name=gettext_lazy("claim to check"),
    )
    article = models.ForeignKey(
        Article,
        models.CASCADE,
        null=True,
        related_name="voice_uses",
        verbose_name=gettext_lazy("article"),
    )

    objects = VoiceUseQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("use of a voice")
        verbose_name_plural = gettext_lazy("uses of voices")
        constraints = [
            models.CheckConstraint(
                name="news_voiceuse_of_one_kind",
                condition=Q(claim=None, article__isnull=False)
                | Q(claim__isnull=False, article=None),
            ),
            models.UniqueConstraint(
                fields=["voice"],
                condition=Q(claim__isnull=False),
                name="news_voiceuse_one_claim",
            ),
            models.UniqueConstraint(
                fields=["voice"],
                condition=Q(article__isnull=False),
                name="news_voiceuse_one_article",
            ),
        ]

    def __str__(self):
        return f"{self.voice} · {self.claim or self.article}"

    @property
    def outcome(self) -> Step | None:
        return _of_claim(self.claim) if self.claim else _of_article(self.article)


def _of_claim(claim):
    """The verdict that the public sees now; until then, by when it is due, or why there is none."""
    claim = claim.same_as or claim
    number = {"url": claim.get_absolute_url(), "link": str(claim)}
    if claim.shown:
        (verdict,) = claim.shown
        title = _("Checked: %(verdict)s") % {"verdict": verdict.get_label_display()}
        return Step(verdict.shown_from, title, verdict.claim_text, **number, is_answer=True)
    if claim.state == Claim.State.DECLINED:
        title = _("The office does not check this")
        return Step(None, title, claim.decline_reason, **number, is_answer=True)
    title = _("Answer by %(day)s") % {"day": daytime(claim.due_at)}
    return Step(None, title, **number)


def _of_article(article):
    """The news, while the public sees it. A draft is nobody's business."""
    if not article.shown:
        return None
    (edition,) = article.shown
    return Step(
        edition.shown_from,
        _("It became news"),
        url=article.get_absolute_url(),
        link=edition.title,
        is_answer=True,
    )
