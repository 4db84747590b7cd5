"""Only what was verified counts as reach, once each, in its own places and days, never mixed."""

import random
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from lopburi_pr.thai_calendar import BANGKOK
from network.models import Means
from news import broadcasting, publishing, reach
from news.models import Broadcast
from news.reach import Asked, Stand
from office import loading
from office.models import Subdistrict
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places(db):
    loading.load()


def carried(*codes, edition=None, party=None, ago=timedelta(0), **facts):
    """A verified broadcast that names these subdistricts."""
    edition = edition or make.published(ago=ago + timedelta(hours=2))
    told = {"aired_at": timezone.now() - ago - timedelta(minutes=1)}
    places = Subdistrict.objects.filter(code__in=codes)
    made = make.broadcast(edition, party, subdistricts=places, **(told | facts))
    broadcasting.verify(made, by=make.user())
    return made


def figures(key="30", **asked):
    return reach.reach(Asked(reach.period(key), **asked), Stand.now())


def codes(found):
    rows = Subdistrict.objects.filter(pk__in=found.subdistricts)
    return sorted(rows.values_list("code", flat=True))


def told(found, code):
    return found.subdistricts[Subdistrict.objects.get(code=code).pk]


# What counts


def test_a_subdistrict_is_reached_by_one_verified_broadcast_that_names_it():
    carried("160101", "160102")
    make.broadcast(subdistricts=Subdistrict.objects.filter(code="160103"))
    refused = make.broadcast(subdistricts=Subdistrict.objects.filter(code="160104"))
    broadcasting.reject(refused, by=make.user(), reason="ไม่ได้ออกอากาศ")

    found = figures()

    assert codes(found) == ["160101", "160102"]
    assert (found.reports, found.items, found.partners) == (1, 1, 1)


def test_a_verification_and_its_withdrawal_show_at_once():
    made = make.broadcast(subdistricts=Subdistrict.objects.filter(code="160101"))
    seen = [codes(figures())]

    broadcasting.verify(made, by=make.user())
    seen.append(codes(figures()))
    broadcasting.reject(made, by=make.user(), reason="ผิดวัน")
    seen.append(codes(figures()))

    assert seen == [[], ["160101"], []]


def test_figures_are_computed_once_while_nothing_changes(django_assert_num_queries):
    carried("160101")
    before = figures()

    with django_assert_num_queries(1):
        again = figures()

    assert again is before


def test_an_item_counts_once_with_its_versions_its_translation_and_its_partners():
    first = make.published()
    second = make.revised(first)
    english = make.published(language="en", translation_of=first.article)
    other = make.published()
    for edition in (first, second, english, other):
        carried("160101", edition=edition)

    found = figures()

    assert told(found, "160101")[:2] == (2, 4)
    assert (found.items, found.reports, found.partners) == (2, 4, 4)


def test_one_partner_with_many_reports_is_one():
    volunteer, station = make.volunteer(), make.organization()
    for party in (volunteer, volunteer, station):
        carried("160101", party=party)

    assert figures().partners == 2


def test_a_report_without_a_place_is_on_no_map_and_told_apart():
    district = make.district("1601")
    station = make.organization()
    station.districts.add(district)
    carried(party=station)
    carried("160102")

    found = figures()

    assert codes(found) == ["160102"]
    assert (found.placeless, found.reports) == (1, 2)


def test_places_outside_of_the_province_are_in_no_district():
    outside = Subdistrict.objects.exclude(district__province__code="16").first()
    carried(outside.code)

    rows = reach.by_district(figures())

    assert sum(len(row.reached) for row in rows) == 0
    assert sum(row.total for row in rows) == 124
    assert len(rows) == 11


def test_means_are_told_apart_and_can_be_asked_for():
    edition = make.published()
    carried("160101", "160102", edition=edition, means="radio")
    carried("160101", edition=edition, means="tower")
    carried("160101", means="tower")

    found = figures()

    assert found.means == [("tower", 2, 2), ("radio", 1, 1)]
    assert set(told(found, "160101").means) == {"tower", "radio"}
    assert codes(figures(means="tower")) == ["160101"]
    assert codes(figures(means="tv")) == []


