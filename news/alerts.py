"""What readers see of alerts and occasions: those in force on every page, one alert, the past year.

Like ``news.reading``: pages are fed plain dictionaries. What is in force comes with the stamp
(``news.listing.stamp``), so that it is on every page with the very second, at no further query.
"""

from datetime import timedelta
from urllib.parse import quote

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, OuterRef
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from news.models import Alert
from news.models.alerts import BILINGUAL, identifier
from news.reading import address_prefix, districts_by_code, provinces_by_code
from office.pulse import remembered

PAST = timedelta(days=365)
MOST_PAST = 200
FEED_ITEMS = 30
BRIEF = 3  # places named on every page
GRAVEST_FIRST = [Alert.Severity.EXTREME, Alert.Severity.SEVERE, Alert.Severity.MODERATE]
TONES = {"Extreme": "extreme", "Severe": "severe", "Moderate": "moderate"}
# Those of the components notice and status.
NOTICES = {"extreme": "danger", "severe": "danger", "moderate": "warning"}
# Numbers that answer day and night, for every page that speaks of danger.
EMERGENCY = (
    ("1784", gettext_lazy("Disasters (Department of Disaster Prevention and Mitigation)")),
    ("1669", gettext_lazy("Medical emergency")),
    ("191", gettext_lazy("Police")),
    ("199", gettext_lazy("Fire brigade")),
)


def rows(alerts):
    """Everything that pages, feeds and files say of these alerts, one row for each."""
    return alerts.values(
        *("pk", "year", "number", "sender", "status", "msg_type", "category", "urgency"),
        *("severity", "certainty", "shown_from", "shown_until", "onset_at", "expires_at"),
        *(f"{name}_{language}" for name in BILINGUAL for language in ("th", "en")),
        *("phone", "web_url", "is_sample", "sent_at", "updates_id"),
        district_codes=ArraySubquery(
            Alert.districts.through.objects.filter(alert=OuterRef("pk"))
            .order_by("district__sort_key")
            .values("district__code")
        ),
        province_codes=ArraySubquery(
            Alert.provinces.through.objects.filter(alert=OuterRef("pk"))
            .order_by("province__sort_key")
            .values("province__code")
        ),
        next_type=F("successor__msg_type"),
        next_year=F("successor__year"),
        next_number=F("successor__number"),
        next_sent_at=F("successor__sent_at"),
        next_reason=F("successor__description_th"),
    )


def active_rows(at_stamp):
    """Rows of the alerts in force, the gravest first, then the newest; one query for each alert's
    whole life, because what was sent never changes.
    """
    if not at_stamp.alerts:
        return []
    return remembered(
        "alerts in force",
        at_stamp.alerts,
        lambda: sorted(rows(Alert.objects.filter(pk__in=at_stamp.alerts)), key=_gravity),
    )


def _gravity(row):
    is_real = row["status"] == Alert.Status.ACTUAL
    severity = row["severity"]
    place = GRAVEST_FIRST.index(severity) if severity in GRAVEST_FIRST else len(GRAVEST_FIRST)
    return not is_real, place, -row["sent_at"].timestamp()


def active(at_stamp):
    """The alerts in force, as the component shows them, in the reader's language."""
    if not at_stamp.alerts:
        return []
    return remembered(
        ("alerts", get_language()),
        at_stamp,
        lambda: [shown(row, at_stamp) for row in active_rows(at_stamp)],
    )


def past(at_stamp):
    """What ended within a year, the newest first: of a chain, only the last that warned."""
    ended = Alert.objects.ended().filter(shown_until__gte=timezone.now() - PAST)
    found = rows(ended).order_by("-shown_until", "-pk")[:MOST_PAST]
    told = [shown(row, at_stamp) for row in found]
    return [alert for alert in told if alert["fate"] != "updated"]


def latest_rows():
    """The messages that a feed tells, the newest first, updates and cancellations too."""
    return rows(Alert.objects.sent()).order_by("-sent_at")[:FEED_ITEMS]


def find(year, number):
    """The row of one message that the public has been told; None where there is none."""
    return rows(Alert.objects.sent()).filter(year=year, number=number).first()


def earlier(row):
    """Rows of the messages that this one replaces, the newest first; two queries at most."""
    if not row["updates_id"]:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE chain(id, updates_id) AS ("
            " SELECT id, updates_id FROM news_alert WHERE id = %s"
            " UNION ALL SELECT alert.id, alert.updates_id"
            " FROM news_alert alert JOIN chain ON alert.id = chain.updates_id"
            ") SELECT id FROM chain",
            [row["updates_id"]],
        )
        chain = [pk for (pk,) in cursor.fetchall()]
    return list(rows(Alert.objects.sent()).filter(pk__in=chain).order_by("-sent_at"))


