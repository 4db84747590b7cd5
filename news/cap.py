"""Alerts as XML of the Common Alerting Protocol, version 1.2 (OASIS standard, 1 July 2010)."""

from xml.etree import ElementTree as ET

from django.utils import timezone
from django.utils.translation import override

from news import alerts
from news.models import Alert
from news.models.alerts import identifier

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
CONTENT_TYPE = "application/cap+xml"
LANGUAGES = {"th": "th-TH", "en": "en-US"}
# Section 3.2.1 asks for a word about what is no real event.
NOTES = {
    Alert.Status.EXERCISE: "การฝึกซ้อม ไม่ใช่เหตุการณ์จริง · Exercise, not a real event",
    Alert.Status.TEST: "การทดสอบระบบ ไม่ใช่เหตุการณ์จริง · System test, not a real event",
}
# Whose codes the geocodes are: the Department of Provincial Administration's register.
GEOCODE = "DOPA"

ET.register_namespace("", NAMESPACE)


def document(row, earlier, at_stamp, origin):
    """The bytes of one message, from its row and those of the messages it replaces.

    An ``info`` in Thai, and one in English where danger and headline are written in English.
    ``origin`` is scheme and host of the page that people read.
    """
    root = ET.Element(f"{{{NAMESPACE}}}alert")
    status = alerts.shown(row, at_stamp)["status"]
    _put(
        root,
        identifier=identifier(row["year"], row["number"]),
        sender=row["sender"],
        sent=moment(row["sent_at"]),
        status=status,
        msgType=row["msg_type"],
        scope="Public",
        note=NOTES.get(status),
        references=" ".join(map(_reference, reversed(earlier))),
    )
    for language in LANGUAGES:
        if row[f"event_{language}"] and row[f"headline_{language}"]:
            with override(language):
                _put_info(root, row, language, at_stamp, origin)
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _put_info(root, row, language, at_stamp, origin):
    shown = alerts.shown(row, at_stamp)
    info = ET.SubElement(root, f"{{{NAMESPACE}}}info")
    is_cancellation = shown["is_cancellation"]
    _put(
        info,
        language=LANGUAGES[language],
        category=row["category"],
        event=row[f"event_{language}"],
        responseType="AllClear" if is_cancellation else None,
        urgency=row["urgency"],
        severity=row["severity"],
        certainty=row["certainty"],
        effective=moment(row["shown_from"]),
        onset=moment(row["onset_at"]),
        expires=moment(row["expires_at"]),
        senderName=shown["agency"],
        headline=row[f"headline_{language}"],
        description=row[f"description_{language}"],
        instruction=row[f"instruction_{language}"],
        web=row["web_url"] or f"{origin}{shown['url']}",
        contact=row["phone"],
    )
    area = ET.SubElement(info, f"{{{NAMESPACE}}}area")
    where = ", ".join(shown["places"])
    _put(area, areaDesc=f"{where} ({shown['area']})" if shown["area"] else where)
    for code in (*row["province_codes"], *row["district_codes"]):
        geocode = ET.SubElement(area, f"{{{NAMESPACE}}}geocode")
        _put(geocode, valueName=GEOCODE, value=code)


def _put(parent, **texts):
    for name, text in texts.items():
        if text:
            ET.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text


def _reference(row):
    """An extended message identifier, section 3.2.1: sender,identifier,sent."""
    parts = row["sender"], identifier(row["year"], row["number"]), moment(row["sent_at"])
    return ",".join(parts)


def moment(value):
    """In Bangkok time with its offset, to the second; the standard forbids “Z”."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else None
