"""What experience says against a questionnaire: its wording, its scales, its logic, its length.

Findings help the person who writes it; only errors keep a version from being published. Word lists
are Thai and short on purpose: a reader who is warned for nothing stops reading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from django.utils.translation import gettext as _

from lopburi_pr.thai_words import words
from surveys.definition import SILENT, WITH_CHOICES
from surveys.reachability import Trials

ERROR, WARNING, ADVICE = "error", "warning", "advice"
LONG, TOO_LONG = 10, 15  # minutes
LONGEST_QUESTION = 200  # characters
MOST_CHOICES = 12


@dataclass(frozen=True)
class Finding:
    """``rule`` is the key of what was looked for, ``question`` a name; "" for the whole."""

    level: str
    rule: str
    question: str
    sentence: str
    mend: str


def lint(definition: dict, survey=None) -> list[Finding]:
    """Findings about a definition in canonical form, in the order of its questions, the whole last.

    ``survey`` tells how many people there are; without it nothing is said about being identified.
    """
    questions = [each for section in definition["sections"] for each in section["questions"]]
    found = []
    for question in questions:
        for look in _OF_A_QUESTION:
            found += look(question)
    found += _languages(definition, questions)
    found += _logic(definition)
    found += _order(questions)
    found += _length(definition)
    if survey is not None:
        found += _identifying(questions, survey)
    place = {question["name"]: number for number, question in enumerate(questions)}
    return sorted(found, key=lambda finding: place.get(finding.question, len(place)))


# --- what kind of question it is ------------------------------------------------------------------

# Words that rate, and what turns them into their opposite.
_GOOD = (
    *("พอใจ", "พึงพอใจ", "เห็นด้วย", "เชื่อถือ", "เชื่อมั่น", "ไว้วางใจ", "ชอบ", "สำคัญ", "เหมาะสม"),
    *("ชัดเจน", "เพียงพอ", "สะดวก", "ง่าย", "ดี", "มาก", "เร็ว", "สูง", "จำเป็น", "ประโยชน์"),
)
_BAD = ("น้อย", "แย่", "ยาก", "ควรปรับปรุง", "ต้องปรับปรุง", "ช้า", "ต่ำ")
_MIDDLE = ("ปานกลาง", "เฉย ๆ", "เฉยๆ", "พอใช้", "เท่าเดิม", "ไม่แน่ใจ")
_not = re.compile(r"ไม่(?:ค่อย|สู้|ได้|มี)?\s*(?:" + "|".join(_GOOD) + ")")
_bad_not = re.compile("ไม่(?:" + "|".join(_BAD) + ")")
_few = re.compile("น้อยที่สุด|น้อย")
_unknown = re.compile(
    r"ไม่(?:ทราบ|รู้)(?:\s*/.*)?$|ไม่มีความ(?:คิด)?เห็น|ไม่แน่ใจ|จำไม่ได้|ไม่ขอ(?:ตอบ|แสดง)|ไม่ประสงค์"
    r"|(?:don.t|do not) know|no opinion|not sure|can.t (?:recall|remember)|prefer not",
    re.IGNORECASE,
)
_refused = re.compile(r"ไม่ประสงค์|ไม่ขอตอบ|ไม่สะดวกตอบ|prefer not|refuse", re.IGNORECASE)
_sensitive = re.compile(
    r"รายได้|เงินเดือน|หนี้สิน|ศาสนา|พรรคการเมือง|นักการเมือง|เลือกตั้ง|ลงคะแนน|เชื้อชาติ|ชาติพันธุ์"
    r"|โรคประจำตัว|สุขภาพจิต|ความพิการ|รสนิยมทางเพศ|เพศสภาพ|ประวัติอาชญากรรม|ยาเสพติด"
)
_personal = re.compile(
    r"ชื่อ\s*[-–—]?\s*(?:และ)?\s*(?:นาม)?สกุล|ชื่อของท่าน|ชื่อจริง|ชื่อผู้ตอบ|นามสกุล|เบอร์โทร|เบอร์มือถือ"
    r"|(?:หมายเลข|เบอร์)\s*โทรศัพท์|เบอร์ติดต่อ|เลข(?:ที่)?(?:บัตร)?(?:ประจำตัว)?ประชาชน|บัตรประชาชน"
    r"|ไลน์ไอดี|LINE\s*ID|อีเมล|บ้านเลขที่|ที่อยู่ของท่าน|วันเดือนปีเกิด|วันเกิด|ทะเบียนรถ"
    r"|your (?:full )?name|phone number|ID (?:card )?number|e-?mail address|date of birth",
    re.IGNORECASE,
)
# What is asked about them, not for them: "no names, please", "do you know the number".
_not_asked = re.compile(
    r"อย่า|ไม่ต้อง|ห้าม|ไม่เก็บ|ไม่ระบุ|ไม่ควร|โปรดงด|งด|ไม่ใส่|do not|don.t|\bno\b|without", re.IGNORECASE
)


def rating_side(label: str) -> int | None:
    """1 for a good answer, -1 for a bad one, 0 for the middle, None for what does not rate."""
    label = label.strip()
    if any(word in label for word in _MIDDLE):
        return 0
    if _bad_not.search(label):
        return 1
    if _not.search(label) or any(word in label for word in _BAD):
        return -1
    return 1 if any(word in label for word in _GOOD) else None


def _said(choice):
    return choice["label"]["th"]


def _sides(question):
    """The side of each choice that is an answer."""
    answers = [choice for choice in question.get("choices", ()) if not _is_missing(choice)]
    return [rating_side(_said(choice)) for choice in answers]


def _is_missing(choice):
    return bool(choice.get("missing") or _unknown.search(_said(choice)))


def is_rating(question: dict) -> bool:
    """Whether it asks how good or how much: every answer rates."""
    if question["kind"] not in {"scale", "matrix", "single"}:
        return False
    sides = _sides(question)
    return len(sides) >= 3 and None not in sides


# --- wording --------------------------------------------------------------------------------------

_official = re.compile(
    r"(?:กระทรวง|กรม|สำนัก|ศูนย์|กอง|คณะกรรมการ|องค์การ|มหาวิทยาลัย|พระราชบัญญัติ|สถาบัน)\S*?และ\S*"
)
_pairs = re.compile(
    r"เด็กและเยาวชน|สตรีและเด็ก|ความคิดเห็นและข้อเสนอแนะ|ข้อมูลและข่าวสาร|ข่าวและข้อมูล|กำนันและผู้ใหญ่บ้าน"
    r"|ป้องกันและบรรเทาสาธารณภัย|ชายและหญิง|วิทยาศาสตร์และเทคโนโลยี|โดยรวมและ|ถูกและผิด|แกะและ"
)
_joined = re.compile(r"รวมทั้ง|รวมถึง|ตลอดจน|พร้อมทั้ง|และ(?!เล็ม)|หรือ(?!ไม่|เปล่า|ยัง|อย่างไร|เพียงใด)")
_joined_en = re.compile(r"\b(?:and|as well as|or(?! (?:not|less)))\b", re.IGNORECASE)
_leading = (
    r"เห็นด้วย(?:หรือ)?ไม่(?:ว่า|ที่).*(?:ดีขึ้น|ดีที่สุด|ประโยชน์|สำเร็จ|ก้าวหน้า|มีประสิทธิภาพ)",
    r"(?:ใช่|จริง|ถูกต้อง)(?:หรือ)?(?:ไหม|ไม่)\s*(?:\?|$)",
    r"(?:ใช่|จริง)หรือไม่",
    r"อย่างยิ่ง",
    r"ดังที่(?:ท่าน)?(?:ทราบ|รู้)|อย่างที่(?:ทุกคน)?(?:ทราบ|รู้)|เป็นที่ทราบกัน|เป็นที่ยอมรับ",
    r"คนส่วนใหญ่(?:เห็น|คิด|เชื่อ|พอใจ)|ประชาชนส่วนใหญ่(?:เห็น|คิด|เชื่อ|พอใจ)",
    r"(?:ประสบความสำเร็จ|ดีขึ้น|ดีเยี่ยม|ยอดเยี่ยม)(?:มาก)?(?:เพียงใด|แค่ไหน|ใช่|เป็นอย่างมาก)",
    r"ไม่คิดหรือว่า|คงจะ\S*ใช่|ควรสนับสนุน\S*ใช่|แน่นอนว่า|ปฏิเสธไม่ได้",
)
_leads = re.compile("|".join(_leading))
_leads_en = re.compile(
    r"\bdon.t you (?:think|agree)|\bwouldn.t you|as (?:everyone|you) knows?|\bisn.t it\b"
    r"|\bdo you agree that\b.*\b(?:better|improved|best)\b",
    re.IGNORECASE,
)
_asks_whether = re.compile(r"หรือไม่|หรือเปล่า|หรือยัง|ไม่ว่า|ไม่เพียง|ไม่เกิน|ไม่น้อยกว่า|ไม่ต่ำกว่า|ไม่เคย(?=\s|$)")
_double_no = re.compile(r"(?:ไม่|มิได้|ไม่ได้|ไม่เคย|ปราศจาก)\S*?(?:ไม่|มิได้|ปราศจาก|ยกเลิกการห้าม)")
_one_no = re.compile(r"ไม่ควร|ไม่ต้อง|ไม่ให้|ห้าม|ไม่มี|ไม่สามารถ")


def _wordings(question):
    """What is rated: the question itself, or each row of a table."""
    if question["kind"] == "matrix":
        return [row["label"] for row in question.get("rows", ())]
    return [question["label"]]


def _double_barrelled(question):
    # The columns of a table may rate anything: knowing, using, being content.
    if question["kind"] not in {"scale", "matrix"} and not is_rating(question):
        return
    for label in _wordings(question):
        thai = _pairs.sub("", _official.sub("", _without_brackets(label["th"])))
        word = _joined.search(thai) or _joined_en.search(_without_brackets(label.get("en", "")))
        if word:
            yield Finding(
                *(WARNING, "double-barrelled", question["name"]),
                _("“%(text)s” asks about two things at once (“%(word)s”).")
                % {"text": label["th"], "word": word[0]},
                _("Ask about each in a question or row of its own."),
            )


def _without_brackets(text):
    return re.sub(r"\([^)]*\)", "", text)


def _leading_words(question):
    if question["kind"] in SILENT:
        return
    for label in (question["label"], *(row["label"] for row in question.get("rows", ()))):
        found = _leads.search(label["th"]) or _leads_en.search(label.get("en", ""))
        if found:
            yield Finding(
                *(WARNING, "leading", question["name"]),
                _("The words “%(words)s” suggest an answer.") % {"words": found[0]},
                _("Ask openly: “how … do you find …?”, and name both sides."),
            )


def _double_negation(question):
    if question["kind"] in SILENT:
        return
    agrees = any("เห็นด้วย" in _said(choice) for choice in question.get("choices", ()))
    for label in (question["label"], *(row["label"] for row in question.get("rows", ()))):
        text = _asks_whether.sub("", _without_brackets(label["th"]))
        if _double_no.search(text) or (agrees and _one_no.search(text)):
            yield Finding(
                *(WARNING, "double-negation", question["name"]),
                _("“%(text)s” says “not” twice, or asks to agree to a “not”.")
                % {"text": label["th"]},
                _("Turn it into a sentence without “not”."),
            )


def _too_wordy(question):
    if len(question["label"]["th"]) > LONGEST_QUESTION and question["kind"] not in SILENT:
        yield Finding(
            *(ADVICE, "wordy", question["name"]),
            _("The question has more than %(n)s characters; on a phone it fills the screen.")
            % {"n": LONGEST_QUESTION},
            _("Move what explains it into the hint or a note before it."),
        )


# --- choices --------------------------------------------------------------------------------------


def _balance(question):
    if not is_rating(question):
        return
    sides = _sides(question)
    good, bad = sides.count(1), sides.count(-1)
    if good != bad:
        yield Finding(
            *(WARNING, "unbalanced", question["name"]),
            _("The scale leans: %(good)s answers are good and %(bad)s are bad.")
            % {"good": good, "bad": bad},
            _("Give as many answers on one side as on the other."),
        )


def _way_out(question):
    """Whether somebody without an opinion, or who does not want to tell, finds an answer."""
    choices = question.get("choices", ())
    if not choices or question.get("required") is not True:
        return
    text = f"{question['label']['th']} {question['label'].get('en', '')}"
    kinds = {choice.get("missing") for choice in choices if _is_missing(choice)}
    if _sensitive.search(text) and not (
        "refused" in kinds or any(_refused.search(_said(choice)) for choice in choices)
    ):
        yield Finding(
            *(WARNING, "no-refusal", question["name"]),
            _("This is a sensitive thing, and it must be answered."),
            _("Add the answer “ไม่ประสงค์ตอบ”, or let it be skipped."),
        )
    elif is_rating(question) and not kinds:
        yield Finding(
            *(WARNING, "no-opinion", question["name"]),
            _("Whoever has no opinion must choose one all the same."),
            _("Add the answer “ไม่มีความเห็น”, or let it be skipped."),
        )


def _unmarked(question):
    if question["kind"] not in {"scale", "matrix"} or not is_rating(question):
        return  # whether people know something may well be the question
    for choice in question.get("choices", ()):
        if _unknown.search(_said(choice)) and not choice.get("missing"):
            yield Finding(
                *(WARNING, "unmarked-missing", question["name"]),
                _("“%(label)s” would count as a step of the scale.") % {"label": _said(choice)},
                _("Mark it as “no opinion”, so that means leave it out."),
            )


_none_of_them = re.compile(r"^ไม่(?:มี|ได้รับ|เคย|ใช้|ทราบ|สนใจ|ต้องการ)|^พอใจแล้ว|^none\b", re.IGNORECASE)
_at_most = re.compile(r"ไม่เกิน\s*([0-9๑-๙]+)")


def _several(question):
    if question["kind"] != "multiple":
        return
    for choice in question.get("choices", ()):
        if _none_of_them.search(_said(choice)) and not choice.get("exclusive"):
            yield Finding(
                *(WARNING, "not-exclusive", question["name"]),
                _("“%(label)s” can be marked together with others.") % {"label": _said(choice)},
                _("Mark it as an answer that stands alone."),
            )
    told = _at_most.search(question["label"]["th"])
    if told and int(told[1]) != question.get("max_choices", 0):
        yield Finding(
            *(WARNING, "other-limit", question["name"]),
            _("The question says at most %(n)s, but the form does not hold people to it.")
            % {"n": int(told[1])},
            _("Set the largest number of marks to the same number."),
        )


def _many_choices(question):
    labels = [_said(choice).strip() for choice in question.get("choices", ())]
    rows = [row["label"]["th"].strip() for row in question.get("rows", ())]
    for said in (labels, rows):
        for text in sorted({text for text in said if text and said.count(text) > 1}):
            yield Finding(
                *(ERROR, "twice", question["name"]),
                _("“%(label)s” stands there twice.") % {"label": text},
                _("Remove one of them, or say how they differ."),
            )
    if len(labels) > MOST_CHOICES and "choice_filter" not in question:
        yield Finding(
            *(ADVICE, "many-choices", question["name"]),
            _("There are %(n)s choices; people read the first ones.") % {"n": len(labels)},
            _("Group them, or ask in two steps."),
        )


def _personal_data(question):
    if question["kind"] in SILENT | WITH_CHOICES | {"place"}:
        return
    text = " ".join((*question["label"].values(), *question.get("hint", {}).values()))
    told_off = _not_asked.search(text)
    if (found := _personal.search(text)) and not told_off:
        yield Finding(
            *(ERROR, "personal", question["name"]),
            _("It asks for “%(word)s”. Answers are kept without anything that tells who gave them.")
            % {"word": found[0]},
            _("Remove the question. Who wants to be called back leaves that in a form of its own."),
        )
    elif question["kind"] == "text" and not told_off:
        yield Finding(
            *(ADVICE, "free-text", question["name"]),
            _("People may write names and telephone numbers here."),
            _("Add the hint “โปรดอย่าใส่ชื่อหรือเบอร์โทรศัพท์”."),
        )


_OF_A_QUESTION = (
    *(_double_barrelled, _leading_words, _double_negation, _too_wordy, _balance, _way_out),
    *(_unmarked, _several, _many_choices, _personal_data),
)


# --- languages ------------------------------------------------------------------------------------


def _languages(definition, questions) -> Iterator[Finding]:
    if "en" not in definition["languages"]:
        return
    for question in questions:
        if question["kind"] == "calculate":
            continue
        parts = [("question", [question["label"]])]
        parts.append(("choices", [row["label"] for row in question.get("choices", ())]))
        parts.append(("rows", [row["label"] for row in question.get("rows", ())]))
        lacking = {
            part: n for part, labels in parts if (n := sum(not label.get("en") for label in labels))
        }
        if lacking:
            yield Finding(
                *(WARNING, "untranslated", question["name"]),
                _("Texts without English: %(n)s.") % {"n": sum(lacking.values())},
                _("Translate them, or leave English out of the whole questionnaire."),
            )


# --- logic ----------------------------------------------------------------------------------------


def _logic(definition) -> Iterator[Finding]:
    trials = Trials(definition)
    for section in definition["sections"]:
        verdict = trials.verdict(section, None)
        if verdict is False:
            for question in section["questions"]:
                yield _unreachable(question["name"])
            continue
        for question in section["questions"]:
            if question["kind"] == "calculate" or not question.get("relevant"):
                continue
            reached = trials.verdict(section, question)
            if reached is False:
                yield _unreachable(question["name"])
            elif trials.verdict(section, question, alone=True) is True:
                yield Finding(
                    *(WARNING, "always", question["name"]),
                    _("Its condition always holds, whatever is answered."),
                    _("Remove the condition, or write what was meant."),
                )


def _unreachable(name):
    return Finding(
        *(ERROR, "unreachable", name),
        _("Nobody is ever asked this: no answers meet its condition."),
        _("Change the condition, or remove the question."),
    )


# --- the whole ------------------------------------------------------------------------------------


def minutes(definition: dict) -> float:
    """How long people take, in minutes: (W/5 + 5 Q + 2 (D - Q) + 15 T) / 60.

    W words to be read, Q questions, D decisions (one for a single answer or a row of a table, half
    a one for each choice of a multiple question, one for each place of a ranking), T open texts;
    the formula that market researchers use, with words cut by the Thai dictionary. Skips are not
    taken off: it is the longest way.
    """
    read, asked, decisions, texts = 0, 0, 0.0, 0
    for section in definition["sections"]:
        read += len(words(section["title"]["th"]))
        for question in section["questions"]:
            kind = question["kind"]
            if kind == "calculate":
                continue
            read += len(words(question["label"]["th"]))
            read += len(words(question.get("hint", {}).get("th", "")))
            for each in (*question.get("choices", ()), *question.get("rows", ())):
                read += len(words(each["label"]["th"]))
            if kind == "note":
                continue
            asked += 1
            texts += kind == "text"
            decisions += {
                "multiple": len(question.get("choices", ())) / 2,
                "matrix": len(question.get("rows", ())),
                "rank": question.get("rank_n", 3),
            }.get(kind, 1)
    return (read / 5 + 5 * asked + 2 * max(0, decisions - asked) + 15 * texts) / 60


def _length(definition):
    needed = ceil(minutes(definition))
    if needed > LONG:
        yield Finding(
            *(WARNING if needed > TOO_LONG else ADVICE, "long", ""),
            _("It takes about %(n)s minutes; on a phone most people stop after %(most)s.")
            % {"n": needed, "most": LONG},
            _("Leave out what no decision rests on, or ask parts of it in another survey."),
        )


def _order(questions):
    asked = [question for question in questions if question["kind"] not in SILENT]
    if not asked:
        return
    first, last = asked[0], asked[-1]
    if first["kind"] == "text" or _sensitive.search(first["label"]["th"]):
        yield Finding(
            *(ADVICE, "first", first["name"]),
            _("The first question is one that many would rather not answer."),
            _("Begin with something easy that is about the subject."),
        )
    if last is not first and last["kind"] == "text" and last.get("required") is True:
        yield Finding(
            *(ADVICE, "last", last["name"]),
            _("Whoever wants to write nothing at the end loses all the answers before."),
            _("Let the last question be skipped."),
        )


# Facts that together may point to one person, and by which words they are known.
_FACTS = {
    "age": re.compile(r"อายุ|\bage\b", re.IGNORECASE),
    "sex": re.compile(r"^เพศ|เพศของท่าน|\bsex\b|\bgender\b", re.IGNORECASE),
    "occupation": re.compile(r"อาชีพ(?!/|ใด.*นำ)|ตำแหน่ง|\boccupation\b", re.IGNORECASE),
    "education": re.compile(r"ระดับการศึกษา|วุฒิการศึกษา|จบการศึกษา|\beducation\b", re.IGNORECASE),
    "religion": re.compile(r"ศาสนา|\breligion\b", re.IGNORECASE),
}
_AGES, _SUBDISTRICTS = 60, 8  # ages of a grown-up asked in years; subdistricts of a district here


def _identifying(questions, survey):
    places = [question for question in questions if question["kind"] == "place"]
    cells, about = 1, []
    for pattern in _FACTS.values():
        for question in questions:
            if question["kind"] in {"single", "scale", "number"} and pattern.search(
                question["label"]["th"]
            ):
                answers = [c for c in question.get("choices", ()) if not c.get("missing")]
                cells *= max(1, len(answers) if answers else _AGES)
                about.append(question["name"])
                break
    if not places or len(about) < 2:
        return
    if any(question.get("level") == "subdistrict" for question in places):
        cells *= _SUBDISTRICTS
    strata = list(survey.strata.all())
    known = [stratum.population for stratum in strata if stratum.population]
    if known:
        smallest, level = min(known), WARNING
        sentence = _(
            "With %(names)s together, the smallest district has about %(n)s people of one kind: "
            "fewer than %(least)s may be known by their answers."
        )
    elif strata and (wanted := [stratum.target for stratum in strata if stratum.target]):
        smallest, level = min(wanted), ADVICE
        sentence = _(
            "With %(names)s together, about %(n)s answers of one kind come from the smallest "
            "district; groups below %(least)s are not shown."
        )
    else:
        return
    expected = smallest / cells
    if expected < survey.min_cell:
        names = ", ".join([places[-1]["name"], *about])
        yield Finding(
            *(level, "identifying", about[-1]),
            sentence % {"names": names, "n": round(expected, 1), "least": survey.min_cell},
            _("Ask in broader groups (age in bands, the district only), or leave one of them out."),
        )
