"""What LINE tells the office's account, signed and forged, and what it answers."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from lopburi_pr import background
from network import channels, confirming
from network.models import Channel, Confirmation, LineEvent
from news import line
from tests import make
from tests.other_ends import Partner

pytestmark = pytest.mark.django_db
SECRET = "secret-of-the-office-s-account"
GROUP, USER = "C" + "a1" * 16, "U" + "b2" * 16
_numbers = count()


@pytest.fixture(autouse=True)
def _listening(settings):
    settings.LINE_CHANNEL_SECRET = SECRET


@pytest.fixture
def api(settings):
    with Partner() as server:
        settings.OUTBOUND_ENABLED = True
        settings.LINE_API_URL, settings.LINE_CHANNEL_TOKEN = server.url, "token-of-the-office"
        yield server


def signed(body, secret=SECRET):
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def post(client, body, signature=None):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    signature = signed(body) if signature is None else signature
    return client.post(
        "/line/webhook/",
        body,
        content_type="application/json",
        headers={"X-Line-Signature": signature} if signature else {},
    )


def event(kind="message", text="", *, place=GROUP, user=USER, **more):
    source = {"type": "user", "userId": user}
    if place != user:
        source |= {"type": "group", "groupId": place}
    facts = {
        "type": kind,
        "webhookEventId": f"01H{next(_numbers):023}",
        "timestamp": int(timezone.now().timestamp() * 1000),
        "replyToken": "b60d432864f44d079f6d8efe86cf404b",
        "source": source,
    }
    if kind == "message":
        facts["message"] = {"type": "text", "id": "1", "text": text}
    return facts | more


def tell(client, *events):
    return post(client, {"destination": "U" + "0" * 32, "events": events}).status_code


def asked():
    channel = make.channel("line", state="unverified", address="")
    return channel, confirming.ask(channel, by=make.user())


def now(channel):
    return Channel.objects.filter(pk=channel.pk).values_list("state", "address").get()


def answered(api):
    while background._do_some(background._works["An answer by LINE"], lambda: False):
        pass
    return [json.loads(body)["messages"][0]["text"] for path, _h, body in api.requests]


# Who is believed


def test_only_what_line_signed_is_believed(client):
    channel, confirmation = asked()
    body = json.dumps({"events": [event(text=confirmation.code())]}).encode()

    good = signed(body)
    refused = [
        post(client, body, bad).status_code
        for bad in ("", "x", good[:-1], good.lower(), signed(body, "another"), signed(body + b" "))
    ]

    assert refused == [403] * 6
    assert post(client, body, "ลายเซ็น".encode().decode("latin-1")).status_code == 403
    assert now(channel) == ("unverified", "")
    assert post(client, body, good).status_code == 200
    assert now(channel) == ("active", GROUP)


def test_without_a_secret_nobody_is_listened_to(client, settings):
    settings.LINE_CHANNEL_SECRET = ""
    channel, confirmation = asked()
    body = json.dumps({"events": [event(text=confirmation.code())]}).encode()

    assert post(client, body, signed(body, "")).status_code == 404
    assert now(channel) == ("unverified", "")


def test_only_post_is_taken(client):
    assert client.get("/line/webhook/").status_code == 405


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'"events"', 400),
        (b"{}", 400),
        (b'{"events": {}}', 400),
        (b'{"events": null}', 400),
        (b"[" * 100_000, 400),
        (b'{"events":' + b"[" * 100_000, 400),
        (b'{"events": []}', 200),
        (b'{"events": [null, 1, "x", [], {}]}', 200),
        (b'{"events": [NaN, Infinity]}', 200),
    ],
)
def test_bodies_that_are_none_end_in_a_sentence_of_http(client, body, status):
    assert post(client, body).status_code == status


@pytest.mark.parametrize("wrong", [None, 1, -1, 10**30, 1.5, True, "", "\x00", "\ud800", [], {}])
@pytest.mark.parametrize(
    "name", ["type", "webhookEventId", "timestamp", "replyToken", "source", "message"]
)
def test_values_of_a_wrong_kind_are_passed_over(client, name, wrong):
    _channel, confirmation = asked()
    kinds = [event(text=confirmation.code()), event("leave"), event("join"), event("unfollow")]

    told = [tell(client, each | {name: wrong}) for each in kinds]
    for inner in ("groupId", "userId", "roomId", "type"):
        each = event(text=confirmation.code())
        each["source"][inner] = wrong
        told.append(tell(client, each))
    each = event(text=confirmation.code())
    each["message"]["text"] = wrong
    told.append(tell(client, each))

    assert set(told) == {200}


def test_a_huge_body_is_refused(client):
    assert post(client, b"x" * 3_000_000).status_code in {400, 413}
    assert tell(client, *(event(text="ก" * 500) for _ in range(130))) == 200
    assert LineEvent.objects.count() == 0


# Codes


def test_a_code_binds_the_room_where_it_is_typed(client, api):
    channel, confirmation = asked()

    tell(client, event(text=f" {confirmation.code().lower()[:3]} {confirmation.code()[3:]} "))

    assert now(channel) == ("active", GROUP)
    (said,) = answered(api)
    assert channel.owner.name in said
    ((path, headers, body),) = api.requests
    assert path == "/v2/bot/message/reply"
    assert headers["Authorization"] == "Bearer token-of-the-office"
    assert json.loads(body)["replyToken"] == "b60d432864f44d079f6d8efe86cf404b"
    assert LineEvent.objects.get().reply_token == ""


def test_a_person_binds_themselves(client):
    channel, confirmation = asked()

    tell(client, event(text=confirmation.code(), place=USER))

    assert now(channel) == ("active", USER)


def test_nothing_is_answered_while_sending_is_switched_off(client, settings):
    settings.OUTBOUND_ENABLED = False
    channel, confirmation = asked()

    tell(client, event(text=confirmation.code()))

    assert now(channel)[0] == "active"
    assert LineEvent.objects.get().state == "done"


def test_an_answer_that_waited_too_long_is_not_sent(client, api, travel):
    tell(client, event("join"))
    travel(timezone.now() + timedelta(minutes=2))

    assert answered(api) == []
    assert LineEvent.objects.get().state == "failed"


def test_codes_look_like_no_word_and_are_not_in_the_database():
    _channel, confirmation = asked()
    stored = str(Confirmation.objects.values().get())

    assert line.CODE.fullmatch(confirmation.code())
    assert confirmation.code() not in stored
    assert not line.CODE.fullmatch("THANKS")


def test_what_people_talk_of_is_neither_answered_nor_kept(client, api):
    for text in ("สวัสดี", "THANKS", "ABC2345", "A1", "", "2345 678"):
        tell(client, event(text=text))

    assert answered(api) == []
    assert LineEvent.objects.count() == 0


def test_a_code_is_over_after_a_day_and_a_newer_one_ends_it(client, travel):
    channel, first = asked()
    second = confirming.ask(channel, by=None)

    tell(client, event(text=first.code()))
    assert now(channel)[0] == "unverified"
    travel(timezone.now() + timedelta(days=1, seconds=1))
    tell(client, event(text=second.code()))

    assert now(channel)[0] == "unverified"


def test_after_five_wrong_codes_a_right_one_waits_an_hour(client, api, travel):
    channel, confirmation = asked()
    for n in range(5):
        tell(client, event(text=f"ABCDE{n + 2}"))

    tell(client, event(text=confirmation.code()))

    assert now(channel)[0] == "unverified"
    assert "ลองใหม่ใน 1 ชั่วโมง" in answered(api)[-1]
    tell(client, event(text=confirmation.code(), user="U" + "c3" * 16))  # somebody else may
    assert now(channel)[0] == "active"


def test_wrong_codes_are_forgiven_after_an_hour(client, travel):
    channel, confirmation = asked()
    for n in range(5):
        tell(client, event(text=f"ABCDE{n + 2}"))
    travel(timezone.now() + timedelta(hours=1, seconds=1))

    tell(client, event(text=confirmation.code()))

    assert now(channel)[0] == "active"


def test_what_is_told_twice_is_done_once(client, api):
    channel, confirmation = asked()
    told = event(text=confirmation.code())

    tell(client, told)
    tell(client, told)
    tell(client, left := event("leave"))
    again = confirming.ask(Channel.objects.get(), by=None)
    tell(client, event(text=again.code()))
    for each in (told, left, told):
        tell(client, each)

    assert now(channel) == ("active", GROUP)
    assert len(answered(api)) == 2


def test_an_old_leave_that_is_told_late_disables_nothing(client):
    channel, confirmation = asked()
    late = event("leave", timestamp=int((timezone.now() - timedelta(hours=1)).timestamp() * 1000))
    tell(client, event(text=confirmation.code()))

    tell(client, late)

    assert now(channel)[0] == "active"


def test_one_room_has_one_channel_that_is_used(client, api):
    (first, one), (second, other) = asked(), asked()

    tell(client, event(text=one.code()))
    tell(client, event(text=other.code()))
    assert (now(first), now(second)) == (("active", GROUP), ("unverified", ""))
    assert "มีช่องทางรับข่าวอยู่แล้ว" in answered(api)[-1]
    channels.disable(first, by=None, reason="เลิกใช้")
    tell(client, event(text=other.code()))

    assert (now(first), now(second)) == (("disabled", ""), ("active", GROUP))


@pytest.mark.parametrize(("kind", "place"), [("leave", GROUP), ("unfollow", USER)])
def test_who_sends_the_office_away_gets_nothing_more(client, kind, place):
    channel, confirmation = asked()
    tell(client, event(text=confirmation.code(), place=place))

    tell(client, event(kind, place=place))

    gone = Channel.objects.get(pk=channel.pk)
    assert gone.state == "disabled"
    assert "LINE" in gone.disabled_reason


def test_who_comes_in_says_how_to_begin(client, api):
    tell(client, event("join"), event("follow", place=USER))

    assert len(answered(api)) == 2


def test_events_are_forgotten_after_a_week(client, travel):
    tell(client, event("join"))
    travel(timezone.now() + timedelta(days=7, seconds=1))
    tell(client, event("join"))

    assert LineEvent.objects.count() == 1
