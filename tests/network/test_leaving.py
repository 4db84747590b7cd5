"""Forgetting people: nothing about them is left in any table, and every figure still holds."""

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lopburi_pr import keeping
from network import accounts, channels, joining, leaving, personal_links, proposing
from network.models import Application, Channel, Membership, Organization, Person, PersonalLink
from news import distributing
from news.models import Broadcast, Release
from office import audit, roles
from office.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db
SECRETS = ("สมหญิง", "081-999-8888", "somying@example.org", "หมู่ 77", "ซอยลับ", "facebook")


def everything():
    """All that the database holds, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_name NOT LIKE 'pg%%'"
        )
        names = [name for (name,) in cursor.fetchall()]
        rows = {}
        for name in names:
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{name}" t')  # noqa: S608
            rows[name] = cursor.fetchone()[0] or ""
    return rows


def left_over():
    """Where something personal still stands: (table, what)."""
    return [(name, word) for name, text in everything().items() for word in SECRETS if word in text]


@pytest.fixture
def woman(places):
    """A volunteer who did all that volunteers do, under a name found nowhere else."""
    roles.sync()
    head = make.user()
    application, _token = make.application(
        district=make.district(),
        kind="volunteer",
        name="สมหญิง รักบ้าน",
        phone="081-999-8888",
        email="somying@example.org",
        organization_name="",
        organization_kind="",
        village="หมู่ 77",
        about="อยู่ซอยลับ",
    )
    joining.ask(application, by=head, question="คุณสมหญิงมีเครื่องเสียงไหม")
    joining.reply(application, "มีค่ะ โทร 081-999-8888")
    person = joining.approve(application, by=head, answer="ยินดีต้อนรับคุณสมหญิง").person
    personal_links.issue(person, by=head)
    rejected = proposing.change(person, {"name": "สมหญิง ใจงาม", "village": "หมู่ 77"})
    proposing.reject(rejected, by=head, reason="สมหญิงไม่ตรงกับบัตร")
    proposing.change(person, {"position": "สมหญิงหัวหน้า"})
    way = Channel.objects.create(person=person, kind="email", address="somying@example.org")
    channels.activate(way, by=head, reason="ถามทางโทรศัพท์แล้ว")
    LogEntry.objects.log_actions(
        head.pk, [person], CHANGE, change_message="สมหญิง", single_object=True
    )
    return person


@pytest.fixture
def sent(woman):
    """A release that went to her, and what she made of it."""
    edition = make.published()
    rules = distributing.Rules()
    way = woman.channels.get()
    release = Release.objects.create(
        edition=edition, audience=distributing.snapshot(edition, [way], rules=rules.__dict__ and {})
    )
    release.deliveries.create(
        channel=way, state="failed", error="550 5.1.1 <somying@example.org> unknown"
    )
    Broadcast.objects.create(
        person=woman,
        edition=edition,
        means="tower",
        times=2,
        audience=120,
        basis="estimate",
        note="ประกาศที่ซอยลับ โดยสมหญิง",
        title="สมหญิงเล่าข่าว",
        url="https://facebook.com/somying/1",
        url_key="facebook.com/somying/1",
        photo=make.photo(),
    )
    return release


def test_nothing_about_them_is_left_in_any_table(woman, sent, django_capture_on_commit_callbacks):
    assert {word for _table, word in left_over()} == set(SECRETS)  # there is something to forget
    photo = Broadcast.objects.get().photo
    with django_capture_on_commit_callbacks(execute=True):
        leaving.forget(woman, by=make.user(), reason="asked")
        keeping.carry_out()

    assert left_over() == []
    assert not photo.storage.exists(photo.name)


def test_every_figure_still_holds(woman, sent):
    before = [
        Membership.objects.filter(kind="volunteer").count(),
        Application.objects.filter(state="approved").count(),
        Release.objects.get().deliveries.count(),
        *Broadcast.objects.values_list("times", "audience"),
    ]
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", "actor"))

    leaving.forget(woman, by=make.user(), reason="asked")
    keeping.carry_out()

    assert before == [
        Membership.objects.filter(kind="volunteer").count(),
        Application.objects.filter(state="approved").count(),
        Release.objects.get().deliveries.count(),
        *Broadcast.objects.values_list("times", "audience"),
    ]
    assert (
        list(AuditEvent.objects.order_by("pk").values_list("verb", "actor"))[: len(verbs)] == verbs
    )
    assert woman.memberships.get().standing() in {"current", "ended"}
    assert woman.memberships.get().end_on == timezone.localdate()


def test_the_second_time_there_is_nothing_to_forget(woman):
    leaving.forget(woman, by=None, reason="asked")

    with pytest.raises(ValidationError):
        leaving.forget(woman, by=None, reason="asked")
    assert [step.verb for step in audit.trail(woman)].count("forget") == 1


def test_a_reason_in_free_words_is_refused(woman):
    with pytest.raises(ValueError, match="สมหญิง"):
        leaving.forget(woman, by=None, reason="สมหญิงโทรมาขอ")

    woman.refresh_from_db()
    assert woman.forgotten_at is None


def test_what_fails_halfway_forgets_nothing(woman, monkeypatch):
    monkeypatch.setattr(leaving, "_forget_log", lambda *rows: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        leaving.forget(woman, by=None, reason="asked")

    woman.refresh_from_db()
    assert (woman.name, woman.links.count()) == ("สมหญิง รักบ้าน", 1)


def test_the_database_refuses_a_forgotten_person_with_a_telephone(woman):
    leaving.forget(woman, by=None, reason="asked")

    with pytest.raises(IntegrityError, match="forgotten_is_nobody"), transaction.atomic():
        Person.objects.filter(pk=woman.pk).update(phone="081")


def test_a_forgotten_channel_can_t_be_used_again(woman):
    leaving.forget(woman, by=None, reason="asked")
    way = woman.channels.get()
    assert (way.state, way.address) == ("disabled", "")

    with pytest.raises(ValidationError):
        channels.activate(way, by=None, reason="ถามทางโทรศัพท์แล้ว")
    with pytest.raises(IntegrityError, match="address_where_needed"), transaction.atomic():
        Channel.objects.filter(pk=way.pk).update(state="active", disabled_reason="")


def test_their_link_and_their_account_open_nothing(client):
    roles.sync()
    body = Organization.objects.create(kind="radio", name_th="วิทยุ")
    person = Person.objects.create(name="สมหญิง", organization=body, email="somying@example.org")
    user = accounts.open_account(person, by=None)
    EmailAddress.objects.create(user=user, email=user.email)
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "สมหญิง"})
    address = personal_links.issue(person, by=None)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/network/mine/").status_code == 200

    leaving.forget(person, by=None, reason="consent")

    assert client.get(address).status_code == 410
    assert client.get("/network/mine/").status_code == 302
    assert (EmailAddress.objects.count(), Authenticator.objects.count()) == (0, 0)
    assert left_over() == []
    assert Organization.objects.get().people.count() == 1


def test_somebody_else_s_applications_stay(places):
    person = make.volunteer(name="สมใจ", phone="081")
    district = make.district()
    make.application(district=district, kind="volunteer", name="สมใจ", phone="089", email="")
    make.application(district=district, kind="volunteer", name="สมศรี", phone="081", email="")
    make.application(district=district, kind="volunteer", name="สมใจ", phone="081", email="")
    assert leaving.applications_of(person).count() == 1

    leaving.forget(person, by=None, reason="asked")

    assert Application.objects.count() == 2  # the one that waited for a decision is gone
    assert leaving.applications_of(person).count() == 0


def test_people_ask_on_their_own_page_with_one_press_and_may_think_again(client):
    person = make.volunteer()
    address = make.own_page(person)
    assert "ขอให้สำนักงานลบข้อมูลของฉัน" in client.get(address).text

    answer = client.post(address, {"forget": "1"})
    client.post(address, {"forget": "1"})

    person.refresh_from_db()
    assert (answer.status_code, person.forgotten_at) == (302, None)
    assert list(Person.objects.asking_to_be_forgotten()) == [person]
    assert "ภายใน 30 วัน" in client.get(address).text
    assert [step.verb for step in audit.trail(person)] == ["ask to be forgotten", "link"]

    client.post(address, {"forget": "0"})

    assert list(Person.objects.asking_to_be_forgotten()) == []
    assert person.review_by is None  # it did not confirm the facts as well


def test_the_trail_stays_otherwise_as_it_was(woman):
    event = AuditEvent.objects.exclude(note="").first()

    for change in ({"note": "อื่น"}, {"note": ""}, {"verb": "x", "note": "[ลบข้อมูลส่วนบุคคลแล้ว]"}):
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
            AuditEvent.objects.filter(pk=event.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        event.delete()


def test_links_of_the_forgotten_are_none(woman):
    leaving.forget(woman, by=None, reason="past")
    assert PersonalLink.objects.count() == 0
    assert Person.objects.active().filter(pk=woman.pk).exists() is False
    call_command("purge_expired", stdout=StringIO())
    assert Person.objects.forgotten().get() == woman


def test_who_is_forgotten_while_typing_leaves_nothing_behind(woman):
    leaving.forget(woman, by=None, reason="asked")

    for changes in ({"name": "สมหญิง"}, {"phone": "081-999-8888"}):
        with pytest.raises(ValidationError):
            proposing.change(woman, changes)

    assert left_over() == []


def test_every_table_that_points_at_people_is_thought_of():
    """A new one is added here together with what forgetting does to it."""
    handled = {
        "network.Membership": "ended, its reason blanked (leaving)",
        "network.PersonalLink": "deleted (leaving)",
        "network.ChangeProposal": "deleted; those for an organisation stay its own (leaving)",
        "network.Channel": "disabled, address blanked (leaving)",
        "network.Confirmation": "goes with its channel (leaving)",
        "network.Attendance": "stays as a number; results, letters, certificates go (attending)",
        "network.Voice": "deleted with its photograph (voicing)",
        "news.Pickup": "says nothing but which version was taken",
        "news.Broadcast": "words, addresses and files go (news.keeping)",
        "network.Person_subdistricts": "cleared (leaving)",
    }

    pointing = {
        field.related_model._meta.label
        for field in Person._meta.get_fields(include_hidden=True)
        if field.auto_created and not field.concrete
    }

    assert pointing == set(handled)
