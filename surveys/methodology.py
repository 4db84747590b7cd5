"""How a survey was made: the eleven items of AAPOR's checklist, filled from its rows.

What rows can't tell is written by the office into ``Survey.method``; what is missing keeps results
from being published. The card is kept with a publication in both languages.
"""

from collections import Counter

from django.utils import timezone

from lopburi_pr.citing import Citation
from lopburi_pr.thai_calendar import english_date_range, thai_date_range
from office.models import OfficeIdentity
from surveys import paper, tabulating
from surveys.definition import LANGUAGES
from surveys.models import Publication, Response, Survey

# AAPOR Transparency Initiative, April 2021, in its order.
ITEMS = {
    "strategy": ("วิธีเก็บข้อมูลโดยรวม", "Strategy of data collection"),
    "sponsor": ("ผู้สนับสนุนและผู้ดำเนินการ", "Who sponsored and who conducted it"),
    "instrument": ("แบบสอบถามและถ้อยคำ", "Questions in their exact words"),
    "population": ("ประชากรเป้าหมาย", "Population"),
    "recruitment": ("การได้มาซึ่งตัวอย่าง", "How people were chosen"),
    "mode": ("ช่องทางการตอบ", "Ways of answering"),
    "dates": ("วันที่เก็บข้อมูล", "Dates"),
    "size": ("ขนาดตัวอย่างและความแม่นยำ", "Sample size and precision"),
    "weighting": ("การถ่วงน้ำหนัก", "Weighting"),
    "processing": ("การตรวจสอบและคุณภาพข้อมูล", "Processing and quality"),
    "limitations": ("ข้อจำกัด", "Limitations"),
}
WRITTEN = ("strategy", "sponsor", "recruitment", "limitations")  # by the office, in Survey.method
NOT_REPRESENTATIVE = {
    "th": "ผลนี้ไม่เป็นตัวแทนประชากร เพราะผู้ตอบเลือกเข้ามาตอบเอง",
    "en": "This result does not represent the population: whoever wanted to answered.",
}
QUOTA_MODELLED = {
    "th": "ช่วงความเชื่อมั่นคำนวณจากแบบจำลอง เสมือนว่าตัวอย่างโควตาเป็นตัวอย่างสุ่ม",
    "en": "Intervals are modelled, as if the quota sample were a random one.",
}
SAMPLE = {
    "th": "ข้อมูลตัวอย่างที่สร้างขึ้นเพื่อสาธิต ใช้อ้างอิงไม่ได้",
    "en": "Invented sample data for demonstration; do not cite.",
}
MODES = {
    "web": ("ตอบบนเว็บ", "on the web"),
    "kiosk": ("ตอบที่จุดบริการ", "at a kiosk"),
    "interview": ("พนักงานสัมภาษณ์", "by an interviewer"),
    "paper": ("ตอบบนกระดาษ", "on paper"),
}
_HOW = {
    "interview": "สัมภาษณ์โดยพนักงานสัมภาษณ์",
    "web": "ตอบแบบสอบถามบนเว็บ",
    "kiosk": "ตอบแบบสอบถาม ณ จุดบริการ",
    "paper": "ตอบแบบสอบถามบนกระดาษ",
}


def card(survey: Survey, results: dict) -> dict:
    """``{"items": [{"key", "title", "text"}], "sentence", "caution"}`` in both languages.

    ``results`` is the snapshot that the card belongs to.
    """
    texts = _texts(survey, results)
    items = [
        {"key": key, "title": dict(zip(LANGUAGES, title, strict=True)), "text": texts[key]}
        for key, title in ITEMS.items()
    ]
    return {"items": items, "sentence": sentence(survey, results), "caution": caution(survey)}


def missing(card: dict) -> list[dict]:
    """The items that say nothing yet."""
    return [item for item in card["items"] if not item["text"]["th"].strip()]


