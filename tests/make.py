"""One plain function per noun: rows that are valid unless a test says otherwise."""

import hashlib
import json
from datetime import timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from uuid import uuid4

import rfc8785
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

import consulting.loading
from consulting import casework, editing
from consulting.models import Topic as AdviceTopic
from network import attending, joining, lending, personal_links, voicing
from network.lending import Checked, Signed
from network.models import Application, Asset, Channel, Meeting, Organization, Person
from news import alerting, broadcasting, distributing, events, fact_checking, pictures, publishing
from news.models import (
    Alert,
    Article,
    Claim,
    Delivery,
    Edition,
    EditionPicture,
    Event,
    Evidence,
    Release,
    Topic,
)
from office import roles
from office.models import District, OfficeIdentity, Province
from surveys import fieldwork, findings, weighing
from surveys import publishing as survey_publishing
from surveys.definition import normalised
from surveys.models import Response, Survey

_counter = count(1)


def user(username=None, *permissions, **fields):
    made = User.objects.create_user(
        username or f"person{next(_counter)}", password="correct horse battery", **fields
    )
    for permission in permissions:
        app, codename = permission.split(".")
        made.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return made


def editor(username=None):
    """Somebody of the office who may write and publish."""
    names = [
        f"news.{verb}_{model}"
        for verb in ("add", "change", "delete", "view")
        for model in ("edition", "picture", "editionpicture", "attachment", "tag")
    ]
    looked_up = ["view_article", "view_topic"]
    made = user(
        username,
        *names,
        *(f"news.{name}" for name in looked_up),
        *("office.view_district", "office.view_province", "office.view_communicationissue"),
        "news.publish_edition",
        *(f"news.{verb}_event" for verb in ("add", "change", "delete", "view")),
        is_staff=True,
    )
    return User.objects.get(pk=made.pk)


def topic(slug="disaster", **fields):
    return Topic.objects.get_or_create(
        slug=slug, defaults={"name_th": f"หมวด{slug}", "name_en": f"Topic {slug}"} | fields
    )[0]


def province(code="16", name_th="ลพบุรี", name_en="Lopburi", name_rtgs="Lop Buri"):
    found = Province.objects.filter(code=code).first()
    return found or Province.objects.create(
        code=code, name_th=name_th, name_en=name_en, name_rtgs=name_rtgs
    )


def district(code="1601", name_th="เมืองลพบุรี", name_en="Mueang Lop Buri"):
    found = District.objects.filter(code=code).first()
    return found or District.objects.create(
        code=code, name_th=name_th, name_en=name_en, province=province()
    )


def draft(*, districts=(), tags=(), language="th", kind="news", topic_slug="disaster", **fields):
    """A complete draft of a new article: publishable as it is."""
    n = next(_counter)
    article = Article.objects.create(
        topic=topic(topic_slug),
        kind=kind,
        language=language,
        translation_of=fields.pop("translation_of", None),
        is_pinned=fields.pop("is_pinned", False),
    )
    article.districts.set(districts)
    article.tags.set(tags)
    texts = {
        "title": f"จังหวัดลพบุรีแจ้งข่าวที่ {n}",
        "must_know": "ประชาชนริมน้ำยกของขึ้นที่สูงก่อนวันศุกร์ โทร 1784",
        "lead": "คณะทำงานติดตามสถานการณ์น้ำของจังหวัดประเมินว่าระดับน้ำจะสูงขึ้นช้า ๆ",
        "body": "<p>รายละเอียดของข่าว</p>",
        "source_agency": "สำนักงานป้องกันและบรรเทาสาธารณภัยจังหวัดลพบุรี",
    }
    return Edition.objects.create(article=article, **(texts | fields))


def published(*, at=None, ago=timedelta(hours=1), by=None, **fields):
    """A published edition, shown from an hour ago unless ``at`` or ``ago`` say otherwise.

    ``pictures`` are the facts of its placements.
    """
    pictures = fields.pop("pictures", ())
    edition = draft(**fields)
    for picture in pictures:
        placement(edition, **picture)
    publish(edition, by=by, at=at or timezone.now() - ago)
    return edition


