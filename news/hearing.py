"""What news makes of voices from the network: claims to check, and drafts of articles.

The words go on, their sender does not. ``news.models.voices`` tells the sender what became of it.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lopburi_pr.photographs import reencode
from lopburi_pr.thai_text import excerpt
from network import voicing
from network.models import Voice
from news import fact_checking
from news.models import Article, Claim, Edition, VoiceUse
from office import audit

HEADLINE_LETTERS = 80
FOR_NEWS = (Voice.Desk.FACT_CHECK, Voice.Desk.NEWS)


@transaction.atomic
def hand_on(voice: Voice, *, to: str, by, note: str = "") -> None:
    """Hand a voice on; what goes to the fact-checkers stands in their queue at once.

    Raises ValidationError with the obstacles.
    """
    voicing.hand_on(voice, to=to, by=by, note=note)
    if to == Voice.Desk.FACT_CHECK:
        check(voice, by=by)


@transaction.atomic
def check(voice: Voice, *, by) -> Claim:
    """The claim that stands for a voice: a new one, or the one with the same words that waits."""
    voice = _locked(voice)
    if use := voice.news_uses.filter(claim__isnull=False).select_related("claim").first():
        return use.claim
    claim = fact_checking.report(
        voice.words, picture=reencode(voice.photo) if voice.photo else None
    )
    if voice.is_sample and claim.reports == 1:
        claim.is_sample = True
        claim.save(update_fields=["is_sample"])
    VoiceUse.objects.create(voice=voice, claim=claim, used_by=by)
    audit.record(voice, "make claim", by=by, after=voice.state, note=str(claim))
    return claim


@transaction.atomic
def draft(voice: Voice, *, by) -> Edition:
    """A draft that begins with the words of a voice, or the latest edition of the article that
    was begun so. Raises ValidationError when the voice is not an idea for news.
    """
    voice = _locked(voice)
    if use := voice.news_uses.filter(article__isnull=False).first():
        return use.article.editions.latest("version")
    if voice.handed_to != Voice.Desk.NEWS:
        raise ValidationError(_("Only what was handed on as an idea for news can become news."))
    if sentences := voicing.obstacles(voice):
        raise ValidationError(sentences)
    article = Article.objects.create(created_by=by, is_sample=voice.is_sample)
    if voice.subdistrict:
        article.districts.add(voice.subdistrict.district_id)
    edition = Edition.objects.create(
        article=article,
        title=excerpt(voice.words, HEADLINE_LETTERS),
        lead=voice.words[: Edition._meta.get_field("lead").max_length],
        created_by=by,
    )
    VoiceUse.objects.create(voice=voice, article=article, used_by=by)
    audit.record(voice, "make draft", by=by, after=voice.state)
    return edition


def ideas():
    """Voices that wait for an editor to make news of them, the longest wait first."""
    unused = Voice.objects.on_the_way().handed_to(Voice.Desk.NEWS)
    return unused.exclude(news_uses__article__isnull=False)


def _locked(voice):
    found = Voice.objects.select_related("subdistrict").select_for_update(of=("self",))
    return found.get(pk=voice.pk)