def caution(survey: Survey) -> dict[str, str]:
    """What must stand beside every result of this design; empty for a probability sample."""
    found = {
        Survey.Design.OPEN_LINK: NOT_REPRESENTATIVE,
        Survey.Design.QUOTA: QUOTA_MODELLED,
    }.get(survey.design)
    notes = [note for note in (found, SAMPLE if survey.is_sample else None) if note]
    return {language: " ".join(note[language] for note in notes) for language in LANGUAGES}


def sentence(survey: Survey, results: dict) -> dict[str, str]:
    """How it was made in one paragraph, as the statistical office of the country writes it."""
    modes = [mode["code"] for mode in results["modes"]]
    days = _days(survey)
    thai = [
        f"สำรวจความคิดเห็นของ{survey.population_th}",
        f"โดย{'และ'.join(_HOW[mode] for mode in modes)}" if modes else "",
        f"จำนวน {results['n']:,} คน",
        f"ระหว่างวันที่ {days['th']}",
        _design_th(survey),
    ]
    english = (
        f"{results['n']:,} people answered {', '.join(MODES[mode][1] for mode in modes)},"
        f" {days['en']}. Population: {survey.population_en or survey.population_th}."
        f" {_design_en(survey)}"
    )
    if results.get("margin"):
        thai.append(f"ความคลาดเคลื่อนไม่เกินร้อยละ {results['margin']:.1f} ที่ระดับความเชื่อมั่นร้อยละ 95")
        english += f" The margin of error is at most {results['margin']:.1f} points (95%)."
    return {"th": " ".join(part for part in thai if part), "en": english}


def _design_th(survey):
    return {
        Survey.Design.PROBABILITY: f"ด้วยการสุ่มตัวอย่าง{_ways(survey)[0]}",
        Survey.Design.QUOTA: "ด้วยการเลือกตัวอย่างแบบโควตา",
        Survey.Design.OPEN_LINK: f"ผ่านลิงก์ที่เปิดให้ผู้สนใจตอบเอง {NOT_REPRESENTATIVE['th']}",
    }[survey.design]


def _design_en(survey):
    return {
        Survey.Design.PROBABILITY: f"The sample is a {_ways(survey)[1]}random one.",
        Survey.Design.QUOTA: "The sample was chosen by quotas.",
        Survey.Design.OPEN_LINK: NOT_REPRESENTATIVE["en"],
    }[survey.design]


def _ways(survey):
    """By strata, by clusters, by both or by neither."""
    strata, clusters = survey.strata.exists(), tabulating.has_clusters(survey)
    return {
        (True, True): ("แบบแบ่งชั้นภูมิหลายขั้น", "stratified multistage "),
        (True, False): ("แบบแบ่งชั้นภูมิ", "stratified "),
        (False, True): ("แบบกลุ่ม", "clustered "),
    }.get((strata, clusters), ("", ""))


def _days(survey):
    span = (survey.opens_on, survey.closes_on)
    return {"th": thai_date_range(*span, "long"), "en": english_date_range(*span, "long")}


def _texts(survey, results):
    method = survey.method or {}
    written = {key: _written(method.get(key)) for key in WRITTEN}
    office = OfficeIdentity.current()
    if survey.design == Survey.Design.OPEN_LINK and not written["recruitment"]["th"]:
        written["recruitment"] = {
            "th": "เปิดลิงก์ให้ผู้สนใจตอบเอง ไม่มีการสุ่มเลือก",
            "en": "Whoever found the link could answer; nobody was drawn.",
        }
    if written["sponsor"]["th"]:
        written["sponsor"] = {
            "th": f"{written['sponsor']['th']} ดำเนินการโดย{office.name_th}",
            "en": f"{written['sponsor']['en']} Conducted by {office.name_en}.".strip(),
        }
    note = caution(survey)
    if written["limitations"]["th"] and note["th"]:
        written["limitations"] = {
            language: f"{note[language]} {written['limitations'][language]}".strip()
            for language in LANGUAGES
        }
    population = {"th": survey.population_th, "en": survey.population_en}
    return written | {
        "instrument": _instrument(survey),
        "population": population,
        "mode": _modes(results),
        "dates": _days(survey),
        "size": _size(survey, results),
        "weighting": _weighting(survey),
        "processing": processing(survey),
    }


