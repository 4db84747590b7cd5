"""What nobody should send: submissions of the form by chance, the same for the same seed."""

import io
import random
import struct
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import make

START = "/consulting/request/"
PAGE, REFUSED, MOVED, GONE = 200, 400, 302, 410
ANY = {PAGE, REFUSED, MOVED}
TEXTS = [
    "",
    " ",
    "\x00",
    "ก\x00ข",
    "\u202egnp.exe",
    "\u200b\u200d\ufeff",
    "ก" * 100_000,
    "\u0e48" * 100_000,
    "a\u0301" * 5_000,
    "'; DROP TABLE consulting_advisoryrequest; --",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7|add:7 }}{% debug %}",
    "../../etc/passwd",
    "\r\nSet-Cookie: x=1",
    "😀" * 300,
    "%s%n%x",
    "NaN",
    "-1",
    "9" * 400,
    "๑๒๓",
    "31/2/2569",
    "2569-99-99",
    "1e309",
    "null",
    "[]",
    "\ud7ff\ue000\uffff",
    "a@b",
    "a@b.c\nBcc: everybody@example.com",
    "x@" + "y" * 300 + ".th",
]
FIELDS = {
    "question": ("subject", "detail", "wanted_by", "q-audience", "q-change", "q-tried", "q-budget"),
    "who": (
        *("agency", "agency_kind", "place", "contact", "position", "phone", "email"),
        *("letter_number", "letter_on"),
    ),
}
VALID = {
    "question": {
        "subject": "รณรงค์ในตลาดสด",
        "detail": "คนเห็นป้ายแต่ไม่เปลี่ยน",
        "q-audience": "ผู้ค้า",
        "q-change": "คว่ำภาชนะ",
    },
    "who": {
        "agency": "เทศบาลตำบลตัวอย่าง",
        "place": "district:1601",
        "contact": "สมศรี ตัวอย่าง",
        "phone": "036-411-111",
    },
}
KINDS = ("topic", "typed", "chosen", "missing", "files", "body", "order", "whole")
PDF = b"%PDF-1.7\n%%EOF\n"


def submissions(count, seed):
    """``count`` times ``(kind, send(client), statuses that may answer)``."""
    chance = random.Random(seed)
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        yield kind, _send(kind, random.Random(chance.random()), number), ANY | {403, 404, GONE}


def _send(kind, chance, number):
    def send(client):
        # Each from an address of its own: what is tested is not the limit.
        client.defaults["REMOTE_ADDR"] = (
            f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        )
        return globals()[f"_{kind}"](client, chance)

    return send


def _text(chance):
    return chance.choice(TEXTS) + chance.choice(["", "", chance.choice(TEXTS)])


def _begun(client):
    return client.post(START, {"topic": "campaign"})["Location"].split("?")[0]


def _fill(client, here, page, **wrong):
    return client.post(here, {"page": page, **VALID[page], **wrong})


def _topic(client, chance):
    return client.post(
        START, {"topic": _text(chance), "website": chance.choice(["", _text(chance)])}
    )


def _typed(client, chance):
    page = chance.choice([*FIELDS])
    fields = chance.sample(FIELDS[page], chance.randint(1, len(FIELDS[page])))
    return _fill(client, _begun(client), page, **{name: _text(chance) for name in fields})


def _chosen(client, chance):
    here = _begun(client)
    return client.post(
        here,
        {
            "page": chance.choice([*FIELDS, "topic", "send", "helped", _text(chance)]),
            "go": chance.choice(["helped-", "remove-", "add", "question", ""]) + _text(chance)[:99],
            "topic": _text(chance),
            "place": [_text(chance), "district:1601", "district:9999", "province:\x00"],
            "agency_kind": _text(chance),
        },
    )


def _missing(client, chance):
    page = chance.choice([*FIELDS])
    kept = {name: text for name, text in VALID[page].items() if chance.random() < 0.5}
    return client.post(_begun(client), {"page": page, **kept})


