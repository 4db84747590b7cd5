"""Labelled sample news for a first look at the portal: loaded on request, removed without a trace.

Days in ``news/sample/articles.json`` are relative, so the site looks alive whenever it is loaded:
``ago`` is 3h or 2d before now (a minus means later), ``{+7}`` in a text is the day a week from now
and ``{+7:short}`` one of the forms of thai_calendar.
"""

import json
import re
from datetime import timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from lopburi_pr.thai_calendar import be_year, english_date, fiscal_year, thai_date
from lopburi_pr.thai_speech import spoken_form
from news import attachments, events, fact_checking, indexing, pictures, publishing
from news.models import (
    Article,
    Claim,
    Edition,
    EditionPicture,
    Event,
    Evidence,
    Picture,
    Tag,
    Topic,
)
from office.models import CommunicationIssue, District, Province

FOLDER = Path(__file__).parent / "sample"
TEXTS = ("title", "must_know", "lead", "spoken", "source_agency", "event_place", "presided_by")
EVENT_TEXTS = (
    *("title_th", "title_en", "summary_th", "summary_en", "place_th", "place_en"),
    *("organiser_th", "organiser_en", "link"),
)
PICTURE_FIELDS = ("title", "credit", "focal_x", "focal_y")
UNDESCRIBED = {"title": "ภาพจำลอง (ข้อมูลตัวอย่าง)", "credit": "ภาพจำลอง (ข้อมูลตัวอย่าง)"}
UNITS = {"h": "hours", "d": "days"}

_day = re.compile(r"\{([+-]\d+)(?::(\w+))?\}")


def is_loaded() -> bool:
    return Article.objects.filter(is_sample=True).exists()


@transaction.atomic
def load(*, writer, publisher) -> int:
    """Write and publish the sample articles; how many: none when they are there."""
    if is_loaded():
        return 0
    if publisher is None:  # somebody else has that name: nobody here could approve the texts
        writer = None
    now = timezone.localtime()
    library = _Library()
    told = sorted(_read("articles.json"), key=lambda told: _moment(told, now))
    for sample in told:
        _load_one(sample, now, library, writer, publisher)
    titles = {sample["key"]: sample["title"] for sample in told if "key" in sample}
    for sample in _read("claims.json"):
        _load_claim(sample, titles, now, writer, publisher)
    for sample in _read("events.json"):
        _load_event(sample, now, writer, publisher)
    return Article.objects.filter(is_sample=True).count()


@transaction.atomic
def clear() -> int:
    """Remove exactly what ``load`` made, files too; how many articles.

    Numbers are not given again. Pictures that real news uses stay.
    """
    articles = Article.objects.filter(is_sample=True)
    count = articles.count()
    editions = Edition.objects.filter(article__in=articles)
    indexing.forget(list(editions.values_list("pk", flat=True)))
    tags = list(
        Tag.objects.filter(tagged__content_object__in=articles).values_list("pk", flat=True)
    )
    Event.objects.filter(is_sample=True).delete()
    articles.exclude(translation_of=None).delete()
    articles.delete()
    Claim.objects.filter(is_sample=True).delete()
    Picture.objects.filter(is_sample=True, placements=None).delete()
    Tag.objects.filter(pk__in=tags, tagged=None).delete()
    return count


