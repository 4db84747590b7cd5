"""What a desk of the network shows: today's news for its places, each in the form it uses."""

from dataclasses import dataclass, field
from datetime import datetime, time

from django.db.models import Exists, OuterRef
from django.utils import timezone

from lopburi_pr import rich_text
from lopburi_pr.private_files import download_name
from lopburi_pr.thai_calendar import BANGKOK
from network.models import Channel, Means, Organization, Person
from news import broadcasting, loudspeaker, reading
from news.models import Broadcast, Edition, EditionPicture, Release
from news.models.edition import EditionQuerySet

AT_MOST = 20
LATEST = 5  # shown on a day without news
Form = Channel.Format
FORM_OF_MEANS = {
    Means.TOWER: Form.SCRIPT,
    Means.RADIO: Form.SCRIPT,
    Means.VEHICLE: Form.SCRIPT,
    Means.IN_PERSON: Form.SCRIPT,
    Means.PRINT: Form.FULL,
    Means.TV: Form.FULL,
    Means.WEBSITE: Form.FULL,
    Means.FACEBOOK: Form.CAPTION,
    Means.LINE: Form.CAPTION,
}


# Which news


def shown_to(party: Person | Organization, at=None) -> EditionQuerySet:
    """What a desk may show of what the public sees; samples go to samples alone."""
    return _of_desk(Edition.objects.published(at), party)


def embargoed_for(party: Person | Organization, at=None) -> EditionQuerySet:
    """What is approved and to come, for an organisation trusted to keep it; else nothing."""
    if isinstance(party, Person) or not party.may_see_embargoed:
        return Edition.objects.none()
    scheduled = Edition.objects.scheduled(at).filter(article__withdrawn_at=None)
    return _of_desk(scheduled, party).order_by("shown_from", "pk")


def seen_by(party: Person | Organization, at=None) -> EditionQuerySet:
    """What they may have carried further: also what was replaced or withdrawn since."""
    return _of_desk(Edition.objects.released(at), party)


def _of_desk(editions, party):
    mine = editions.filter(article__language="th", article__is_sample=party.is_sample)
    return mine.select_related("article__topic")


@dataclass(frozen=True)
class Today:
    """The news of a desk, the most important first; ``is_today`` unless the day had none yet."""

    editions: list[Edition] = field(default_factory=list)
    is_today: bool = True


def today(party: Person | Organization, at=None) -> Today:
    """What is new today, or else what came last; for the party's places and in its form first."""
    at = at or timezone.now()
    midnight = datetime.combine(timezone.localtime(at, BANGKOK).date(), time.min, BANGKOK)
    urgent = Release.objects.filter(edition__article=OuterRef("article"), kind="urgent")
    rows = shown_to(party, at).annotate(is_urgent=Exists(urgent.filter(state="released")))
    rows = rows.prefetch_related("article__districts", "article__provinces").newest_first()
    # What was put right today is news of today too.
    new = list(rows.filter(shown_from__gte=midnight)[:AT_MOST])
    places, wants_script = _districts(party), forms_of(party)[0] == Form.SCRIPT

    def rank(edition):
        nearness = _nearness(edition.article, places)
        is_elsewhere = nearness == ELSEWHERE
        lacks_script = wants_script and not edition.spoken
        pinned = edition.article.is_pinned
        return (is_elsewhere, not edition.is_urgent, lacks_script, not pinned, nearness)

    found = new or list(rows[:LATEST])
    return Today(sorted(found, key=rank), bool(new))


OWN, EVERYWHERE, ELSEWHERE = range(3)


def _nearness(article, places):
    """Whether it names one of these places, is for everybody, or for others."""
    named = {district.pk for district in article.districts.all()}
    if named & places:
        return OWN
    if article.provinces.all() or not named or not places:
        return EVERYWHERE
    return ELSEWHERE


def _districts(party):
    found = set(party.subdistricts.values_list("district", flat=True))
    if isinstance(party, Organization):
        found |= set(party.districts.values_list("pk", flat=True))
    return found


# In which form


def forms_of(party: Person | Organization) -> list[str]:
    """Every form, the party's own first and in the order of its ways."""
    own = [FORM_OF_MEANS[means] for means in broadcasting.means_of(party)]
    return list(dict.fromkeys([*own, Form.SCRIPT, Form.FULL, Form.CAPTION]))


def kit(edition: Edition, party: Person | Organization, origin: str) -> dict:
    """Everything with which a party carries one edition further."""
    article = edition.article
    short_url = f"{origin}/n/{article.year}-{article.number}"
    placements = EditionPicture.objects.filter(edition=edition).select_related("picture")
    forms = [_form(form, edition, short_url) for form in forms_of(party)]
    path = article.get_absolute_url()
    is_shown = edition.is_published()
    return {
        "edition": edition,
        "forms": [form for form in forms if form],
        "photos": [
            {
                "pk": placement.pk,
                "alt": placement.alt,
                "credit": placement.picture.credit,
                # The public address of a picture opens with its news and not before.
                "picture": _picture(placement) if is_shown else None,
            }
            for placement in placements
        ],
        "short_url": short_url,
        "page_url": path if is_shown else "",
        "script_url": f"{path}script/" if is_shown and edition.spoken else "",
        "poster_url": f"{path}poster/" if is_shown and edition.spoken else "",
        "is_embargoed": not is_shown,
        "is_read_out": forms_of(party)[0] == Form.SCRIPT,
    }


def _form(form, edition, short_url):
    """One form as the page shows it; None where there is no script."""
    if form == Form.SCRIPT:
        if not edition.spoken:
            return None
        return {"form": form, "label": form.label, "script": loudspeaker.script(edition.spoken)}
    if form == Form.FULL:
        return {"form": form, "label": form.label, "text": _full(edition), "address": ""}
    return {"form": form, "label": form.label, "text": _caption(edition), "address": short_url}


def _full(edition):
    parts = [edition.title, edition.must_know, edition.lead, rich_text.plain(edition.body)]
    return "\n\n".join(filter(None, parts))


def _caption(edition):
    return "\n".join(filter(None, [edition.title, edition.must_know or edition.lead]))


def _picture(placement):
    shown = placement.picture
    names = ("credit", "width", "height", "focal_x", "focal_y", "widths")
    data = {name: getattr(shown, name) for name in names} | {"id": shown.pk}
    said = {name: getattr(placement, name) for name in ("alt", "is_decorative", "caption")}
    return reading.picture(data | said)


def photo_name(edition: Edition, place: int) -> str:
    """What a photograph is called in the folder of whoever fetches it."""
    return download_name(f"{edition.article.reference} {place}", "jpg")


# What came of it


def reports_of(party: Person | Organization):
    """What a party has reported, the latest first."""
    rows = Broadcast.objects.filter(**broadcasting.of_party(party))
    return rows.select_related("edition__article").order_by("-reported_at", "-pk")


def last_reports(party: Person | Organization, editions) -> dict:
    """The latest report of each of these editions, by the edition's key."""
    rows = reports_of(party).told().filter(edition__in=editions)
    return {row.edition_id: row for row in reversed(rows)}