def publish(edition, *, by=None, at=None):
    """Publish a draft, with a note for readers when it changes what they have seen."""
    if edition.change_kind == Edition.ChangeKind.UPDATE and not edition.change_note:
        edition.change_note = "ปรับปรุงข้อมูล"
        edition.save(update_fields=["change_note"])
    publishing.publish(edition, by=by, at=at)


def alert(*, districts=None, provinces=(), **fields):
    """A complete draft of an alert for one district, written by an editor: it can be issued."""
    n = next(_counter)
    texts = {
        "event_th": "น้ำท่วมฉับพลัน",
        "event_en": "Flash flood",
        "headline_th": f"แจ้งเตือนน้ำท่วมฉับพลัน ครั้งที่ {n}",
        "headline_en": f"Flash flood alert {n}",
        "instruction_th": "ขึ้นที่สูงทันที ขอความช่วยเหลือโทร 1784",
        "instruction_en": "Move to higher ground now. For help call 1784.",
        "agency_th": "สำนักงานป้องกันและบรรเทาสาธารณภัยจังหวัดลพบุรี",
        "agency_en": "Lopburi Disaster Prevention and Mitigation Office",
        "category": "Met",
        "severity": "Severe",
        "phone": "1784",
        "expires_at": timezone.now() + timedelta(hours=6),
    }
    writer = {} if "written_by" in fields else {"written_by": user()}
    made = Alert.objects.create(**(texts | writer | fields))
    made.districts.set([district()] if districts is None else districts)
    made.provinces.set(provinces)
    return made


def issued(*, by=None, at=None, **fields):
    """An alert that another person has issued, a minute ago unless ``at`` says otherwise."""
    made = alert(**fields)
    alerting.issue(made, by=by or user(), at=at or timezone.now() - timedelta(minutes=1))
    return made


def revised(edition, *, at=None, ago=timedelta(minutes=5), **texts):
    """The next published version of an edition's article, with other texts."""
    draft = publishing.revise(edition.article, by=None)
    for name, text in texts.items():
        setattr(draft, name, text)
    draft.save()
    publish(draft, at=at or timezone.now() - ago)
    return draft


def photo(width=900, height=600, format="JPEG", **options):  # noqa: A002 -- Pillow's word
    """An uploaded photograph with some content, as a browser sends it."""
    image = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    n = next(_counter)  # a patch large enough that no two photographs become one JPEG
    image.paste((n * 37 % 256, n * 101 % 256, 40), (0, 0, 32, 32))
    buffer = BytesIO()
    image.save(buffer, format, **options)
    return SimpleUploadedFile(f"photo.{format.lower()}", buffer.getvalue())


def picture(upload=None, **fields):
    return pictures.store(
        upload or photo(),
        **({"title": "ภาพทดสอบ", "credit": "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี"} | fields),
    )


def placement(edition, role="cover", **fields):
    """A picture with alt text in an edition."""
    return EditionPicture.objects.create(
        edition=edition,
        picture=fields.pop("picture", None) or picture(),
        role=role,
        **({"alt": "ชาวบ้านยกของขึ้นที่สูง"} | fields),
    )


def office_phone(phone):
    office = OfficeIdentity.current()
    office.phone = phone
    office.save()
    return phone


def claim(text="ด่วน! ลงทะเบียนรับเงินเยียวยาน้ำท่วม 9,000 บาท ที่ลิงก์นี้", *, ago=timedelta(0), **fields):
    """A rumour as somebody sent it, ``ago`` before now."""
    at = timezone.now() - ago
    due = {"received_at": at, "due_at": fact_checking.due(at)}
    return Claim.objects.create(text=text, **(due | fields))