def test_people_are_told_by_basis_and_never_together():
    station = make.organization()
    for audience in (100, 200):
        carried("160101", party=station, audience=audience, basis="estimate")
    carried("160101", audience=50, basis="measured")
    carried("160101")

    found = figures()

    assert found.audiences == [("measured", 50, 1, 1), ("estimate", 300, 2, 1)]
    assert [each.may_be_public for each in found.audiences] == [False, False]


# When


@pytest.mark.parametrize(
    ("key", "first"), [("7", (2026, 11, 18)), ("30", (2026, 10, 26)), ("year", (2026, 10, 1))]
)
def test_periods_are_whole_days_with_today(key, first):
    found = reach.period(key, date(2026, 11, 24))

    assert (found.first, found.last) == (date(*first), date(2026, 11, 24))
    assert found.moments[0] == datetime(*first, tzinfo=BANGKOK)
    assert found.moments[1] == datetime(2026, 11, 25, tzinfo=BANGKOK)


def test_the_fiscal_year_begins_anew_in_october():
    assert reach.period("year", date(2026, 9, 30)).first == date(2025, 10, 1)
    assert reach.period("year", date(2026, 10, 1)).first == date(2026, 10, 1)
    assert reach.period("nonsense", date(2026, 10, 1)).key == "30"


def test_a_broadcast_counts_by_its_hour_in_lopburi(travel):
    travel(datetime(2026, 11, 24, 12, tzinfo=BANGKOK))
    edition = make.published(at=datetime(2026, 11, 1, tzinfo=BANGKOK))
    midnight = datetime(2026, 11, 18, tzinfo=BANGKOK)
    carried("160101", edition=edition, aired_at=midnight - timedelta(seconds=1))
    carried("160102", edition=edition, aired_at=midnight)

    assert codes(figures("7")) == ["160102"]
    assert codes(figures("30")) == ["160101", "160102"]


# Samples


def test_samples_show_only_while_nothing_real_is_verified():
    sample = make.volunteer(is_sample=True)
    carried("160101", party=sample)
    shown = Stand.now().is_sample, codes(figures())

    carried("160102", ago=timedelta(days=200))

    assert shown == (True, ["160101"])
    assert Stand.now().is_sample is False
    assert codes(figures()) == []


def test_nothing_at_all_is_no_sample():
    assert Stand.now() == Stand(is_sample=False)
    assert figures().reports == 0


# One item


def test_an_item_is_followed_whenever_it_was_carried():
    edition = make.published(ago=timedelta(days=500))
    english = make.published(language="en", translation_of=edition.article, ago=timedelta(days=500))
    outside = Subdistrict.objects.exclude(district__province__code="16").first()
    station = make.organization()
    carried("160101", "160102", edition=edition, party=station, ago=timedelta(days=450))
    carried("160102", outside.code, edition=english, party=station)
    carried("160103", edition=english)
    make.broadcast(edition)
    carried("160104")

    found = reach.carried(edition.article)

    assert found == reach.carried(english.article)
    assert found == (3, 2, 3, 1)
    one = figures(article=reach.item_of(english.article))
    assert [code for code in codes(one) if code[:2] == "16"] == ["160101", "160102", "160103"]


def test_a_sample_counts_for_no_real_news():
    edition = make.published()
    carried("160101", edition=edition, party=make.volunteer(is_sample=True))

    assert reach.carried(edition.article) == (0, 0, 0, 0)


def test_what_is_carried_costs_one_query(django_assert_num_queries):
    article = carried("160101", "160102").edition.article

    with django_assert_num_queries(1):
        reach.carried(article)


# Against counting by hand


