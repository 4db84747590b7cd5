"""Thai text (provisional: the language helper replaces this file)."""
import re
import unicodedata


def normalise(text):
    text = unicodedata.normalize("NFC", text).replace("เเ", "แ").replace("\u200b", "").replace("\x00", "")
    return re.sub("ํ([่-๋]?)า", r"\1ำ", text)


def fold(text):
    return normalise(text).translate({0x0E50 + i: str(i) for i in range(10)}).casefold()


def thai_sort_key(s):
    p = re.sub("([เ-ไ])([ก-ฮ])", r"\2\1", unicodedata.normalize("NFC", s).casefold())
    marks = []
    for ch in p:
        if "\u0e47" <= ch <= "\u0e4e" and marks:
            marks[-1] += ch
        else:
            marks.append("!")
    return re.sub(r"[^\w\u0e00-\u0e7f]|[\u0e2f\u0e46\u0e47-\u0e4e]", "", p) + "\t" + " ".join(marks)


def excerpt(text, limit, words=None):
    return text if len(text) <= limit else text[:limit] + "…"