def verdict(of=None, **fields):
    """A complete draft of a verdict: it could be submitted as it is."""
    made = fact_checking.answer(of or claim(), by=None)
    texts = {
        "label": "false",
        "claim_text": "จังหวัดลพบุรีให้ลงทะเบียนรับเงินเยียวยาน้ำท่วม 9,000 บาท ผ่านลิงก์",
        "short_answer": "ไม่มีโครงการนี้ อย่ากดลิงก์ โทร 1441",
        "explanation": "<p>การช่วยเหลือทำผ่านอำเภอ</p>",
        "change_note": "ได้ข้อมูลเพิ่ม" if made.version > 1 else "",
    }
    for name, value in (texts | fields).items():
        setattr(made, name, value)
    made.save()
    if not made.evidence.exists():
        evidence(made)
    return made


def evidence(of, **fields):
    facts = {"title": "ไม่มีโครงการนี้", "said_by": "ปภ.จังหวัดลพบุรี", "said_on": timezone.now().date()}
    return Evidence.objects.create(verdict=of, **(facts | fields))


def answered(of=None, *, ago=timedelta(hours=1), by=None, **fields):
    """A published verdict, shown from an hour ago unless ``ago`` says otherwise."""
    made = verdict(of, **fields)
    fact_checking.submit(made, by=by)
    fact_checking.approve(made, by=by, at=timezone.now() - ago)
    return made


def event(*, days=7, lasts=timedelta(hours=3), is_shown=True, cancelled="", **fields):
    """An event on a day from now, shown to readers unless a test says otherwise."""
    at = timezone.localtime() + timedelta(days=days)
    starts_at = fields.pop("starts_at", at.replace(hour=9, minute=0, second=0, microsecond=0))
    texts = {
        "title_th": f"งานประจำปีครั้งที่ {next(_counter)}",
        "summary_th": "เข้าชมฟรี นำร่มมาด้วย โทร 0 3677 0141",
        "place_th": "พระนารายณ์ราชนิเวศน์",
        "organiser_th": "เทศบาลเมืองลพบุรี",
    }
    times = {"starts_at": starts_at, "ends_at": starts_at + lasts}
    made = Event.objects.create(**(texts | times | fields))
    if is_shown:
        # As if it had been announced long ago, so that it may be over by now.
        shown_from = min(starts_at, timezone.now()) - timedelta(days=60)
        Event.objects.filter(pk=made.pk).update(shown_from=shown_from)
        made.refresh_from_db()
    if cancelled:
        events.cancel(made, by=None, reason=cancelled)
    return made


def organization(**fields):
    """A listed radio station."""
    told = {"kind": "radio", "name_th": f"สถานีวิทยุที่ {next(_counter)}", "is_listed": True}
    told |= {"phone": "0 3641 0000"}
    return Organization.objects.create(**(told | fields))


def volunteer(**fields):
    return Person.objects.create(**({"name": f"อาสาสมัครที่ {next(_counter)}"} | fields))


def desk(person, after=""):
    """The path of a person's desk by a fresh link, or of a page below it."""
    return personal_links.issue(person, by=None) + after


def own_page(person):
    """The path of a person's own page, by a fresh link."""
    return desk(person).removesuffix("today/")


def broadcast(edition=None, party=None, **facts):
    """A report that waits for a check, of a volunteer unless a party is named."""
    return broadcasting.report(edition or published(), party or volunteer(), **facts)


def member(kind="volunteer", **fields):
    """A volunteer with a mailbox whose membership is in force."""
    made = volunteer(**({"email": f"member{next(_counter)}@example.org"} | fields))
    joining.admit(made, kind, by=None)
    return made


def meeting(*, days=7, lasts=timedelta(hours=6), is_open=True, **fields):
    """A training with ten places that begins in so many days, open until the day before."""
    starts_at = timezone.now().replace(microsecond=0) + timedelta(days=days)
    facts = {
        "title_th": f"การอบรมที่ {next(_counter)}",
        "place": "ศาลากลางจังหวัดลพบุรี",
        "contact": "เจ้าหน้าที่เครือข่าย โทร 0 3641 1111",
        "capacity": 10,
        "starts_at": starts_at,
        "ends_at": starts_at + lasts,
        "closes_at": starts_at - timedelta(days=1),
    }
    made = Meeting(**(facts | fields))
    made.full_clean()
    made.save()
    if is_open:
        # As if it had been opened long ago, so that it may have begun by now.
        opened_at = min(starts_at, timezone.now()) - timedelta(days=30)
        Meeting.objects.filter(pk=made.pk).update(opened_at=opened_at)
        made.refresh_from_db()
    return made