def shown(row, at_stamp):
    """One alert in the reader's language, from a row of ``rows()``."""
    districts, provinces = districts_by_code(at_stamp), provinces_by_code(at_stamp)
    inside = [code for code in row["district_codes"] if code in districts]
    whole = [code for code in row["province_codes"] if code in provinces]
    names = [_("all of %(province)s Province") % {"province": provinces[code]} for code in whole]
    names += [_("%(name)s District") % {"name": districts[code]["name"]} for code in inside]
    bares = [provinces[code] for code in whole] + [districts[code]["name"] for code in inside]
    is_real = row["status"] == Alert.Status.ACTUAL
    tone = TONES.get(row["severity"], "minor") if is_real else "drill"
    page = {name: text(row, name) for name in BILINGUAL}
    return page | {
        "pk": row["pk"],
        "url": f"{address_prefix()}{address(row)}/",
        "cap_url": f"{address(row)}.cap.xml",
        "identifier": identifier(row["year"], row["number"]),
        "tone": tone,
        "notice": NOTICES.get(tone, "info"),
        "level": Alert.Severity(row["severity"]).label
        if is_real
        else Alert.Status(row["status"]).label,
        "severity": Alert.Severity(row["severity"]).label,
        "urgency": Alert.Urgency(row["urgency"]).label,
        "certainty": Alert.Certainty(row["certainty"]).label,
        "is_real": is_real,
        # Machines must not take a sample for a real event.
        "status": Alert.Status.TEST.value if row["is_sample"] else row["status"],
        "is_cancellation": row["msg_type"] == Alert.MsgType.CANCEL,
        "is_sample": row["is_sample"],
        "places": names,
        # What the headline says already is not said again on every page.
        "kicker": "" if page["event"] in page["headline"] else page["event"],
        "where": "" if all(bare in page["headline"] for bare in bares) else _briefly(names),
        # The codes of every district it concerns, those of whole provinces too.
        "codes": [
            code
            for code, place in districts.items()
            if code in inside or place["province"] in whole
        ],
        "sent": row["sent_at"],
        "begins": row["shown_from"],
        "onset": row["onset_at"],
        "expires": row["expires_at"],
        "ended": row["shown_until"],
        "phone": row["phone"],
        "web_url": row["web_url"],
        **_fate(row),
    }


def _briefly(names):
    rest = len(names) - BRIEF
    told = ", ".join(names[:BRIEF])
    if rest <= 0:
        return told
    more = ngettext("and %(n)s more", "and %(n)s more", rest) % {"n": rest}
    return f"{told} {more}"


def page(row, at_stamp, origin):
    """What news/alert.html shows of one message; ``origin`` is scheme and host for sharing."""
    alert = shown(row, at_stamp)
    shared = quote(f"{origin}{alert['url']}", safe="")
    return alert | {
        "chain": [shown(before, at_stamp) for before in earlier(row)],
        "short_url": f"{origin}{alert['url']}",
        "share_line_url": f"https://social-plugins.line.me/lineit/share?url={shared}",
        "share_facebook_url": f"https://www.facebook.com/sharer/sharer.php?u={shared}",
    }


def _fate(row):
    """How it ended, as far as the public has been told: updated, cancelled, expired, or not yet."""
    now = timezone.now()
    fate, url, reason = "", "", ""
    if row["next_sent_at"] and row["next_sent_at"] <= now:
        is_cancelled = row["next_type"] == Alert.MsgType.CANCEL
        fate = "cancelled" if is_cancelled else "updated"
        url = f"{address_prefix()}/alerts/{row['next_year']}-{row['next_number']}/"
        reason = row["next_reason"] if is_cancelled else ""
    elif row["expires_at"] <= now:
        fate = "expired"
    return {"fate": fate, "next_url": url, "cancel_reason": reason}


def address(row):
    """Path of one message without its ending: /alerts/2569-7"""
    return f"/alerts/{row['year']}-{row['number']}"


def text(row, name):
    """A text in the reader's language; in the other one when that is empty."""
    first, second = ("en", "th") if get_language() == "en" else ("th", "en")
    return row[f"{name}_{first}"] or row[f"{name}_{second}"]


def occasion(at_stamp):
    """The occasion of the day for the band on every page, the one begun last; empty without."""
    if not at_stamp.occasion:
        return {}
    names = ("kind", "title_th", "title_en", "text_th", "text_en", "is_muted")
    row = dict(zip(names, at_stamp.occasion, strict=True))
    told = {"title": text(row, "title"), "text": text(row, "text")}
    return told | {"kind": row["kind"], "is_muted": row["is_muted"] == "true"}
