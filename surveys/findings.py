"""You said, we did: what a survey found, which agency answers for it, and what it did.

Replies are due after as many days as the survey promised. What has none by then is told first, in
public and to the office.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from office import audit
from surveys.models import Finding, Survey


def listed(day=None):
    """What the public sees: late replies first, the longest due on top, then the latest asked."""
    day = day or timezone.localdate()
    late = Case(When(replied_on=None, due_on__lt=day, then=F("due_on")), default=Value(None))
    return (
        Finding.objects.public()
        .select_related("survey", "agency")
        .order_by(late.asc(nulls_last=True), "-asked_on", "-pk")
    )


@transaction.atomic
def ask(
    survey: Survey, agency, *, by, kind: str, text_th: str, variable: str = "", **more
) -> Finding:
    """Give a finding or a proposal to an agency to answer for.

    Raises ValidationError for a survey without published results, or a question it never asked.
    """
    publication = survey.publications.published().order_by("-version").first()
    if publication is None:
        raise ValidationError(_("Publish the results first: findings stand on them."))
    names = {question["name"] for question in publication.snapshot["questions"]}
    if variable and variable not in names:
        raise ValidationError(_("No question is named %(name)s.") % {"name": variable})
    asked_on = timezone.localdate()
    finding = Finding(
        survey=survey,
        agency=agency,
        kind=kind,
        text_th=text_th.strip(),
        variable=variable,
        asked_on=asked_on,
        due_on=asked_on + timedelta(days=survey.reply_days),
        created_by=by,
        **more,
    )
    finding.full_clean()
    finding.save()
    audit.record(finding, "ask for", by=by, note=str(agency)[:200])
    return finding


@transaction.atomic
def reply(finding: Finding, *, by, reply_th: str, reply_en: str = "", link: str = "") -> None:
    """Write down what the agency did; ``link`` is a page of this site.

    Raises PermissionDenied without ``surveys.change_finding``, ValidationError without words.
    """
    if by is not None and not by.has_perm("surveys.change_finding"):
        raise PermissionDenied
    if link and (not link.startswith("/") or link.startswith("//")):
        raise ValidationError(_("Link to a page of this site, beginning with /."))
    if not reply_th.strip():
        raise ValidationError(_("Write what was done."))
    finding.refresh_from_db(from_queryset=Finding.objects.select_for_update(of=("self",)))
    finding.reply_th, finding.reply_en, finding.link = reply_th.strip(), reply_en.strip(), link
    finding.replied_on = finding.replied_on or timezone.localdate()
    finding.full_clean()
    finding.save()
    audit.record(finding, "reply", by=by)


def remind(finding: Finding, *, by) -> None:
    """Write down that the agency was reminded, by telephone or letter."""
    if finding.replied_on:
        raise ValidationError(_("It was replied to."))
    audit.record(finding, "remind", by=by)


def proposed(survey: Survey) -> list[dict]:
    """What could be asked about: the sentence of each published figure, with its variable."""
    publication = survey.publications.published().order_by("-version").first()
    if publication is None:
        return []
    return [
        {"variable": question["name"], **question["headline"]}
        for question in publication.snapshot["questions"]
        if question["tables"][0]["groups"][0]["base"] is not None
    ]


SAMPLES = (
    (
        "finding",
        "ประชาชนเห็นว่าข่าวเรื่องน้ำมาช้ากว่าที่ควร (ข้อมูลตัวอย่าง)",
        "News about water comes later than it should (sample data)",
        "ตกลงให้แจ้งเตือนล่วงหน้าอย่างน้อย 3 วันผ่านเสียงตามสายและ LINE (ข้อมูลตัวอย่าง)",
        "Warnings will go out at least 3 days ahead, by loudspeaker and LINE (sample data)",
    ),
    (
        "proposal",
        "ขอให้ประกาศเสียงตามสายช่วงเย็นด้วย (ข้อมูลตัวอย่าง)",
        "Use the village loudspeaker in the evening too (sample data)",
        "",
        "",
    ),
)


def load_samples(survey: Survey, agency, *, by) -> None:
    """Findings of a sample survey, marked as such in their words: one answered, one waiting."""
    for kind, text_th, text_en, reply_th, reply_en in SAMPLES:
        finding = ask(
            survey, agency, by=by, kind=kind, text_th=text_th, text_en=text_en, is_public=True
        )
        if reply_th:
            reply(finding, by=None, reply_th=reply_th, reply_en=reply_en, link="/news/")