def held(*people, **fields):
    """A training of last week to which these people came, and has issued their certificates."""
    made = meeting(**({"days": -7} | fields))
    for person in people:
        attending.enrol(made, person, by=None)
    attending.hold(made, by=None)
    attending.certify(made, by=None)
    return made


def voice(person=None, **fields):
    """A rumour that a volunteer has sent."""
    told = {"kind": "rumour", "words": f"เขื่อนจะแตกคืนนี้จริงไหม {next(_counter)}"}
    return voicing.send(person or volunteer(), **(told | fields))


def finish(begun, **texts):
    """Publish a draft that has a headline only."""
    begun.article.topic = topic()
    begun.article.save()
    told = {"must_know": "โทร 1784", "lead": "ความนำ", "source_agency": "เทศบาล"}
    for name, text in (told | texts).items():
        setattr(begun, name, text)
    begun.save()
    publish(begun)
    return begun


def application(*, district, **fields):
    """A radio station's application, and the secret word that opens its page."""
    told = {"kind": "media", "organization_kind": "radio", "name": "สมชาย ใจดี"}
    told |= {"organization_name": f"วิทยุที่ {next(_counter)}", "phone": "0 3641 2222"}
    told |= {"email": f"person{next(_counter)}@example.org", "means": ["radio"]}
    made = Application(**(told | {"consent_text": "ยินยอม"} | fields))
    return made, joining.apply(made, districts=[district], subdistricts=[])


def officer(username="officer", role=roles.OFFICER):
    """The network officer, or another role, with exactly what it gives."""
    roles.sync()
    made = user(username, is_staff=True)
    made.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=made.pk)


def asset(name="รถ LED", **fields):
    """A thing in working order that agencies may borrow."""
    facts = {"number": f"6710-001-{next(_counter):04}", "name_th": name, "category": "screen"}
    return Asset.objects.create(**(facts | fields))


def loan(*wanted, days=(1, 3), state="requested", by=None, **fields):
    """A request for things, from the first to the second of ``days`` after today; approved or
    handed out when ``state`` says so.
    """
    given = {
        "agency": "เทศบาลตำบลท่าศาลา",
        "contact": "สมศรี ใจดี",
        "phone": "036-411-111",
        "email": "somsri@example.org",
        "letter_number": "",
        "purpose": "ประชุมประชาคม",
        "place": "ศาลาประชาคม",
        "wishes": "",
    }
    first, last = (timezone.localdate() + timedelta(days=n) for n in days)
    made, made.token = lending.ask(first=first, last=last, wanted=wanted, **(given | fields))
    if state != "requested":
        lending.approve(made, wanted, by=by)
    if state == "out":
        hand_out(made, by=by)
    return made


def hand_out(loan, by=None):
    checked = [Checked(hold) for hold in loan.holds.live().select_related("asset")]
    return lending.hand_out(loan, checked, signed(), by=by)


def signed(name="สมศรี ใจดี", **fields):
    return Signed(name=name, terms="ข้าพเจ้าได้รับของครบแล้ว", **fields)


def channel(kind="email", *, districts=(), **fields):
    """An active channel of an organisation of its own, which gets everything."""
    n = next(_counter)
    addresses = {
        "email": f"partner{n}@example.org",
        "line": f"C{n:032}",
        "webhook": f"https://partner{n}.example.org/news",
    }
    owner = {} if "person" in fields else {"organization": organization()}
    facts = {"address": addresses.get(kind, ""), "state": "active"}
    facts |= {"format": "json" if kind in {"webhook", "feed"} else "full"}
    made = Channel.objects.create(kind=kind, **(owner | facts | fields))
    made.districts.set(districts)
    return made


