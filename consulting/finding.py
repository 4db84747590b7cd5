"""Search in what others may learn from: a few thousand rows, so their texts are simply read.

Every word must occur; those in the title come first. Thai is compared without its spaces, so that
น้ำ ท่วม finds น้ำท่วม; English words and numbers are found from their beginning.
"""

import re

from django.db.models import Case, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import Least, Length, StrIndex

from consulting.models import Resource, ResourceEdition, Topic
from lopburi_pr import rich_text, thai_words
from lopburi_pr.thai_text import fold

MOST_LETTERS = 200
MOST_WORDS = 12
MOST_OF_A_TEXT = 2000  # letters of a request that are laid beside titles
MOST_MATCHED = 24
SHORTEST = 3  # letters of a word that tells what a request is about
ENOUGH = 2  # words in a title, or a title made of fewer

_cell_ends = re.compile("</t[dh]>")
_words = re.compile(r"[ก-ฺเ-๎]+|[^\W_ก-๎]+")
# What every request says and no title should be found by.
_idle = set(
    re.findall(
        r"\S+",
        """
        การ ความ และ หรือ ที่ ใน ให้ ของ กับ จาก เป็น ได้ ไม่ มี จะ ขอ คำปรึกษา ปรึกษา ช่วย
        ต้องการ อยาก เรื่อง เกี่ยวกับ อย่างไร เพื่อ แต่ ว่า โดย ประชาสัมพันธ์ หน่วยงาน
        จังหวัด ลพบุรี ประชาชน เรา the and for how with want need our please help advice
        about that this from
        """,
    )
)


def search_text(edition: ResourceEdition) -> str:
    """What is searched of an edition: its titles on the first line, then the rest."""
    titles = f"{edition.title_th} {edition.title_en}"
    bodies = "\n".join(map(plain, (edition.body_th, edition.body_en)))
    return f"{_squeezed(titles)}\n{_squeezed(f'{edition.file_title} {bodies}')}"


def plain(body: str) -> str:
    """The words of a text, each cell of its tables on a line of its own."""
    return rich_text.plain(_cell_ends.sub("<br>", rich_text.clean(body)))


def words_of(text: str) -> list[str]:
    """The words of a query, as they are looked for."""
    found = []
    for run in _words.findall(fold(text[:MOST_LETTERS])):
        # However Thai is cut: what stands in a text whole stands there in pieces too.
        found += thai_words.words(run) if "ก" <= run[0] <= "๎" else [f" {run}"]
    return list(dict.fromkeys(found))[:MOST_WORDS]


def search(words: str, topic: Topic | None = None, kind: str | None = None) -> QuerySet:
    """Published editions with every word, those with most of them in the title first.

    Without words all of them, the latest first. ``kind`` is one of ``Resource.Kind``, or
    ``"resource"`` for everything but answers.
    """
    rows = ResourceEdition.objects.published().select_related("resource__topic")
    if topic:
        rows = rows.filter(resource__topic=topic)
    if kind == "resource":
        rows = rows.exclude(resource__kind=Resource.Kind.ANSWER)
    elif kind:
        rows = rows.filter(resource__kind=kind)
    looked_for = words_of(words)
    for word in looked_for:
        rows = rows.filter(search_text__contains=word)
    if words.strip() and not looked_for:
        return rows.none()
    if looked_for:
        rows = rows.annotate(in_title=_in_title(looked_for))
    return rows.order_by(*["-in_title"] * bool(looked_for), "-published_at", "-pk")


def matching(topic: Topic | None, text: str, limit: int = 3) -> list[ResourceEdition]:
    """What may answer a request while somebody still writes it, the likeliest first.

    A title must share enough words with it; the same topic decides between equals.
    """
    cut = thai_words.words(text[:MOST_OF_A_TEXT])
    words = [word for word in dict.fromkeys(cut) if len(word) >= SHORTEST and word not in _idle]
    words = [word if "ก" <= word[0] <= "๎" else f" {word}" for word in words][:MOST_MATCHED]
    if not words:
        return []
    near = Case(When(resource__topic=topic, then=1), default=0)
    rows = (
        ResourceEdition.objects.published()
        .select_related("resource__topic")
        .annotate(in_title=_in_title(words), near=near)
        .filter(Q(in_title__gte=ENOUGH) | Q(in_title=1, near=1))
        .order_by("-in_title", "-near", Length("title_th"), "-pk")
    )
    return list(rows[:limit])


def _in_title(words):
    title = Func(F("search_text"), Value("\n"), Value(1), function="split_part")
    stands = [Least(StrIndex(title, Value(word)), Value(1)) for word in words]
    return sum(stands[1:], stands[0])


def _squeezed(text):
    """Folded words: Thai run together, everything else behind a space."""
    runs = _words.findall(fold(text))
    pieces = [run if "ก" <= run[0] <= "๎" else f" {run} " for run in runs]
    return " " + "".join(pieces).replace("  ", " ")
