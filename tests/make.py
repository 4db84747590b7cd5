"""One plain function per noun: rows that are valid unless a test says otherwise."""

from datetime import timedelta
from io import BytesIO
from itertools import count

from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from news import events, pictures, publishing
from news.models import Article, Edition, EditionPicture, Event, Topic
from office.models import District, Province

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