def released(edition=None, channels=None, *, by=None, **rules):
    """A release of an edition, of a new one if none is given, to one mailbox if nobody is named."""
    edition = edition or published()
    given = distributing.Rules(**rules)
    made = distributing.prepare(edition, channels or [channel()], by=by or user(), rules=given)
    if made.state == "prepared":
        distributing.approve(made, by=user())
    return made


def received(edition, channels):
    """A release of an edition, whatever became of it since, that these channels got at once."""
    made = Release.objects.create(
        edition=edition,
        state="released",
        recipients=len(channels),
        audience=distributing.snapshot(edition, channels, rules={}),
        prepared_by=user(),
        released_at=edition.shown_from,
    )
    for each in channels:
        Delivery.objects.create(
            release=made, channel=each, state="accepted", accepted_at=edition.shown_from
        )
    return made


def advisory_request(topic="campaign", **given):
    """A request for advice as an agency sends it."""
    if not AdviceTopic.objects.exists():
        consulting.loading.load()
    facts = {
        "subject": "ขอคำปรึกษาวางแผนรณรงค์ป้องกันไข้เลือดออก",
        "detail": "ปีที่ผ่านมาคนในตลาดเห็นป้ายแต่ไม่เปลี่ยนพฤติกรรม",
        "agency": "เทศบาลตำบลตัวอย่าง",
        "contact": "สมศรี ตัวอย่าง",
        "phone": "036 000 000",
        "email": "somsri@example.go.th",
    }
    return casework.receive(topic=AdviceTopic.objects.get(key=topic), **facts | given)


def resource_draft(kind="guide", topic="write-news", *, by=None, sources=(), **texts):
    """A first version with everything that publishing asks for."""
    if not AdviceTopic.objects.exists():
        consulting.loading.load()
    facts = {
        "title_th": "เขียนข่าวหนึ่งหน้าให้คนอ่านจบ",
        "body_th": "<p>ขึ้นต้นด้วยสิ่งที่ประชาชนต้องทำ</p>",
        "basis": "own",
        "review_by": timezone.localdate() + timedelta(days=365),
    }
    topic = AdviceTopic.objects.get(key=topic)
    return editing.begin(kind, topic, by=by or user(), sources=sources, **facts | texts)


def resource(kind="guide", topic="write-news", **texts):
    """A published version."""
    return publish_resource(resource_draft(kind, topic, **texts))


def resource_edition(topic, title, *, is_published=True):
    """An answer to learn from."""
    draft = resource_draft("answer", topic.key, title_th=title, body_th=f"<p>{title}</p>")
    return publish_resource(draft) if is_published else draft


def publish_resource(edition, *, by=None, accepted=()):
    if edition.state != "in-review":
        editing.submit(edition, by=edition.author)
    editing.publish(edition, by=by or user(), accepted=accepted)
    return edition


def revised_resource(edition, **texts):
    """The next version of it, published."""
    draft = editing.revise(edition.resource, by=user())
    draft.review_by = timezone.localdate() + timedelta(days=365)
    draft.change_note = "เพิ่มตัวอย่าง"
    for name, value in texts.items():
        setattr(draft, name, value)
    editing.save(draft, by=draft.author)
    return publish_resource(draft)


SURVEY_DAYS = timedelta(days=10)


def survey(*, definition=None, state="open", **fields):
    """A survey with a published questionnaire, open from ten days ago until in ten days."""
    today = timezone.localdate()
    facts = {"title_th": "ความเห็นต่อข่าวสาร", "title_en": "Views on news", "aim_th": "เพื่อทราบความเห็น"}
    facts |= {"policy": "province", "fiscal_year": 2570, "design": "open-link"}
    facts |= {
        "modes": ["web", "kiosk", "interview", "paper"],
        "population_th": "ประชาชนในจังหวัดลพบุรี",
    }
    facts |= {"opens_on": today - SURVEY_DAYS, "closes_on": today + SURVEY_DAYS, "state": state}
    made = Survey.objects.create(**(facts | fields))
    questionnaire(made, definition)
    return made


