"""How many syllables a Thai text takes to say; for the time it needs when somebody reads it aloud.

A word is read the way it is spelled, by the shortest reading of its consonants, vowels and finals.
Words whose spelling hides a syllable (ราชการ is ราด-ชะ-กาน) stand in ``dictionary/syllables.txt``.
Rules and how often they are right: docs/decisions/0012-spoken-edition.md.
"""

import re
from functools import cache, lru_cache

from lopburi_pr.thai_text import normalise
from lopburi_pr.thai_words import DICTIONARY, word_spans

_mark = re.compile("[ะ-ฺ็-๎]")  # can't begin a syllable: it belongs to the consonant before it
_free = f"(?!{_mark.pattern})"
_consonant = "[ก-ฮ]"
_cluster = "(?:[กขคตปผพทสศซจบดฟธ]ร|[กขคปผพบฟ]ล|[กขค]ว|ห[งญนมยรลว]|อย(?=[่าู]))"  # กรุง หมู อยู่
_tone = "[่-๋]?"
# A final consonant, or two of which the second is silent at the end (บัตร, พุทธ), or a silent
# vowel on it (ชาติ, เหตุ, ภูมิ).
_final = (
    "(?:(?:[ตทกชถฏ]ร|ร[ถคธพมตทณศ]|[ตทณนสป]ถ|[ทพ]ธ|[ษกข]ษ|ษ[ฐฎฏณย]|[คตดชลณท]ย|ชช|ตต|คค|ดด"
    "|น[ธทต]|ณ[ฑฐ]|มภ|ศว|ลป|ญจ)$|[ทต]ร(?=[ก-ฮเ-ไ])"
    f"|(?<=ั)[ตฏ]ิ$|(?<=า)[ตธ]ิ$|(?<=า)ตุ$|(?<=ห)ตุ|(?<=ู)มิ(?=$|[ก-ฮ])|{_consonant}){_free}"
)
# What it costs to read a syllable with a vowel, one without, two of which the first has none, and
# a consonant left over at the end.
CHEAP, DEAR, BOTH, LAST = 1, 1.3, 2.2, 3
# "@" stands for one consonant and for two said as one; "." at the end for a final and for none.
_shapes = (
    (f"เ@[ีื]{_tone}[ยอ]ะ?.", CHEAP, 1),
    (f"เ{_consonant}@[ีื]{_tone}[ยอ]ะ?.", BOTH, 2),  # เสถียร
    (f"เ{_consonant}@{_tone}าะ", BOTH, 2),  # เฉพาะ
    (f"เ@ิ{_tone}{_final}", CHEAP, 1),
    (f"เ@{_tone}(?:าะ?|ย){_free}", CHEAP, 1),
    (f"เ@{_tone}อะ?.", CHEAP, 1),
    (f"[เแโ]@{_tone}ะ", CHEAP, 1),
    (f"[เแ]@็{_tone}{_final}", CHEAP, 1),
    (f"[เแโ]@{_tone}.", CHEAP, 1),
    (f"[ใไ]@{_tone}ย?.", CHEAP, 1),
    (f"@ั{_tone}(?:วะ?{_free}|{_final})", CHEAP, 1),
    (f"@{_tone}[ะำ]", CHEAP, 1),
    (f"@{_tone}า.", CHEAP, 1),
    (f"@[ิ-ู]{_tone}อ?.", CHEAP, 1),
    ("@็อ?.", CHEAP, 1),
    ("@รร.", CHEAP, 1),
    (f"@{_tone}ว{_final}", CHEAP, 1),
    (f"@{_tone}อ.", CHEAP, 1),
    (f"{_consonant}?ฤๅ?.", CHEAP, 1),
    (f"@{_tone}{_final}", CHEAP, 1),
    (f"{_consonant}{_free}(?!$)", DEAR, 1),
    (f"{_consonant}{_tone}$", LAST, 1),
)
_patterns = [
    (re.compile(shape.removesuffix(".").replace("@", initial) + tail), cost, said)
    for shape, cost, said in _shapes
    for initial in ((_cluster, _consonant) if "@" in shape else ("",))
    for tail in ((_final, _free) if shape.endswith(".") else ("",))
]
_silenced = re.compile("[ตทดฎ]ร์|[ก-ฮ][ิุ]?์")
_thai = re.compile("[ก-ฺเ-๎]+")
_loud = re.compile("[aeiouy]+", re.IGNORECASE)
UNREADABLE = 9
LONGEST_WORD = 60  # letters read at once; a longer run of letters is no word


def syllables(text: str) -> int:
    """How many syllables ``text`` has when it is said. Digits and abbreviations count a syllable
    for each sign: write them out first (``thai_speech.spoken_form``).
    """
    text = normalise(text)
    total = done = last = 0
    for start, end in word_spans(text):
        total += last * text[done:start].count("ๆ")
        word = text[start:end]
        last = _of_word(word.replace("ๆ", "")) * (1 + word.count("ๆ"))
        total += last
        done = end
    return total + last * text[done:].count("ๆ")


@lru_cache(maxsize=20_000)
def _of_word(word):
    if _thai.fullmatch(word):
        pieces = range(0, len(word), LONGEST_WORD)
        return sum(_read(word[start : start + LONGEST_WORD]) for start in pieces)
    if word.isascii() and word.isalpha() and not word.isupper():
        return max(1, len(_loud.findall(word)))
    return sum(character.isalnum() for character in word)


def _read(word):
    """Syllables of the cheapest way to read a word from its first letter to its last."""
    word = _silenced.sub("", word)
    best = [(0, 0)] + [(float("inf"), 0)] * len(word)  # cost and syllables up to each letter
    for start in range(len(word)):
        cost, count = best[start]
        for end, added, said in _ways(word, start):
            best[end] = min(best[end], (cost + added, count + said))
    return best[-1][1]


def _ways(word, start):
    """``(end, cost, syllables)`` of everything that can be read from ``start``."""
    for pattern, cost, said in _patterns:
        if found := pattern.match(word, start):
            yield found.end(), cost, said
    known, longest = _known()
    for end in range(start + 1, min(len(word), start + longest) + 1):
        part, is_last = word[start:end], end == len(word)
        said = known.get(part) or (not is_last and known.get(f"{part}+"))
        if said and (is_last or not _mark.match(word, end)):
            yield end, CHEAP / 2, said
    yield start + 1, UNREADABLE, 0


@cache
def _known():
    """Counts of the words that can't be read by rule, and the length of the longest."""
    lines = (DICTIONARY / "syllables.txt").read_text(encoding="utf-8").splitlines()
    counts = {}
    for line in lines:
        if line and not line.startswith("#"):
            count, *words = line.split()
            counts |= {_silenced.sub("", word): int(count) for word in words}
    return counts, max(map(len, counts))