def _files(client, chance):
    here = _begun(client)
    for page in FIELDS:
        _fill(client, here, page)
    sent = [_file(chance) for _ in range(chance.randint(1, 3))]
    return client.post(here, {"page": "send", "go": chance.choice(["add", "send"]), "files": sent})


def _body(client, chance):
    here = chance.choice([START, _begun(client)])
    content_type = chance.choice(
        [
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/json",
            "text/plain; charset=nothing",
            "application/x-www-form-urlencoded; charset=utf-7",
        ]
    )
    body = chance.choice(
        [
            b"",
            b"page=%00&subject=%ff%fe",
            b"a=1&" * 2_000,
            b"page=question&subject=" + b"%E0%B8%81" * 400_000,
            b'--x\r\nContent-Disposition: form-data; name="page"\r\n\r\nsend',
            b'--x\r\nContent-Disposition: form-data; name="files"; filename="\x00"\r\n\r\n--x--',
            chance.randbytes(2_000),
        ]
    )
    return client.generic("POST", here, body, content_type=content_type)


def _order(client, chance):
    here = _begun(client)
    steps = ["send", "who", "question", "topic", "discard"]
    answer = None
    for step in chance.sample(steps, 3):
        go = {"go": "discard"} if step == "discard" else {}
        answer = client.post(here, {"page": step, **VALID.get(step, {}), **go})
    return answer


def _whole(client, chance):
    """Valid where it must be, hostile where anything goes, and sent."""
    here = _begun(client)
    wild = _text(chance)[:150] or "ก"
    _fill(client, here, "question", subject=f"ก{wild}", detail=f"ข{wild}")
    _fill(client, here, "who", agency=f"ก{wild}", contact=f"ข{wild}")
    return client.post(here, {"page": "send", "go": "send"})


def _file(chance):
    name, content = chance.choice(_MADE)(chance)
    return SimpleUploadedFile(name, content)


def _bomb(chance):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", "")
        bomb.writestr("word/document.xml", b"\0" * 8_000_000)
    return "แผน.docx", made.getvalue()


def _crowd(chance):
    """A directory that says it has more entries than any document."""
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65_535, 65_535, 2**30, 0, 0)
    return "แผน.docx", b"PK\x03\x04" + b"\0" * 40 + end


_MADE = [
    _bomb,
    _crowd,
    lambda chance: ("ว่าง.pdf", b""),
    lambda chance: ("a.pdf.exe", b"MZ" + chance.randbytes(300)),
    lambda chance: ("a.exe.pdf", b"MZ" + chance.randbytes(300)),
    lambda chance: ("รูป.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    lambda chance: ("รูป.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    lambda chance: ("หน้า.html", b"<!doctype html><script>alert(1)</script>"),
    lambda chance: ("หน้า.txt", b"<!doctype html><script>alert(1)</script>"),
    lambda chance: ("polyglot.jpg", b"\xff\xd8\xff\xe0" + chance.randbytes(500) + b"<?php ?>"),
    lambda chance: ("polyglot.pdf", make.photo(300, 300).read() + PDF),
    lambda chance: ("polyglot.jpg", make.photo(300, 300).read() + b"PK\x03\x04<script>"),
    lambda chance: ("bomb.png", _png(60_000, 60_000)),
    lambda chance: ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + chance.randbytes(300)),
    lambda chance: ("\u202efdp.exe", PDF),
    lambda chance: ("..\\..\\boot.pdf", PDF),
    lambda chance: ("../../etc/passwd.pdf", PDF),
    lambda chance: ("ก" * 300 + ".pdf", PDF),
    lambda chance: (".pdf", PDF),
    lambda chance: ("no-name", chance.randbytes(1_000)),
    lambda chance: ("a.csv", chance.randbytes(1_000)),
    lambda chance: ("good.pdf", PDF + chance.randbytes(20)),
]


def _png(width, height):
    """The head of a picture of so many pixels, and nothing more."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + b"\0\0\0\0"


def is_whole(request):
    """Whether a request has what belongs to every one."""
    states = [change.state for change in request.changes.all()]
    letters = request.letters.count()
    return states == ["received"] and request.number > 0 and letters == bool(request.email)
