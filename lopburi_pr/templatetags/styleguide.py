"""Example values for templates/styleguide.html: every component in every state it can be in."""

from datetime import UTC, date, datetime

from django import forms, template
from django.templatetags.static import static

register = template.Library()

PUBLISHED = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)
UPDATED = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
TOPIC = {"url": "#", "name": "สาธารณภัยและสิ่งแวดล้อม", "slug": "disaster"}
DISTRICTS = [{"url": "#", "name": "เมืองลพบุรี"}, {"url": "#", "name": "ท่าวุ้ง"}]

ALERT = {
    "url": "#",
    "kicker": "น้ำท่วมฉับพลัน",
    "headline": "น้ำหลากจากเขาสมโภชน์",
    "instruction": "ขึ้นที่สูงทันที ห้ามเดินหรือขับรถผ่านน้ำที่ไหลเชี่ยว ขอความช่วยเหลือโทร 1784",
    "where": "อำเภอเมืองลพบุรี, อำเภอท่าวุ้ง",
    "expires": UPDATED,
    "agency": "สำนักงานป้องกันและบรรเทาสาธารณภัยจังหวัด",
    "phone": "1784",
    "is_sample": False,
    "is_real": True,
}


class ExampleForm(forms.Form):
    agency = forms.CharField(label="ชื่อหน่วยงานของท่าน", help_text="เช่น เทศบาลตำบลท่าศาลา")
    phone = forms.CharField(label="โทรศัพท์", required=False)
    topic = forms.ChoiceField(
        label="เรื่องที่ขอคำปรึกษา", choices=[("", "เลือกเรื่อง"), ("news", "เขียนข่าว")]
    )