@pytest.mark.parametrize("seed", range(6))
def test_figures_are_those_of_counting_by_hand(seed):
    """Random reports of every state, place, day and kind; each figure against plain sets."""
    pick = random.Random(seed)
    places = list(Subdistrict.objects.filter(code__startswith="16"))[::9]
    editions = [make.published(ago=timedelta(days=400)) for _ in range(4)]
    parties = [make.volunteer(), make.volunteer(), make.organization()]
    now, by = timezone.now(), make.user()
    rows = []
    for _ in range(60):
        party, state = pick.choice(parties), pick.choice(["reported", "verified", "rejected"])
        row = Broadcast.objects.create(
            edition=pick.choice(editions),
            aired_at=now - timedelta(days=pick.choice([0, 3, 6, 7, 8, 29, 30, 60, 89, 90, 200])),
            means=pick.choice(Means.values),
            audience=(audience := pick.choice([None, 10, 25])),
            basis=(audience and pick.choice(["measured", "estimate", "default"])) or "",
            state=state,
            checked_at=None if state == "reported" else now,
            checked_by=None if state == "reported" else by,
            reason="x" if state == "rejected" else "",
            is_sample=pick.random() < 0.2,
            **broadcasting.of_party(party),
        )
        where = set(pick.sample(places, pick.randrange(4)))
        row.subdistricts.set(where)
        rows.append((row, where))

    seen = {}
    for key in reach.PERIODS:
        found = figures(key)
        first = reach.period(key).first
        counted = [
            (row, where)
            for row, where in rows
            if row.state == "verified"
            and not row.is_sample
            and timezone.localdate(row.aired_at) >= first
        ]

        assert found.reports == len(counted)
        assert found.items == len({row.edition.article_id for row, _ in counted})
        assert found.partners == len({row.party for row, _ in counted})
        assert found.placeless == sum(not where for _, where in counted)
        assert sum(each.reports for each in found.means) == found.reports
        assert sum(each.people for each in found.audiences) == sum(
            row.audience or 0 for row, _ in counted
        )
        for place in places:
            here = [row for row, where in counted if place in where]
            assert (place.pk in found.subdistricts) is bool(here)
            if here:
                assert found.subdistricts[place.pk][:3] == (
                    len({row.edition.article_id for row in here}),
                    len(here),
                    max(row.aired_at for row in here),
                )
                assert set(found.subdistricts[place.pk].means) == {row.means for row in here}
        seen[key] = found
    # A longer period never has less.
    for shorter, longer in (("7", "30"), ("30", "90")):
        assert set(seen[shorter].subdistricts) <= set(seen[longer].subdistricts)
        for pk, figure in seen[shorter].subdistricts.items():
            assert figure.items <= seen[longer].subdistricts[pk].items
            assert figure.items <= seen[shorter].items


# The map


def test_every_district_of_the_province_has_its_own_tile():
    tiles = reach.tiles(reach.by_district(figures()))

    assert len(tiles) == 11
    assert len({(tile["column"], tile["row"]) for tile in tiles}) == 11
    assert sum(tile["total"] for tile in tiles) == 124


# Whom to call


def test_a_gap_tells_its_last_broadcast_what_waits_and_whom_to_call():
    here = Subdistrict.objects.get(code="160201")
    volunteer = make.member(phone="081 111 1111")
    volunteer.subdistricts.add(here)
    last = carried("160201", ago=timedelta(days=40))
    make.broadcast(subdistricts=[here])
    carried("160202")
    asked, stand = Asked(reach.period("30")), Stand.now()

    found = reach.gaps(asked, stand, reach.by_district(reach.reach(asked, stand)))

    (gaps,) = [gaps for district, gaps in found if district.code == "1602"]
    assert "160202" not in {gap.subdistrict.code for gap in gaps}
    (gap,) = [gap for gap in gaps if gap.subdistrict == here]
    assert (gap.last_at, gap.waiting) == (last.aired_at, 1)
    assert [(each.name, each.phone) for each in gap.contacts] == [(volunteer.name, "081 111 1111")]
    others = [gap for gap in gaps if gap.subdistrict != here]
    assert {(gap.last_at, gap.waiting, len(gap.contacts)) for gap in others} == {(None, 0, 0)}


def test_the_table_of_calls_has_a_row_for_each_member_and_each_place_without():
    make.member(name="=1+1", phone="081 111 1111").subdistricts.add(
        Subdistrict.objects.get(code="160201")
    )
    asked, stand = Asked(reach.period("30")), Stand.now()

    headings, rows = reach.call_table(
        reach.gaps(asked, stand, reach.by_district(reach.reach(asked, stand)))
    )

    assert len(rows) == 124
    assert {len(row) for row in rows} == {len(headings)}
    assert [(row[1], row[4], row[6]) for row in rows if row[4]] == [
        (Subdistrict.objects.get(code="160201").name, "=1+1", "081 111 1111")
    ]


def test_withdrawn_news_was_carried_all_the_same():
    made = carried("160101")
    publishing.withdraw(made.edition.article, by=None, reason="ผิดวันที่")

    assert codes(figures()) == ["160101"]
