"""The office's tables in the back office."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils.translation import gettext

from office import loading, roles
from office.models import District, OfficeIdentity, ProvincialCluster, RunningNumber, StandingPage

pytestmark = pytest.mark.django_db
LISTS = (
    *("standingpage", "province", "district", "subdistrict", "provincialcluster"),
    *("communicationissue", "runningnumber"),
)


@pytest.fixture
def loaded(client):
    loading.load()
    roles.sync()
    return client


def sign_in(client, role=None):
    user = User.objects.create_user("somebody", is_staff=True, is_superuser=role is None)
    if role:
        user.groups.add(Group.objects.get(name=role))
    client.force_login(user)


def test_the_list_of_identities_is_its_only_form(loaded):
    sign_in(loaded, "head")
    form = reverse("admin:office_officeidentity_change", args=[1])

    answer = loaded.get(reverse("admin:office_officeidentity_changelist"))

    assert (answer.status_code, answer.url) == (302, form)
    assert loaded.get(form).status_code == 200
    assert loaded.get(reverse("admin:office_officeidentity_add")).status_code == 403
    assert loaded.get(f"{form}../delete/").status_code == 403


def test_the_head_changes_the_telephone(loaded):
    sign_in(loaded, "head")
    identity = OfficeIdentity.objects.values().get()
    data = {name: value or "" for name, value in identity.items() if name != "emblem"}

    answer = loaded.post(
        reverse("admin:office_officeidentity_change", args=[1]), data | {"phone": "0 3642 2222"}
    )

    assert answer.status_code == 302
    assert OfficeIdentity.objects.get().phone == "0 3642 2222"


@pytest.mark.parametrize("name", LISTS)
def test_every_list_and_form_opens(loaded, name):
    sign_in(loaded)
    RunningNumber.objects.create(series="news", year=2569, last=7)

    page = loaded.get(reverse(f"admin:office_{name}_changelist"), {"q": "a"})

    assert page.status_code == 200
    assert not page.context["cl"].list_editable
    row = page.context["cl"].model.objects.first()
    form = loaded.get(reverse(f"admin:office_{name}_change", args=[row.pk]))
    assert form.status_code == 200


def test_places_are_found_in_both_languages_and_by_code(loaded):
    sign_in(loaded, "editor")

    def found(words):
        query = {"term": words, "app_label": "news", "model_name": "article"}
        answer = loaded.get(reverse("admin:autocomplete"), query | {"field_name": "districts"})
        return {row["id"] for row in answer.json()["results"]}

    town = str(District.objects.get(code="1606").pk)
    assert found("บ้านหมี่") == found("Ban Mi") == found("1606") == {town}


def test_places_and_numbers_can_only_be_looked_at(loaded):
    sign_in(loaded)
    RunningNumber.objects.create(series="news", year=2569, last=7)

    for name in ("province", "district", "subdistrict", "runningnumber"):
        row = reverse(f"admin:office_{name}_changelist")
        assert loaded.get(f"{row}add/").status_code == 403
        pk = loaded.get(row).context["cl"].model.objects.first().pk
        change = reverse(f"admin:office_{name}_change", args=[pk])
        assert loaded.post(change, {"last": 1}).status_code == 403
    assert RunningNumber.objects.get().last == 7


def test_a_standing_page_is_cleaned_and_its_policy_fits_the_editor(loaded):
    sign_in(loaded, "head")
    page = StandingPage.objects.get(key="about")
    form = reverse("admin:office_standingpage_change", args=[page.pk])

    shown = loaded.get(form)
    answer = loaded.post(
        form,
        {
            "title_th": "เกี่ยวกับเรา",
            "title_en": "",
            "body_th": "<p>ดี</p><script>alert(1)</script>",
            "body_en": "",
        },
    )

    assert "script-src-attr 'unsafe-inline'" in shown.headers["Content-Security-Policy"]
    assert answer.status_code == 302
    page.refresh_from_db()
    assert (page.title_th, page.body_th, page.body_en) == ("เกี่ยวกับเรา", "<p>ดี</p>", "")


def test_a_cluster_refuses_two_stays_that_overlap_with_a_sentence(loaded):
    sign_in(loaded)
    cluster = ProvincialCluster.objects.get(key="upper-central-2")
    stay = cluster.memberships.get(province__code="16")
    inline = "memberships"
    sentence = gettext("The province is already in this cluster on these days.")

    answer = loaded.post(
        reverse("admin:office_provincialcluster_change", args=[cluster.pk]),
        {
            "name_th": cluster.name_th,
            "name_en": cluster.name_en,
            "key": cluster.key,
            "source_note": "",
            f"{inline}-TOTAL_FORMS": 1,
            f"{inline}-INITIAL_FORMS": 0,
            f"{inline}-0-cluster": cluster.pk,
            f"{inline}-0-province": stay.province_id,
            f"{inline}-0-valid_0": "2016-01-01",
            f"{inline}-0-valid_1": "",
        },
    )

    formset = answer.context["inline_admin_formsets"][0].formset
    assert formset.errors == [{"__all__": [sentence]}]
    assert cluster.memberships.count() == 4


@pytest.mark.parametrize(
    ("role", "may_see", "may_change"),
    [("editor", 200, 403), ("officer", 403, 403), ("planner", 200, 302)],
)
def test_roles_open_only_what_is_theirs(loaded, role, may_see, may_change):
    sign_in(loaded, role)
    add = {"name_th": "น้ำ", "name_en": "", "fiscal_year": 2570, "key": "water", "source_note": ""}

    seen = loaded.get(reverse("admin:office_communicationissue_changelist"))
    added = loaded.post(reverse("admin:office_communicationissue_add"), add)

    assert (seen.status_code, added.status_code) == (may_see, may_change)