def _load_one(sample, now, library, writer, publisher):
    article = Article.objects.create(
        kind=sample["kind"],
        topic=Topic.objects.get(slug=sample["topic"]),
        is_pinned=sample.get("is_pinned", False),
        is_sample=True,
        created_by=writer,
    )
    article.districts.set(District.objects.filter(code__in=sample["districts"]))
    article.provinces.set(Province.objects.filter(code__in=sample.get("provinces", [])))
    article.issues.set(
        CommunicationIssue.objects.filter(fiscal_year=fiscal_year(now), key__in=sample["issues"])
    )
    article.tags.set(sample["tags"])
    edition = _write(article, sample, sample, now, thai_date)
    for place, picture in enumerate(sample["pictures"]):
        library.place(edition, picture, place, "")
    for place, file in enumerate(sample.get("attachments", [])):
        upload = SimpleUploadedFile(file["name"], _content(file))
        attachments.store(edition, upload, title=file["title"], order=place)
    if sample.get("state") == "draft":
        return
    if sample.get("state") == "submitted":
        publishing.submit(edition, by=writer)
        return
    publishing.publish(edition, by=publisher, at=_moment(sample, now))
    if revision := sample.get("revised"):
        draft = publishing.revise(article, by=writer)
        for name in TEXTS:
            if name in revision:
                setattr(draft, name, _text(revision, name, now, thai_date))
        draft.change_kind = revision["change_kind"]
        draft.change_note = _dated(revision["change_note"], now, thai_date)
        publishing.written(draft, by=writer)
        draft.expires_at = edition.expires_at
        draft.save()
        publishing.publish(draft, by=publisher, at=_moment(revision, now))
    if withdrawn := sample.get("withdrawn"):
        publishing.withdraw(article, by=publisher, **withdrawn)
    if english := sample.get("english"):
        _load_english(article, sample, english, now, library, publisher)


def _load_english(original, sample, english, now, library, publisher):
    article = Article.objects.create(
        language=Article.Language.ENGLISH,
        translation_of=original,
        kind=original.kind,
        topic=original.topic,
        is_pinned=original.is_pinned,
        is_sample=True,
        created_by=original.created_by,
    )
    for name in ("districts", "provinces", "issues"):
        getattr(article, name).set(getattr(original, name).all())
    edition = _write(article, sample, english, now, english_date)
    for place, picture in enumerate(sample["pictures"]):
        library.place(edition, picture, place, "_en")
    publishing.publish(edition, by=publisher, at=_moment(english, now))


def _load_claim(sample, titles, now, writer, publisher):
    """A rumour with its verdicts, or one that waits for an answer."""
    received_at = _moment(sample, now)
    facts = {"received_at": received_at, "due_at": fact_checking.due(received_at)}
    claim = Claim.objects.create(
        text=sample["text"], reports=sample["reports"], is_sample=True, **facts
    )
    for text in sample.get("others", []):
        other = Claim.objects.create(text=text, is_sample=True, **facts)
        fact_checking.join(other, claim, by=writer)
    for told in sample["verdicts"]:
        verdict = fact_checking.answer(claim, by=writer)
        for name in ("label", "claim_text", "short_answer", "change_note"):
            setattr(verdict, name, told.get(name, ""))
        verdict.explanation = "\n".join(told["explanation"])
        fact_checking.written(verdict, by=writer)
        verdict.save()
        verdict.evidence.all().delete()
        for row in told["evidence"]:
            edition = Edition.objects.published().filter(title=titles.get(row.get("article")))
            Evidence.objects.create(
                verdict=verdict,
                title=row["title"],
                said_by=row["said_by"],
                said_on=(now - timedelta(days=row["ago"])).date(),
                url=edition[0].get_absolute_url() if edition else "",
            )
        fact_checking.submit(verdict, by=writer)
        fact_checking.approve(verdict, by=publisher, at=_moment(told, now))


def _load_event(sample, now, writer, publisher):
    """``first`` and ``last`` are days from now; without ``hours`` it lasts whole days."""
    begins, ends = sample.get("hours", ("00:00", "23:59"))
    first = sample["first"]
    event = Event.objects.create(
        starts_at=_at_hour(now + timedelta(days=first), begins),
        ends_at=_at_hour(now + timedelta(days=sample.get("last", first)), ends),
        is_all_day="hours" not in sample,
        topic=Topic.objects.get(slug=sample["topic"]),
        district=District.objects.get(code=sample["district"]),
        is_sample=True,
        written_by=writer,
        **{name: sample[name] for name in EVENT_TEXTS},
    )
    events.publish(event, by=publisher)
    if reason := sample.get("cancelled"):
        events.cancel(event, by=publisher, reason=reason)