def _written(words):
    words = words or {}
    return {language: (words.get(language) or "").strip() for language in LANGUAGES}


def _instrument(survey):
    versions = [str(each.number) for each in survey.questionnaires.published().order_by("number")]
    if not versions:
        return {"th": "", "en": ""}
    numbers = ", ".join(versions)
    return {
        "th": f"แบบสอบถามฉบับที่ {numbers} ถ้อยคำครบทุกข้ออยู่ในหน้าของแบบสำรวจ",
        "en": f"Questionnaire, version {numbers}; every word of it is on the page of the survey",
    }


def _modes(results):
    thai, english = [], []
    for mode in results["modes"]:
        n = mode["n"]
        count_th, count_en = (f" {n:,} คน", f" ({n:,})") if n is not None else ("", "")
        thai.append(f"{MODES[mode['code']][0]}{count_th}")
        english.append(f"{MODES[mode['code']][1]}{count_en}")
    return {"th": ", ".join(thai), "en": ", ".join(english)}


def _size(survey, results):
    thai = f"ผู้ตอบ {results['n']:,} คน จากที่ตั้งเป้า {survey.target:,} คน"
    english = f"{results['n']:,} answered; {survey.target:,} were wanted"
    if "n_effective" in results:
        thai += f" ขนาดตัวอย่างประสิทธิผล {results['n_effective']:,.0f}"
        thai += f" (ค่าผลของการออกแบบ {results['deff']:.2f})"
        english += (
            f"; effective sample size {results['n_effective']:,.0f} (deff {results['deff']:.2f})"
        )
    if results.get("margin"):
        thai += f" ความคลาดเคลื่อนไม่เกิน ±{results['margin']:.1f} ที่ระดับความเชื่อมั่นร้อยละ 95"
        english += f"; margin of error at most ±{results['margin']:.1f} points at 95%"
    elif results["errors"] == "none":
        thai += " ไม่รายงานค่าความคลาดเคลื่อน เพราะไม่ใช่ตัวอย่างสุ่ม"
        english += "; no margin of error is given, for the sample is not a random one"
    return {"th": thai, "en": english}


def _weighting(survey):
    run = survey.weight_runs.filter(is_current=True).first()
    if run is None:
        return {"th": "ไม่ได้ถ่วงน้ำหนัก", "en": "Not weighted."}
    thai, english = [], []
    if run.spec.get("base") == "strata":
        thai.append("น้ำหนักตั้งต้นเท่ากับจำนวนประชากรหารจำนวนผู้ตอบในแต่ละชั้นภูมิ")
        english.append("Base weights are people over answers in each stratum.")
    if response := run.spec.get("response"):
        label = tabulating.variables(survey)[response["variable"]].question.label
        thai.append(f"ปรับการไม่ตอบตามกลุ่มของ{label['th']}")
        english.append(f"Adjusted for non-response in classes of {label.get('en') or label['th']}.")
    if margins := run.spec.get("margins"):
        known = tabulating.variables(survey)
        labels = [known[name].question.label for name in margins]
        names = {
            lang: ", ".join(label.get(lang) or label["th"] for label in labels)
            for lang in LANGUAGES
        }
        sources = dict.fromkeys(m["source"] for m in run.report.get("margins", ()) if m["source"])
        thai.append(
            f"ปรับให้ตรงกับประชากรตาม {names['th']} ด้วยการปรับตามขอบตาราง ({'; '.join(sources)})"
        )
        english.append(f"Raked to the population by {names['en']} ({'; '.join(sources)}).")
    if trim := run.spec.get("trim"):
        thai.append(f"จำกัดน้ำหนักไว้ที่ {trim[0]:g} ถึง {trim[1]:g} เท่าของค่ามัธยฐาน")
        english.append(f"Weights were held within {trim[0]:g} to {trim[1]:g} times the median.")
    thai.append(f"ค่าผลของการออกแบบจากน้ำหนัก {run.deff:.2f}")
    english.append(f"Design effect of the weights (Kish): {run.deff:.2f}.")
    if survey.has_margin_of_error and tabulating.has_clusters(survey):
        thai.append("ความคลาดเคลื่อนคำนวณตามหน่วยตัวอย่างขั้นแรก (PSU) ในแต่ละชั้นภูมิ")
        english.append("Errors are reckoned by primary sampling units within strata.")
    if survey.has_margin_of_error and margins:
        thai.append("ความคลาดเคลื่อนคำนวณจากส่วนเหลือของการปรับตามขอบตาราง")
        english.append("Errors are those of the residuals of raking.")
    return {"th": " ".join(thai), "en": " ".join(english)}


