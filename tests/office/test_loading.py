"""What every portal begins with: complete, repeatable, and careful with what staff wrote."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from lopburi_pr import rich_text
from lopburi_pr.thai_text import thai_sort_key
from news import loading as news_loading
from news.models import SynonymSet, Topic
from office import loading
from office.models import (
    ClusterMembership,
    CommunicationIssue,
    District,
    OfficeIdentity,
    Province,
    ProvincialCluster,
    StandingPage,
    Subdistrict,
)

pytestmark = pytest.mark.django_db


def everything():
    models = (
        *(Province, District, Subdistrict, ProvincialCluster, ClusterMembership),
        *(CommunicationIssue, OfficeIdentity, StandingPage, Topic, SynonymSet),
    )
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_load_brings_the_four_provinces_of_the_office_and_two_of_its_cluster():
    loading.load()

    assert District.objects.filter(province__code="16").count() == 11
    assert Province.objects.count() == 6
    assert District.objects.count() == 32
    assert Subdistrict.objects.count() == 293
    town = District.objects.get(code="1601")
    assert (town.name_th, town.name_en, town.province.name_rtgs) == (
        "เมืองลพบุรี",
        "Mueang Lop Buri",
        "Lop Buri",
    )
    assert all(place.sort_key == thai_sort_key(place.name_th) for place in District.objects.all())


def test_load_twice_changes_nothing():
    loading.load()
    news_loading.load()
    before = everything()

    reports = [*loading.load(), *news_loading.load()]

    assert everything() == before
    assert {(report.created, report.updated) for report in reports} == {(0, 0)}


def test_load_corrects_places_that_differ_from_the_register():
    loading.load()
    District.objects.filter(code="1601").update(name_en="Lopburi Town", sort_key="x")
    Subdistrict.objects.filter(code="160101").update(postal_code="")

    reports = {report.what: report for report in loading.load()}

    assert District.objects.get(code="1601").name_en == "Mueang Lop Buri"
    assert Subdistrict.objects.get(code="160101").postal_code == "15000"
    assert reports["districts"].updated == 1
    assert reports["subdistricts"].updated == 1


def test_load_keeps_what_staff_edited():
    loading.load()
    news_loading.load()
    OfficeIdentity.objects.update(phone="0 3642 2222")
    StandingPage.objects.filter(key="about").update(body_th="<p>ใหม่</p>")
    Topic.objects.filter(slug="health").update(name_th="สาธารณสุข")
    CommunicationIssue.objects.filter(fiscal_year=2570, key="economy").update(name_th="เศรษฐกิจ")
    ClusterMembership.objects.filter(valid__endswith=None).update(
        valid=DateRange(date(2017, 11, 17), date(2027, 1, 1))
    )
    synonyms = SynonymSet.objects.first()
    SynonymSet.objects.filter(pk=synonyms.pk).update(words=f"{synonyms.words}\nเมืองลิง")

    loading.load()
    news_loading.load()

    assert OfficeIdentity.objects.get().phone == "0 3642 2222"
    assert StandingPage.objects.get(key="about").body_th == "<p>ใหม่</p>"
    assert Topic.objects.get(slug="health").name_th == "สาธารณสุข"
    issue = CommunicationIssue.objects.get(fiscal_year=2570, key="economy")
    assert issue.name_th == "เศรษฐกิจ"
    assert not ClusterMembership.objects.filter(valid__endswith=None).exists()
    assert SynonymSet.objects.filter(words__startswith=synonyms.words).count() == 1


def test_clusters_of_lopburi_follow_each_other():
    loading.load()

    def clusters_on(day):
        held = ClusterMembership.objects.in_force(day).filter(province__code="16")
        return list(held.values_list("cluster__key", flat=True))

    def provinces_on(day):
        return set(ClusterMembership.objects.in_force(day).values_list("province__code", flat=True))

    assert clusters_on(date(2008, 12, 31)) == []
    assert clusters_on(date(2016, 7, 1)) == ["upper-central-2"]
    assert clusters_on(date(2017, 11, 16)) == ["upper-central-2"]
    assert clusters_on(date(2017, 11, 17)) == ["upper-central"]
    assert clusters_on(date(2026, 11, 24)) == ["upper-central"]
    assert provinces_on(date(2016, 7, 1)) == {"15", "16", "17", "18"}
    assert provinces_on(date(2026, 11, 24)) == {"14", "15", "16", "17", "18", "19"}
    centres = ClusterMembership.objects.filter(is_operating_centre=True)
    assert set(centres.values_list("cluster__key", "province__code")) == {
        ("upper-central-2", "16"),
        ("upper-central", "14"),
    }


def test_a_province_is_in_one_cluster_only_once_at_a_time():
    loading.load()
    first = ClusterMembership.objects.get(cluster__key="upper-central-2", province__code="16")

    def again(start, end):
        with transaction.atomic():
            ClusterMembership.objects.create(
                cluster=first.cluster, province=first.province, valid=DateRange(start, end)
            )

    with pytest.raises(IntegrityError, match="office_membership_one_at_a_time"):
        again(date(2017, 11, 16), None)
    again(date(2017, 11, 17), None)
    with pytest.raises(IntegrityError, match="office_membership_has_days"):
        again(date(2005, 1, 1), date(2005, 1, 1))


def test_pages_use_the_words_the_editor_knows():
    """What the sanitiser would change on the next save must not be in the files."""
    pages = loading._read("pages.json")

    loading.load()

    for page in pages:
        for language in ("th", "en"):
            text = "\n".join(page[f"body_{language}"])
            assert rich_text.plain(rich_text.clean(text)) == rich_text.plain(text)
            assert "<h1" not in text
            assert getattr(StandingPage.objects.get(key=page["key"]), f"body_{language}")
    assert {page["key"] for page in pages} == {"about", "contact", "accessibility"}


def test_load_office_says_what_it_did_and_syncs_roles(capsys):
    call_command("load_office")
    first = capsys.readouterr().out
    call_command("load_office")
    second = capsys.readouterr().out

    assert "districts: 32 created, 0 updated, 0 left as is" in first
    assert "roles: editor, head, officer, planner, partner changed" in first
    assert "districts: 0 created, 0 updated, 32 left as is" in second
    assert "roles: none changed" in second
