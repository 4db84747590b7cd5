"""Answers for machines: health, robots, sitemaps."""

import json
from datetime import timedelta
from urllib.robotparser import RobotFileParser

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from lxml import etree

import news.loading
import office.loading
from lopburi_pr import background
from tests import make

pytestmark = pytest.mark.django_db
NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}
ORIGIN = "http://testserver"


def document(answer):
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].split(";")[0] == "application/xml"
    return etree.fromstring(answer.content)


def texts(tree, path):
    return [element.text for element in tree.iterfind(path, NAMES)]


@pytest.fixture(autouse=True)
def _no_worker(db):
    """Whatever worker another test had: here is none."""
    cache.delete(background.HEARTBEAT)


@pytest.fixture
def worker(_no_worker):
    background.beat()


def test_process_is_healthy_without_a_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok")
    assert answer.headers["Cache-Control"] == "no-store"


def test_portal_is_ready_with_database_migrations_and_a_worker(client, worker):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"database": True, "migrations": True, "worker": True}
    assert answer.headers["Cache-Control"] == "no-store"


def test_portal_is_not_ready_without_a_worker(client):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"database": True, "migrations": True, "worker": False}


def test_portal_is_not_ready_when_a_migration_is_missing(client, worker):
    newest = MigrationLoader(connection).graph.leaf_nodes("news")[0]
    MigrationRecorder(connection).record_unapplied(*newest)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert json.loads(answer.text)["migrations"] is False


@pytest.mark.parametrize(
    ("path", "is_allowed"),
    [
        *(("/", True), ("/news/2569/1/", True), ("/en/topics/disaster/", True)),
        *(("/admin/", False), ("/en/admin/login/", False), ("/search/?q=x", False)),
        ("/en/search/suggest/", False),
    ],
)
def test_robots_are_told_where_to_go(client, path, is_allowed):
    rules = RobotFileParser()

    rules.parse(client.get("/robots.txt").text.splitlines())

    assert rules.can_fetch("Googlebot", ORIGIN + path) is is_allowed
    assert rules.site_maps() == [f"{ORIGIN}/sitemap.xml", f"{ORIGIN}/news-sitemap.xml"]


def test_sitemap_leads_to_every_section(client):
    make.published()

    sections = texts(document(client.get("/sitemap.xml")), "s:sitemap/s:loc")

    names = ("articles", "events", "subjects", "verdicts", "advice", "surveys", "pages")
    assert sections == [f"{ORIGIN}/sitemap-{name}.xml" for name in names]
    for section in sections:
        document(client.get(section.removeprefix(ORIGIN)))


def test_sitemap_lists_each_language_of_an_article_that_exists(client):
    thai = make.published().article
    english = make.published(language="en", translation_of=thai).article
    only_thai = make.published().article
    make.draft()
    make.published(ago=-timedelta(hours=1))

    tree = document(client.get("/sitemap-articles.xml"))

    assert sorted(texts(tree, "s:url/s:loc")) == sorted(
        [
            f"{ORIGIN}/news/{thai.year}/{thai.number}/",
            f"{ORIGIN}/en/news/{english.year}/{english.number}/",
            f"{ORIGIN}/news/{only_thai.year}/{only_thai.number}/",
        ]
    )
    assert len(texts(tree, "s:url/s:lastmod")) == 3


def test_sitemap_gives_pages_and_subjects_in_both_languages(client):
    office.loading.load()
    news.loading.load()

    pages = document(client.get("/sitemap-pages.xml"))
    subjects = document(client.get("/sitemap-subjects.xml"))

    assert {f"{ORIGIN}/about/", f"{ORIGIN}/en/about/"} <= set(texts(pages, "s:url/s:loc"))
    alternates = pages.xpath("//x:link/@hreflang", namespaces=NAMES)
    assert set(alternates) == {"th", "en"}
    assert f"{ORIGIN}/en/districts/1601/" in texts(subjects, "s:url/s:loc")


def test_every_address_of_the_sitemap_answers(client):
    office.loading.load()
    news.loading.load()
    make.published(tags=["น้ำท่วม"])
    addresses = [
        address
        for section in ("articles", "subjects", "pages")
        for address in texts(document(client.get(f"/sitemap-{section}.xml")), "s:url/s:loc")
    ]

    statuses = {client.get(address.removeprefix(ORIGIN)).status_code for address in addresses}

    assert len(addresses) > 80
    assert statuses == {200}


def test_news_sitemap_holds_what_is_shown_of_the_last_48_hours(client):
    fresh = make.published(title="ข่าว & <ด่วน>", ago=timedelta(hours=47))
    english = make.published(language="en", translation_of=fresh.article, title="News")
    make.published(ago=timedelta(hours=49))
    make.published(ago=-timedelta(hours=1))
    make.published(expires_at=timezone.now() - timedelta(minutes=1))
    make.draft()

    tree = document(client.get("/news-sitemap.xml"))

    found = zip(
        texts(tree, "s:url/s:loc"),
        texts(tree, "s:url/n:news/n:publication/n:language"),
        texts(tree, "s:url/n:news/n:title"),
        strict=True,
    )
    year, number = fresh.article.year, fresh.article.number
    assert sorted(found) == [
        (f"{ORIGIN}/en/news/{year}/{number}/", "en", english.title),
        (f"{ORIGIN}/news/{year}/{number}/", "th", "ข่าว & <ด่วน>"),
    ]
    assert len(texts(tree, "s:url/n:news/n:publication_date")) == 2
