"""Sample surveys, invented and marked as such: one open, one with results, one being written.

Days are counted from the day on which they are loaded. The same answers are drawn each time.
"""

import json
import random
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation

from lopburi_pr.thai_calendar import fiscal_year
from network.models import Organization
from office import pulse
from office.models import District
from surveys import drafting, fieldwork, findings, publishing, tabulating, weighing
from surveys.definition import form_of
from surveys.models import Publication, Response, Survey

FOLDER = Path(__file__).parent / "sample"
SOURCE = "ตัวเลขตัวอย่าง อ้างอิงไม่ได้"
ONE_DAY = timedelta(days=1)
# Key of the file → first day, last day, answers.
SURVEYS = {
    "media-use-and-satisfaction": (-75, -30, 400),
    "water-and-warning": (-20, 25, 86),
    "provincial-direction": (60, 100, 0),
}
# Thousands of people of 1601 to 1611, as the demo content has them; 30 for a district elsewhere.
THOUSANDS = dict(
    zip(
        (str(code) for code in range(1601, 1612)),
        (252, 68, 82, 93, 49, 74, 30, 21, 25, 28, 33),
        strict=True,
    )
)
ELSEWHERE = 30
MARGINS = {"D2": (11, 25, 36, 16, 12), "D3": (49, 51)}  # percent of the people of each survey
# How often each choice is drawn; the first is the likeliest where nothing stands here.
LIKELY = {
    "D2": (9, 20, 38, 20, 13),
    "D3": (45, 55, 0, 0),
    "Q1": (30, 26, 20, 9, 12, 5, 18, 6, 4),
    "Q6": (51, 38, 11),
    "Q8": (30, 20, 25, 10, 15),
}
WORDS = (
    "อยากให้ประกาศเสียงตามสายช่วงเย็นด้วย เพราะเช้าออกไปนา",
    "ข่าวเรื่องเบี้ยผู้สูงอายุควรบอกให้ชัดว่าต้องเตรียมเอกสารอะไร",
    "ควรมีข่าวภาษาง่าย ๆ และตัวหนังสือใหญ่",
    "ขอให้แจ้งเรื่องน้ำก่อนล่วงหน้าหลายวัน",
)


@transaction.atomic
def load(*, officer, analyst, head) -> int:
    """Write the sample surveys; how many: none when they are there, or somebody is missing."""
    if Survey.objects.filter(is_sample=True).exists() or not (officer and analyst and head):
        return 0
    with translation.override("th"):
        for key, (first, last, count) in SURVEYS.items():
            facts = json.loads((FOLDER / f"{key}.json").read_text("utf-8"))
            survey, wanted = _write(facts, first, last, officer)
            if wanted != Survey.State.DRAFT:
                _ask(survey, count, officer)
            if wanted == Survey.State.PUBLISHED:
                _publish(survey, officer, analyst, head)
    return len(SURVEYS)


def _write(facts, first, last, officer):
    today = timezone.localdate()
    definition, scope = facts.pop("definition"), facts.pop("scope")
    wanted = facts.pop("state")
    del facts["key"]
    days = {"opens_on": today + first * ONE_DAY, "closes_on": today + last * ONE_DAY}
    survey = Survey.objects.create(
        **facts,
        **days,
        fiscal_year=fiscal_year(days["opens_on"]),
        is_sample=True,
        created_by=officer,
        breakdowns=["D1", "D2"],
        method={
            "strategy": {
                "th": "สำรวจด้วยแบบสอบถามตามอำเภอ เพื่อสะท้อนความเห็นต่อหน่วยงาน (ข้อมูลตัวอย่าง)",
                "en": "A questionnaire survey by district (sample data).",
            },
            "sponsor": {
                "th": "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี ใช้งบประมาณปกติ",
                "en": "Lopburi Provincial Public Relations Office, from its regular budget.",
            },
            "recruitment": {
                "th": "สุ่มครัวเรือนจากทะเบียนบ้านในแต่ละอำเภอ แล้วสุ่มผู้ตอบหนึ่งคนต่อครัวเรือน (ข้อมูลตัวอย่าง)",
                "en": "Households were drawn from the register in each district, then one person in"
                " each (sample data).",
            },
            "limitations": {
                "th": "เป็นข้อมูลตัวอย่างที่สร้างขึ้น ใช้อ้างอิงไม่ได้",
                "en": "Invented sample data; nothing may be concluded from it.",
            },
        },
    )
    for district in District.objects.filter(province__code__in=scope).order_by("code"):
        thousands = THOUSANDS.get(district.code, ELSEWHERE)
        survey.strata.create(
            code=district.code,
            name_th=district.name_th,
            name_en=district.name_en,
            population=thousands * 1000,
            source=SOURCE,
        )
    _allocate(survey)
    _margins(survey, definition)
    draft = drafting.begin_version(survey, by=officer)
    drafting.save(draft, definition, by=officer, edition=draft.edition)
    if wanted != Survey.State.DRAFT:
        drafting.publish(draft, by=officer)
    return survey, wanted


