"""Pages that read several apps, before and after there is anything to read."""

import pytest
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/news/", 200), ("/search/?q=x", 200), ("/nothing/", 404)]
)
def test_portal_without_any_content_still_answers(client, prefix, path, status):
    answer = client.get(prefix + path)

    assert answer.status_code == status
    assert answer.text.count("<h1") == 1


def test_home_leads_with_the_pinned_story(client):
    make.published()
    pinned = make.published(is_pinned=True, ago=make.timedelta(days=2))
    make.published()

    assert client.get("/").context["lead"]["pk"] == pinned.pk


def test_home_shows_a_publication_to_the_next_request(client):
    client.get("/")
    edition = make.published(title="ข่าวที่เพิ่งเผยแพร่")

    assert edition.title in client.get("/").text


def test_style_guide_is_for_staff(client, desk):
    client.logout()

    assert client.get("/styleguide/").status_code == 302
    client.force_login(make.user(is_staff=True))
    assert client.get("/styleguide/").status_code == 200


@pytest.mark.parametrize("path", ["/nothing/", "/en/nothing/", "/news/2569/1/", "/districts/9999/"])
def test_missing_page_offers_search_topics_and_the_telephone(client, path):
    make.topic(name_th="สาธารณภัย", name_en="Disasters")

    answer = client.get(path)

    assert answer.status_code == 404
    assert f'action="{"/en" if path.startswith("/en") else ""}/search/"' in answer.text
    assert ("Disasters" if path.startswith("/en") else "สาธารณภัย") in answer.text


def test_reverse_addresses_stay_what_the_contract_says():
    assert reverse("news:article", args=[2569, 123]) == "/news/2569/123/"
    assert reverse("news:district", args=["1601"]) == "/districts/1601/"
    assert reverse("about") == "/about/"
