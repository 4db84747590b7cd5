"""Certificates on paper: A4 lying, with the code that leads to the page that says it is genuine."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lopburi_pr import qr_codes
from lopburi_pr.templatetags.thai import time_span
from lopburi_pr.thai_calendar import thai_date
from lopburi_pr.thai_paper import FAMILY, LINE_HEIGHT, Paper
from network.models import Certificate, Meeting, Person
from office.models import OfficeIdentity

# In mm and points.
SIDE, TOP, EMBLEM, CODE, CODE_TOP = 25, 16, 24, 27, 162
NAME, TITLE, TEXT, SMALL = 34, 22, 18, 11


def found_by(word: str) -> Certificate | None:
    """The certificate on which this word is printed, revoked or not."""
    rows = Certificate.objects.select_related("attendance__meeting")
    return rows.filter(word=word).first()


def of_person(person: Person):
    """Those of somebody that stand, the latest first."""
    held = Certificate.objects.standing().filter(attendance__person=person)
    return held.select_related("attendance__meeting")


def of_meeting(meeting: Meeting):
    """Those of a meeting that stand, in the order of their numbers."""
    held = Certificate.objects.standing().filter(attendance__meeting=meeting)
    return held.select_related("attendance__meeting").order_by("year", "number")


def pdf(certificates: list[Certificate], origin: str) -> bytes:
    """One page for each, in Thai. The same certificates give the same bytes."""
    office = OfficeIdentity.current()
    with override("th"):
        paper = Paper(
            title=_("Certificate %(numbers)s")
            % {"numbers": ", ".join(each.reference for each in certificates)},
            author=office.name,
            made_at=timezone.make_aware(_midnight(certificates[0].issued_on)),
            language="th",
        )
        paper.set_margins(SIDE, TOP, SIDE)
        paper.set_auto_page_break(auto=False)
        for certificate in certificates:
            _page(paper, certificate, office, origin)
        return bytes(paper.output())


def _midnight(day):
    return timezone.datetime.combine(day, timezone.datetime.min.time())


def _page(paper, certificate, office, origin):
    meeting = certificate.meeting
    paper.add_page(orientation="L")
    paper.set_line_width(0.8)
    paper.rect(9, 9, paper.w - 18, paper.h - 18)
    paper.set_line_width(0.2)
    paper.rect(11, 11, paper.w - 22, paper.h - 22)
    if office.emblem:
        with office.emblem.open("rb") as file:
            paper.image(file, x="C", y=TOP + 2, h=EMBLEM, keep_aspect_ratio=True)
    paper.set_y(TOP + EMBLEM + 4 if office.emblem else TOP + EMBLEM - 6)
    _line(paper, office.name, TITLE, "B")
    paper.ln(3)
    _line(paper, _("gives this certificate to"), TEXT)
    paper.ln(2)
    _line(paper, certificate.name, NAME, "B")
    paper.ln(3)
    is_training = meeting.kind == Meeting.Kind.TRAINING
    _line(paper, _("who completed the training") if is_training else _("who attended"), TEXT)
    _line(paper, meeting.title_th, TITLE, "B")
    when = time_span(meeting.starts_at, meeting.ends_at, True, "long")
    _line(paper, _("on %(day)s at %(place)s") % {"day": when, "place": meeting.place}, TEXT)
    paper.ln(3)
    on, _space, year = thai_date(certificate.issued_on, "long").rpartition(" ")
    _line(paper, _("Given on %(day)s %(year)s") % {"day": on, "year": year}, TEXT)
    _signature(paper, meeting)
    _code(paper, certificate, origin)


def _line(paper, text, size, style=""):
    """Words in the middle, smaller when they would fill more than two lines."""
    paper.set_font(FAMILY, style, size)
    width = paper.get_string_width(text)
    if width > 2 * paper.epw * 0.9:
        paper.set_font(FAMILY, style, size * 2 * paper.epw * 0.9 / width)
    paper.multi_cell(
        w=0, h=paper.font_size * LINE_HEIGHT, text=text, align="C", new_x="LMARGIN", new_y="NEXT"
    )


def _signature(paper, meeting):
    if not meeting.signed_by:
        return
    paper.set_y(CODE_TOP + 8)
    for text in filter(None, (f"({meeting.signed_by})", meeting.signer_position)):
        _line(paper, text, TEXT - 2)


def _code(paper, certificate, origin):
    """Number, code and address, below on the left."""
    address = origin + certificate.get_absolute_url()
    rows = qr_codes.code(address).matrix
    paper.draw_code(rows, address, left=SIDE - 8, top=CODE_TOP, side=CODE)
    paper.set_font(FAMILY, size=SMALL)
    paper.set_xy(SIDE + CODE - 4, CODE_TOP + CODE - 13)
    words = [_("No. %(number)s") % {"number": certificate.reference}, _("Scan to check it")]
    if certificate.meeting.is_sample:
        words.append(_("Sample data"))
    paper.multi_cell(w=55, h=paper.font_size * LINE_HEIGHT, text="\n".join(words), align="L")