_STATES = (
    (Response.State.REJECTED, "ไม่ผ่านการตรวจสอบ", "rejected"),
    (Response.State.DUPLICATE, "ตอบซ้ำ", "answered twice"),
    (Response.State.LATE, "ส่งช้า", "late"),
    (Response.State.OVER_QUOTA, "เกินโควตา", "over quota"),
    (Response.State.SCREENED_OUT, "ไม่ใช่กลุ่มเป้าหมาย", "not of those asked"),
    (Response.State.WITHDRAWN, "ผู้ตอบขอถอน", "taken back"),
)


def processing(survey: Survey) -> dict[str, str]:
    """What became of all that was sent in, and how well paper was keyed in."""
    counts = Counter(survey.responses.values_list("state", flat=True))
    thai = [f"ได้รับคำตอบทั้งหมด {sum(counts.values()):,} ชุด นับผล {counts['complete']:,} ชุด"]
    english = [f"{sum(counts.values()):,} answers came in, {counts['complete']:,} are counted"]
    for state, words_th, words_en in _STATES:
        if counts[state]:
            thai.append(f"{words_th} {counts[state]:,} ชุด")
            english.append(f"{counts[state]:,} {words_en}")
    if (keyed := paper.accuracy(survey)).sheets:
        apart, kappa = f"{100 * keyed.error_rate:.2f}", keyed.kappa
        agreed = "" if kappa is None else f" (Cohen's kappa {kappa:.2f})"
        thai.append(f"กรอกข้อมูลกระดาษซ้ำสองครั้ง {keyed.sheets:,} ชุด ต่างกันร้อยละ {apart}{agreed}")
        english.append(
            f"{keyed.sheets:,} sheets were keyed in twice, {apart}% of answers differed{agreed}"
        )
    if interviewers := survey.interviewers.count():
        thai.append(f"พนักงานสัมภาษณ์ {interviewers:,} คน")
        english.append(f"{interviewers:,} interviewers")
    return {"th": ", ".join(thai), "en": "; ".join(english) + "."}


# Citing


def citation(publication: Publication, url: str) -> Citation:
    """To cite one version of the results; ``url`` leads to it for good."""
    office, survey = OfficeIdentity.current(), publication.survey
    day = timezone.localdate(publication.published_at)
    return Citation(
        author_th=office.name_th,
        author_en=office.name_en,
        title=f"{survey.title_th}: ผลการสำรวจ",
        language="th",
        reference=f"LPB-S{survey.pk}",
        version=publication.version,
        published=day,
        version_of=day,
        url=url,
        accessed=timezone.localdate(),
        title_en=f"{survey.title_en}: Survey results" if survey.title_en else "",
        is_data=True,
    )


def dataset(survey: Survey, results: dict, method: dict) -> dict:
    """The results as schema.org/Dataset, without the ``addresses`` at which they stand."""
    office = OfficeIdentity.current()
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": survey.title_th,
        "alternateName": survey.title_en or None,
        "description": method["sentence"]["th"],
        "inLanguage": ["th", "en"],
        "temporalCoverage": "/".join(results["days"]),
        "measurementTechnique": method["items"][0]["text"]["th"],
        "variableMeasured": [question["label"]["th"] for question in results["questions"]],
        "isAccessibleForFree": True,
        "creator": {"@type": "GovernmentOrganization", "name": office.name_th},
    }


def addresses(url: str, files: dict) -> dict:
    """What a dataset says of where it stands; ``files``: media type → address."""
    return {
        "url": url,
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": address}
            for kind, address in files.items()
        ],
    }