def questionnaire(survey, definition=None, *, is_published=True):
    """Its next version."""
    found = normalised(definition or QUESTIONS)
    facts = {"number": survey.questionnaires.count() + 1, "definition": found}
    if is_published:
        total = hashlib.sha256(rfc8785.dumps(found)).hexdigest()
        facts |= {"published_at": timezone.now(), "sha256": total}
    return survey.questionnaires.create(**facts)


def response(survey, *, mode="web", key=None, **answers):
    """Answers as they arrive; what is not given is left blank."""
    recorded = fieldwork.record(
        survey.questionnaire, ANSWERS | answers, key=key or uuid4(), mode=mode
    )
    return recorded.response


def stratum(survey, code="1601", population=1000, **fields):
    facts = {"name_th": f"อำเภอ {code}", "population": population, "source": "ทะเบียนราษฎร"}
    return survey.strata.create(code=code, **(facts | fields))


ANSWERS = {"D1": "1601", "D2": "1", "Q1": "1", "Q2": ["a"], "Q4": "5"}
QUESTIONS = json.loads((Path(__file__).parent / "data" / "questions.json").read_text("utf-8"))


def responses(survey, *rows, **facts):
    """Counted responses as they are stored, from their answers; (answers, count) for many alike."""
    strata = {stratum.code: stratum for stratum in survey.strata.all()}
    questionnaire = survey.questionnaire
    made = []
    for row in rows:
        answers, count = row if isinstance(row, tuple) else (row, 1)
        for _each in range(count):
            facts_of_one = {"mode": "web", "stratum": strata.get(answers.get("D1"))} | facts
            made.append(
                Response(survey=survey, questionnaire=questionnaire, data=answers, **facts_of_one)
            )
    return Response.objects.bulk_create(made)


def interviewer(survey, number=1, **fields):
    """Somebody with an account of their own who asks people for the survey."""
    return survey.interviewers.create(number=number, user=user(), **fields)


def survey_with_results(**fields):
    """A sample of 140 people whose results were prepared, published, and asked an agency about."""
    analyst, head = (user(is_superuser=True, is_staff=True) for _each in range(2))
    method = {
        item: {"th": "อธิบายวิธีไว้ที่นี่", "en": "It is told here"}
        for item in ("strategy", "sponsor", "recruitment", "limitations")
    }
    facts = {"design": "probability", "state": "closed", "breakdowns": ["D2"], "method": method}
    made = survey(**(facts | fields))
    stratum(made)
    told = {"D1": "1601", "Q1": "1", "Q2": ["a", "b"], "Q3": 4, "Q4": "4", "Q5": None}
    no_news = {"D1": "1601", "Q1": "2", "Q3": None, "Q4": "2", "Q5": "ประกาศช่วงเย็น"}
    rows = [(told | {"D2": "1"}, 60), (told | {"D2": "2", "Q2": ["c"]}, 32)]
    rows += [(no_news | {"D2": "2"}, 45), (no_news | {"D2": "3", "Q4": "9"}, 3)]
    responses(made, *rows, mode="interview")
    weighing.weigh(made, by=analyst, spec={"base": "strata"})
    publication = survey_publishing.draft(made, by=analyst)
    survey_publishing.submit(publication, by=analyst)
    survey_publishing.publish(publication, by=head)
    made.refresh_from_db()
    asked = findings.ask(
        made, organization(), by=head, kind="finding", text_th="ข่าวมาช้า", is_public=True
    )
    findings.ask(
        made, asked.agency, by=head, kind="proposal", text_th="ประกาศช่วงเย็นด้วย", is_public=True
    )
    findings.reply(asked, by=head, reply_th="เพิ่มรอบเย็นแล้ว", link="/news/")
    return made
