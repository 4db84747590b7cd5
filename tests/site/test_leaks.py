"""What is not shown yet leaks nowhere: every address is asked while hidden things exist."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pypdf import PdfReader

from news import attachments, publishing
from tests import make
from tests.site import pages

SECRET = "ปริศนาลับสุดยอด"
LATER = timedelta(hours=1)
TAILS = (
    *("", "print/", "history/", "v1/", "v2/", "v1..v2/", "paragraphs/", "script/", "script.txt"),
    *("poster/", "mistake/", "stars/", "follow/", "as-of/2569-11-25/", "as-of/2600-01-01/"),
    *("print.pdf", "cite/ris", "cite/bib", "cite/csl.json", "cite/txt"),
)


@pytest.fixture
def hidden(words, db):
    """The whole portal and, besides, something hidden of every kind; addresses that name them."""
    words = {**words}
    texts = {
        name: f"โทร 1784 {SECRET} {name}" for name in ("title", "must_know", "lead", "spoken")
    } | {"body": f"<p>{SECRET}</p>", "source_agency": SECRET, "event_place": SECRET}
    subjects = {"tags": [SECRET], "districts": [make.district()]}
    scheduled = make.draft(**texts, **subjects)
    picture = make.placement(scheduled, alt=SECRET, caption=SECRET).picture
    upload = SimpleUploadedFile("a.pdf", pages.PDF)
    file = attachments.store(scheduled, upload, title=SECRET)
    make.publish(scheduled, at=timezone.now() + LATER)
    english = make.draft(language="en", translation_of=scheduled.article, **texts)
    make.publish(english, at=timezone.now() + LATER)
    update = publishing.revise(make.published().article, by=None)
    for name, text in (texts | {"change_note": SECRET}).items():
        setattr(update, name, text)
    update.save()
    make.publish(update, at=timezone.now() + LATER)
    submitted = make.draft(**texts, **subjects)
    publishing.submit(submitted, by=None)
    make.alert(headline_th=SECRET, instruction_th=SECRET)
    make.verdict(claim_text=SECRET, short_answer=SECRET)
    make.event(title_th=SECRET, summary_th=SECRET, is_shown=False)
    words["hidden"] = f"{scheduled.article.year}/{scheduled.article.number}"
    words["updated"] = f"{update.article.year}/{update.article.number}"
    words["secret_files"] = (
        f"/pictures/{picture.pk}/original.jpg",
        f"/pictures/{picture.pk}/share.jpg",
        f"/files/{file.pk}/",
    )
    words["register"] = scheduled.article.reference
    words["tag_page"] = f"/tags/{scheduled.article.tags.get().pk}/"
    return words


def content(response):
    if response.headers["Content-Type"] == "application/pdf" and not response.streaming:
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)
    if response.streaming:
        return b"".join(response.streaming_content).decode("utf-8", "replace")
    return response.content.decode("utf-8", "replace")


def addresses(words):
    listed = [path for name, path in pages.PAGES.items() if name not in pages.TRUSTED]
    listed += [*pages.DOCUMENTS, *pages.SECRET_DOCUMENTS]
    for path in listed:
        for prefix in ("", "/en"):
            yield prefix + path.format(**words)
    yield from (path.format(**words) for path in pages.MACHINES)
    for form in ("atom", "rss", "json"):
        yield f"/news/feed.{form}?language=all"
        yield f"/districts/1601/feed.{form}"
        yield f"{words['tag_page']}feed.{form}"
    for prefix in ("", "/en"):
        yield f"{prefix}{words['tag_page']}"
        yield f"{prefix}/search/?q={SECRET}"
        yield f"{prefix}/search/suggest/?q={SECRET[:5]}"
        yield f"{prefix}/fact-check/?text={SECRET}"
        for version in ("", ".1", ".2"):
            yield f"{prefix}/verify/{words['register']}{version}/"
            yield f"{prefix}/verify/{words['register']}{version}/record.json"
            yield f"{prefix}/verify/{words['register']}{version}/content.json"
        for tail in TAILS:
            yield f"{prefix}/news/{words['hidden']}/{tail}"
            yield f"{prefix}/news/{words['updated']}/{tail}"


def test_no_address_tells_what_is_not_shown_yet(client, hidden):
    told = []
    for address in addresses(hidden):
        said = content(client.get(address, follow=True))
        # What was asked for is said back; of the rest of the texts nothing is.
        if f"โทร 1784 {SECRET}" in said or (SECRET in said and SECRET not in address):
            told.append(address)
        if hidden["hidden"] in said and hidden["hidden"] not in address:
            told.append(address)

    assert told == []


def test_hidden_addresses_are_unknown(client, hidden):
    for tail in TAILS:
        assert client.get(f"/news/{hidden['hidden']}/{tail}").status_code == 404
    for path in hidden["secret_files"]:
        answer = client.get(path)
        content(answer)
        assert answer.status_code == 404
    assert client.get(f"/verify/{hidden['register']}.1/").status_code == 404


def test_the_comparison_does_not_know_it(client, hidden):
    page = client.post("/verify/", {"text": f"โทร 1784 {SECRET} title โทร 1784 {SECRET} lead"})

    assert f"/news/{hidden['hidden']}/" not in page.text
    assert hidden["register"] not in page.text


def test_it_is_everywhere_at_its_hour(client, hidden, travel):
    travel(timezone.now() + LATER)

    address = f"/news/{hidden['hidden']}/"
    for place in ("/", "/news/", "/news/feed.atom", "/sitemap-articles.xml", "/news-sitemap.xml"):
        assert address in content(client.get(place)), place
    assert address in client.get(f"/search/?q={SECRET}").text
    for tail in ("", "script/", "cite/txt", "paragraphs/", "print/", "print.pdf"):
        assert SECRET in content(client.get(f"{address}{tail}"))
    for path in hidden["secret_files"]:
        answer = client.get(path)
        content(answer)
        assert answer.status_code == 200
    assert client.get(f"/verify/{hidden['register']}.1/").status_code == 200