def _allocate(survey):
    strata = list(survey.strata.all())
    people = sum(stratum.population for stratum in strata)
    for stratum in strata:
        stratum.target = round(survey.target * stratum.population / people)
        stratum.save(update_fields=["target"])


def _margins(survey, definition):
    asked = {each["name"]: each for part in definition["sections"] for each in part["questions"]}
    people = sum(survey.strata.values_list("population", flat=True))
    for variable, shares in MARGINS.items():
        for choice, share in zip(asked.get(variable, {}).get("choices", ()), shares, strict=False):
            survey.margins.create(
                variable=variable,
                code=choice["code"],
                population=people * share // 100,
                source=SOURCE,
            )


def _ask(survey, count, officer):
    """Draw answers and record them as interviews, as they came in day by day."""
    # The days of a survey that is over are past; it is opened as it was then.
    Survey.objects.filter(pk=survey.pk).update(
        state=Survey.State.OPEN, opened_at=timezone.now() + (survey.opens_on - _today()) * 1
    )
    survey.refresh_from_db()
    questionnaire = fieldwork.asked(survey.questionnaire.pk, pulse.beat())
    form, chance = form_of(questionnaire), random.Random(survey.title_th)  # noqa: S311
    interviewer = survey.interviewers.create(user=officer, number=1)
    strata = list(survey.strata.all())
    districts = chance.choices(strata, weights=[stratum.population for stratum in strata], k=count)
    last = min(survey.closes_on, _today())
    days = (last - survey.opens_on).days
    for stratum in districts:
        fieldwork.record(
            questionnaire,
            _drawn(form, stratum.code, chance),
            key=UUID(int=chance.getrandbits(128), version=4),
            mode=Survey.Mode.INTERVIEW,
            interviewer=interviewer,
            seconds=chance.randint(170, 480),
            on=survey.opens_on + chance.randint(0, days) * ONE_DAY,
        )


def _today():
    return timezone.localdate()


def _drawn(form, district, chance):
    """Answers of somebody of this district to everything; what is not asked falls away later."""
    answers = {}
    for question in form.questions:
        if question.kind == "place":
            answers[question.name] = district
        elif question.kind == "text":
            answers[question.name] = chance.choice(WORDS) if chance.random() < 0.2 else None
        elif question.kind == "matrix":
            for row in question.rows:
                answers[f"{question.name}_{row.code}"] = _one(question, chance)
        elif question.kind == "multiple":
            answers[question.name] = _some(question, chance)
        elif question.kind == "rank":
            codes = [choice.code for choice in question.choices]
            answers[question.name] = chance.sample(codes, question.rank_n)
        elif question.choices:
            answers[question.name] = _one(question, chance)
    return answers


def _one(question, chance):
    codes = [choice.code for choice in question.choices]
    usual = tuple(range(len(codes) + 3, 3, -1))
    likely = LIKELY.get(question.name, usual)
    weights = likely if len(likely) == len(codes) else usual
    return chance.choices(codes, weights=weights)[0]


def _some(question, chance):
    most = question.max_choices or 3
    chosen = {_one(question, chance) for _n in range(chance.randint(1, most))}
    alone = [choice.code for choice in question.choices if choice.exclusive]
    if chosen & set(alone):
        return [next(code for code in alone if code in chosen)]
    return [choice.code for choice in question.choices if choice.code in chosen]


def _publish(survey, officer, analyst, head):
    fieldwork.close_survey(survey, by=officer)
    weighing.weigh(
        survey, by=analyst, spec={"base": "strata", "margins": ["D2", "D3"], "trim": [0.2, 5]}
    )
    tabulating.rebuild(survey)
    publication = publishing.draft(survey, by=analyst)
    publishing.submit(publication, by=analyst)
    publishing.publish(publication, by=head)
    agency = Organization.objects.filter(kind="agency").order_by("pk").first()
    if agency:
        findings.load_samples(survey, agency, by=officer)


@transaction.atomic
def clear() -> int:
    """Remove the sample surveys with all that was answered; how many there were."""
    samples = Survey.objects.filter(is_sample=True)
    count = samples.count()
    for rows in (Response, Publication):
        rows.objects.filter(survey__in=samples).delete()
    for survey in samples:
        survey.findings.all().delete()
    samples.update(previous=None)
    samples.delete()
    return count