def _write(article, sample, texts, now, tell_day):
    expires = sample.get("expires")
    event_on = sample.get("event_on")
    return Edition.objects.create(
        article=article,
        body=_dated("\n".join(texts["body"]), now, tell_day),
        expires_at=_end_of_day(now, int(expires.removesuffix("d"))) if expires else None,
        event_on=None if event_on is None else (now + timedelta(days=event_on)).date(),
        created_by=article.created_by,
        writers=[article.created_by_id] if article.created_by else [],
        spoken_budget=texts.get("spoken_budget", Edition.Budget.LONG),
        **{name: _text(texts, name, now, tell_day) for name in TEXTS},
    )


def _text(texts, name, now, tell_day):
    text = _dated(texts.get(name, ""), now, tell_day)
    return spoken_form(text) if name == "spoken" else text


def _dated(text, now, tell_day):
    def told(match):
        return tell_day(now.date() + timedelta(days=int(match[1])), match[2] or "long")

    text = text.replace("{fiscal_year}", str(fiscal_year(now))).replace("{year}", str(be_year(now)))
    return _day.sub(told, text)


def _moment(told, now):
    """When an item appears: hours before now exactly, days before now at the hour it gives."""
    ago = told.get("ago", "0h")
    moment = now - timedelta(**{UNITS[ago[-1]]: int(ago[:-1])})
    return _at_hour(moment, told["at"]) if "at" in told else moment


def _at_hour(moment, hour):
    hour, minute = map(int, hour.split(":"))
    return moment.replace(hour=hour, minute=minute, second=0, microsecond=0)


def _end_of_day(now, days):
    return (now + timedelta(days=days)).replace(hour=23, minute=59, second=0, microsecond=0)


class _Library:
    """The sample pictures, stored when an article first shows them."""

    def __init__(self):
        self.facts = {path.stem: UNDESCRIBED for path in (FOLDER / "pictures").glob("*.jpg")}
        described = FOLDER / "pictures.json"
        if described.exists():
            self.facts |= {Path(facts["file"]).stem: facts for facts in _read(described.name)}
        self.stored = {}

    def place(self, edition, told, place, language):
        """Put a picture into an edition; the first becomes its cover."""
        name = told["file"]
        is_first = not edition.placements.exists()
        roles = EditionPicture.Role
        EditionPicture.objects.create(
            edition=edition,
            picture=self._picture(name),
            role=roles.COVER if is_first else roles.GALLERY,
            alt=told[f"alt{language}"],
            caption=told[f"caption{language}"],
            order=place,
        )

    def _picture(self, name):
        if name not in self.stored:
            facts = self.facts[name]
            path = FOLDER / "pictures" / f"{name}.jpg"
            upload = SimpleUploadedFile(path.name, path.read_bytes())
            fields = {key: facts[key] for key in PICTURE_FIELDS if key in facts}
            self.stored[name] = pictures.store(upload, is_sample=True, **fields)
        return self.stored[name]


def _content(file):
    if file["name"].endswith(".pdf"):
        return _pdf("Sample data: not an official document.")
    return "\ufeff".encode() + "\r\n".join(file["lines"]).encode()


def _pdf(line):
    """A valid document of one page that says ``line``."""
    text = f"BT /F1 18 Tf 72 760 Td ({line}) Tj ET"
    bodies = (
        "<</Type/Catalog/Pages 2 0 R/Lang(en)>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 6 0 R>>",
        f"<</Length {len(text)}>>\nstream\n{text}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</Font<</F1 5 0 R>>>>",
    )
    document, places = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(document))
        document += f"{number} 0 obj\n{body}\nendobj\n"
    size = len(bodies) + 1
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        f"{document}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{len(document)}\n%%EOF\n"
    ).encode()


def _read(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
