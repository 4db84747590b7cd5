"""What news keeps for a time only, and what it takes out when the network forgets somebody."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.retention import Rule
from network.models import Channel
from network.models.people import FORGOTTEN
from news.letters import LETTERS_KEPT, UNCONFIRMED_KEPT
from news.models import Broadcast, Delivery, Follower, Letter, Release

LATELY = timedelta(days=60)  # what the worker looks for every hour was treated long before

_FOLLOWED = _("The notice on following: unconfirmed addresses are deleted after two days.")
_FORGOTTEN = _("Somebody of the network was forgotten: nothing else is left about them.")


def _told_by_forgotten(_before):
    """Broadcasts of people who are forgotten, with words, addresses or files of theirs."""
    theirs = Broadcast.objects.filter(person__forgotten_at__isnull=False)
    fields = ("note", "title", "url", "photo", "sound")
    return theirs.exclude(**dict.fromkeys(fields, ""))


def forget_words(broadcast: Broadcast) -> None:
    """Keep that it was on air, where and how often; its words, address and files go."""
    files = [each for each in (broadcast.photo, broadcast.sound) if each]
    names = [(each.storage, each.name) for each in files]
    broadcast.note = broadcast.title = broadcast.url = broadcast.url_key = ""
    broadcast.photo = broadcast.sound = ""
    broadcast.reason = FORGOTTEN if broadcast.reason else ""
    broadcast.save()
    transaction.on_commit(lambda: [storage.delete(name) for storage, name in names])


def _tried_at_forgotten(_before):
    """Deliveries whose errors may repeat the address of somebody who is forgotten."""
    rows = Delivery.objects.filter(channel__person__forgotten_at__isnull=False)
    return rows.exclude(error="", provider_id="").exclude(state=Delivery.State.WAITING)


def _forget_answer(delivery):
    delivery.error = delivery.provider_id = ""
    delivery.save(update_fields=["error", "provider_id"])


def _told_names_of_forgotten(_before):
    """Releases whose audience names somebody who was forgotten lately."""
    lately = timezone.now() - LATELY
    gone = Channel.objects.filter(person__forgotten_at__gte=lately).values_list("pk", flat=True)
    found = Q(pk=None)
    for key in gone:
        there = {"channel": key}
        blank = there | {"name": FORGOTTEN}
        found |= Q(audience__channels__contains=[there]) & ~Q(audience__channels__contains=[blank])
    return Release.objects.filter(found)


def _forget_names(release):
    told = release.audience["channels"]
    keys = [each["channel"] for each in told]
    forgotten = Channel.objects.filter(pk__in=keys, person__forgotten_at__isnull=False)
    gone = set(forgotten.values_list("pk", flat=True))
    for each in told:
        if each["channel"] in gone:
            each["name"] = FORGOTTEN
    release.save(update_fields=["audience"])


RULES = (
    Rule(
        key="followers-unconfirmed",
        what=_("E-mail addresses of followers who did not confirm"),
        after=UNCONFIRMED_KEPT,
        why=_FOLLOWED,
        rows=lambda before: Follower.objects.filter(confirmed_at=None, asked_at__lte=before),
    ),
    Rule(
        key="letters",
        what=_("Letters to followers, sent or not"),
        after=LETTERS_KEPT,
        why=_("Older ones tell nobody anything."),
        rows=lambda before: Letter.objects.filter(written_at__lte=before),
    ),
    Rule(
        key="broadcasts-of-forgotten",
        what=_("Words and files with broadcasts of people who are forgotten"),
        after=timedelta(0),
        why=_FORGOTTEN,
        rows=_told_by_forgotten,
        do=forget_words,
    ),
    Rule(
        key="deliveries-to-forgotten",
        what=_("Answers of other ends about people who are forgotten"),
        after=timedelta(0),
        why=_FORGOTTEN,
        rows=_tried_at_forgotten,
        do=_forget_answer,
    ),
    Rule(
        key="releases-to-forgotten",
        what=_("Names of people who are forgotten in the lists of what was sent"),
        after=timedelta(0),
        why=_FORGOTTEN,
        rows=_told_names_of_forgotten,
        do=_forget_names,
    ),
)