@register.simple_tag
def examples():
    """A dictionary of values, one for each component that needs more than texts."""
    month = [
        [
            {"day": date(2026, 11, n), "is_busy": n in (26, 27), "is_past": n < 24} if n else None
            for n in week
        ]
        for week in ([*range(22, 29)], [29, 30, 0, 0, 0, 0, 0])
    ]
    picture = {
        "id": 0,
        "alt": "ภาพตัวอย่างสำหรับหน้ารวมองค์ประกอบ",
        "is_decorative": False,
        "caption": "คำบรรยายภาพบอกว่าใคร ทำอะไร ที่ไหน",
        "credit": "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี",
        "width": 1200,
        "height": 630,
        "focal_x": 5,
        "focal_y": 5,
        "widths": [],
        "fallback_src": static("img/share-card.png"),
    }
    card = {
        "url": "#",
        "title": "เฝ้าระวังระดับน้ำริมแม่น้ำลพบุรีและคลองสาขา 4 อำเภอ",
        "must_know": "ประชาชนริมน้ำเก็บของขึ้นที่สูงและเตรียมยาประจำตัว 7 วัน ขอความช่วยเหลือโทร 1784",
        "lead": "จังหวัดลพบุรีขอให้ประชาชนริมน้ำเก็บของขึ้นที่สูงและติดตามประกาศวันละสองครั้ง",
        "kind": "announcement",
        "kind_label": "ประกาศ",
        "topic": TOPIC,
        "listed_at": PUBLISHED,
        "districts": DISTRICTS,
        "source_agency": "สำนักงานป้องกันและบรรเทาสาธารณภัยจังหวัด",
        "language": "th",
        "is_sample": True,
        "picture": picture,
        "reference": "LPB-2569-00020",
        "version": 2,
    }
    event = {
        "url": "#",
        "title": "งานแผ่นดินสมเด็จพระนารายณ์มหาราช",
        "language": "th",
        "starts_at": datetime(2026, 11, 27, 2, 0, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 27, 9, 0, tzinfo=UTC),
        "first_day": date(2026, 11, 27),
        "last_day": date(2026, 11, 27),
        "is_all_day": False,
        "place": "พระนารายณ์ราชนิเวศน์",
        "district": DISTRICTS[0],
        "topic": TOPIC,
        "is_cancelled": False,
        "is_sample": True,
    }
    wrong = ExampleForm({"agency": "", "phone": "", "topic": "news"})
    wrong.is_valid()
    return {
        "picture": picture,
        "month": month,
        "tiles": [
            {"name": name, "count": count, "total": 9, "column": place % 3, "row": place // 3}
            for place, (name, count) in enumerate(
                zip(
                    ("ท่าวุ้ง", "เมืองลพบุรี", "พัฒนานิคม", "Khok Samrong", "ท่าหลวง"),
                    (0, 2, 5, 8, 9),
                    strict=True,
                )
            )
        ],
        "card": card,
        "card_without_picture": {**card, "picture": None, "is_sample": False},
        "card_in_english": {
            **card,
            "language": "en",
            "title": "Water-level watch along the Lop Buri River",
            "lead": "People by the river are asked to move belongings up.",
            "must_know": "",
        },
        "verdict": {
            "url": "#",
            "label": "false",
            "label_text": "ปลอม",
            "claim_text": "จังหวัดให้ลงทะเบียนรับเงินเยียวยาผ่านลิงก์ในแอปแชต",
            "short_answer": "ไม่มีโครงการนี้ อย่ากดลิงก์และอย่าให้เลขบัตรประชาชน",
            "shown_from": PUBLISHED,
            "version": 1,
            "is_sample": True,
        },
        "event": event,
        "cancelled_event": {**event, "is_cancelled": True},
        "changes": [
            {"kind": "same", "text": "ระดับน้ำสูงกว่าตลิ่ง "},
            {"kind": "gone", "text": "12"},
            {"kind": "new", "text": "21"},
            {"kind": "same", "text": " เซนติเมตร"},
        ],
        "script": {
            "lines": [
                [("เรียนพี่น้องประชาชนที่เคารพ", False)],
                [("ขอความช่วยเหลือโทร ", False), ("หนึ่งเจ็ดแปดสี่", True)],
            ],
            "telephones": [{"digits": "1784", "words": "หนึ่งเจ็ดแปดสี่", "href": "tel:1784"}],
        },
        "steps": [
            {"at": PUBLISHED, "title": "รับเรื่องแล้ว เลขที่ รค.2569/0001"},
            {
                "at": UPDATED,
                "title": "ตรวจสอบแล้ว: ปลอม",
                "text": "จังหวัดให้ลงทะเบียนรับเงินผ่านลิงก์",
                "url": "#",
                "link": "อ่านผลการตรวจสอบ",
                "is_answer": True,
            },
        ],
        "published": PUBLISHED,
        "updated": UPDATED,
        "day": date(2026, 11, 24),
        "form": ExampleForm(auto_id="example_%s"),
        "wrong_form": wrong,
        "headings": ["อำเภอ", "ตอบแล้ว", "เป้าหมาย"],
        "rows": [["เมืองลพบุรี", 120, 132], ["บ้านหมี่", 48, 60]],
        "page": {
            "number": 5,
            "pages": 40,
            "previous_url": "#",
            "next_url": "#",
            "links": [
                {"label": 1, "url": "#", "is_current": False},
                None,
                {"label": 4, "url": "#", "is_current": False},
                {"label": 5, "url": "#", "is_current": True},
                {"label": 6, "url": "#", "is_current": False},
                None,
                {"label": 40, "url": "#", "is_current": False},
            ],
        },
        "facets": [
            {
                "key": "kind",
                "name": "ประเภท",
                "values": [
                    {"label": "ประกาศ", "count": 12, "url": "#", "is_on": True},
                    {"label": "ข่าวแจก", "count": 3, "url": "#", "is_on": False},
                ],
            }
        ],
        "files": [{"url": "#", "title": "แผนที่จุดอพยพ", "format": "PDF", "size": 1_250_000}],
        "alerts": [
            {**ALERT, "pk": place, "tone": tone, "level": level, "codes": codes}
            for place, (tone, level, codes) in enumerate(
                (
                    ("extreme", "อันตรายร้ายแรงที่สุด", ["1601"]),
                    ("severe", "อันตรายร้ายแรง", ["1601"]),
                    ("moderate", "อันตรายปานกลาง", []),
                    ("minor", "ควรระวัง", []),
                    ("drill", "การฝึกซ้อม ไม่ใช่เหตุการณ์จริง", []),
                ),
                start=1,
            )
        ],
        "province": {"code": "16", "name": "ลพบุรี", "districts": DISTRICTS},
    }
