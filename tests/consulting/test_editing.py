from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from consulting import casework, editing, redaction
from consulting.models import Given, RequestLetter, Resource, ResourceEdition
from office import audit
from tests import make

pytestmark = pytest.mark.django_db
State = ResourceEdition.State


def refused(step, *given, **named):
    with pytest.raises(ValidationError) as caught:
        step(*given, **named)
    return caught.value.messages


def answered(text="ใช้ข้อความเดียวต่อแผงค้า", **given):
    """A request with its answer sent."""
    request, officer = make.advisory_request(**given), make.user()
    casework.take(request, by=officer)
    answer = casework.write_answer(request, text, by=officer)
    casework.submit_answer(answer, by=officer)
    casework.send_answer(answer, by=make.user())
    return answer


def recalls():
    rows = RequestLetter.objects.filter(kind=RequestLetter.Kind.RECALL)
    return [(letter.request, letter.edition) for letter in rows.order_by("pk")]


# From draft to readers


def test_one_writes_and_another_publishes():
    draft = make.resource_draft()
    writer, head = draft.author, make.user()

    editing.submit(draft, by=writer)
    assert len(refused(editing.publish, draft, by=writer)) == 1
    editing.publish(draft, by=head)

    draft.refresh_from_db()
    assert (draft.state, draft.publisher) == (State.PUBLISHED, head)
    assert list(ResourceEdition.objects.published()) == [draft]
    assert [event.verb for event in audit.trail(draft)] == ["publish", "submit", "begin version"]


def test_nobody_publishes_what_they_wrote_on_even_when_another_wrote_last():
    draft, first = make.resource_draft(), make.user()
    draft.title_th = "ของคนแรก"
    editing.save(draft, by=first)
    draft.title_th = "ของคนที่สอง"
    editing.save(draft, by=make.user())
    editing.submit(draft, by=make.user())

    assert len(refused(editing.publish, draft, by=first)) == 1


def test_the_database_itself_wants_four_eyes():
    edition = make.resource()

    with pytest.raises(IntegrityError), transaction.atomic():
        ResourceEdition.objects.filter(pk=edition.pk).update(publisher=edition.author)


def test_what_was_published_never_changes():
    edition = make.resource()

    with pytest.raises(IntegrityError), transaction.atomic():
        ResourceEdition.objects.filter(pk=edition.pk).update(body_th="<p>อื่น</p>")
    assert len(refused(editing.save, edition, by=make.user())) == 1


def test_what_is_missing_is_said_at_once():
    draft = make.resource_draft(
        "clip", title_th="", body_th="<p> </p>", title_en="Only a title", basis="", review_by=None
    )

    assert len(refused(editing.submit, draft, by=draft.author)) == 6


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("guide", {"review_by": timezone.localdate()}),
        ("guide", {"basis": "consent"}),
        ("clip", {}),
        ("guide", {"file": "x", "file_title": ""}),
        ("guide", {"licence": ""}),
    ],
)
def test_each_of_these_stands_in_the_way(kind, changes):
    assert len(editing.obstacles(make.resource_draft(kind, **changes))) == 1


def test_it_is_sent_back_with_what_to_change():
    draft = make.resource_draft()
    editing.submit(draft, by=draft.author)

    assert len(refused(editing.send_back, draft, by=make.user(), remark=" ")) == 1
    editing.send_back(draft, by=make.user(), remark="เพิ่มตัวอย่าง")

    draft.refresh_from_db()
    assert (draft.state, draft.remark) == (State.DRAFT, "เพิ่มตัวอย่าง")


def test_what_stays_internal_can_still_be_written_and_submitted():
    draft = make.resource_draft()

    editing.keep_internal(draft, by=draft.author)
    editing.save(draft, by=draft.author)
    assert draft.state == State.INTERNAL
    editing.submit(draft, by=draft.author)

    assert draft.state == State.IN_REVIEW


@pytest.mark.parametrize("step", [editing.publish, editing.keep_internal, editing.submit])
def test_steps_are_refused_in_other_states(step):
    assert len(refused(step, make.resource(), by=make.user())) >= 1


def test_text_is_stored_clean():
    draft = make.resource_draft()
    draft.body_th, draft.title_th = "<p onclick='x'>นํ้า</p><script>x</script>", " หนึ่ง\nสอง "

    editing.save(draft, by=draft.author)

    assert (draft.title_th, draft.body_th) == ("หนึ่ง สอง", "<p>น้ำ</p>")


# From an answer


def test_a_draft_begins_with_the_answer_and_keeps_its_words():
    answer = answered("ข้อแรก\n\nข้อ <สอง>", may_publish=True)

    draft = editing.from_answer(answer, by=make.user())
    again = editing.from_answer(answer, by=make.user())

    assert again == draft
    assert draft.title_th == answer.request.subject
    assert draft.body_th == "<p>ข้อแรก</p>\n<p>ข้อ &lt;สอง&gt;</p>"
    assert (draft.original, draft.basis, draft.state) == (answer.text, "consent", "draft")
    assert draft.resource.is_answer
    assert list(draft.resource.sources.all()) == [answer.request]


def test_without_consent_the_basis_is_left_open_and_consent_is_refused():
    draft = editing.from_answer(answered(), by=make.user())

    assert draft.basis == ""
    for basis, count in (("consent", 1), ("own", 1), ("anonymous", 0)):
        draft.basis, draft.review_by = basis, timezone.localdate() + timedelta(days=9)
        assert len(editing.obstacles(draft)) == count


def test_only_an_answer_that_was_sent_teaches_others():
    request = make.advisory_request()
    casework.take(request, by=make.user())
    message = casework.say(request, "รับเรื่องแล้ว", by=make.user())

    assert len(refused(editing.from_answer, message, by=make.user())) == 1


def test_each_finding_is_changed_or_ticked_before_it_is_published():
    request = make.advisory_request(may_publish=True)
    draft = make.resource_draft(
        "answer",
        basis="consent",
        sources=[request],
        body_th="<p>โทร 081-234-5678 ถาม สมศรี</p>",
    )
    editing.submit(draft, by=draft.author)
    found = redaction.check(draft)

    keys = [finding.key for finding in found]
    assert len(keys) == 2
    for accepted in ([], keys[:1], ["nonsense"]):
        assert len(refused(editing.publish, draft, by=make.user(), accepted=accepted)) == 1
    editing.publish(draft, by=make.user(), accepted=keys)

    assert draft.state == State.PUBLISHED
    assert audit.trail(draft)[0].note == "phone, requester"


# Versions


def test_a_new_version_takes_the_place_of_the_former_at_once():
    first = make.resource()

    second = make.revised_resource(first, title_th="เขียนข่าวให้สั้น")

    first.refresh_from_db()
    assert (first.state, first.remark, second.version) == (State.ARCHIVED, "", 2)
    assert list(ResourceEdition.objects.published()) == [second]


def test_the_next_version_is_begun_once_and_has_to_say_what_changed():
    first = make.resource()

    draft = editing.revise(first.resource, by=make.user())
    again = editing.revise(first.resource, by=make.user())

    assert again == draft
    assert (draft.title_th, draft.review_by, draft.change_note) == (first.title_th, None, "")
    draft.review_by = timezone.localdate() + timedelta(days=9)
    assert len(editing.obstacles(draft)) == 1


def test_a_refused_version_leaves_the_former_where_it_is():
    first = make.resource()
    draft = editing.revise(first.resource, by=make.user())

    refused(editing.publish, draft, by=make.user())

    assert list(ResourceEdition.objects.published()) == [first]


def test_what_is_archived_is_gone_for_readers_and_says_why():
    edition = make.resource()

    assert len(refused(editing.archive, edition, by=make.user(), reason="")) == 1
    editing.archive(edition, by=make.user(), reason="กฎหมายเปลี่ยน")

    edition.refresh_from_db()
    assert (edition.state, edition.remark) == (State.ARCHIVED, "กฎหมายเปลี่ยน")
    assert not ResourceEdition.objects.published().exists()


# Recall


def test_whoever_was_given_a_former_version_is_told_once():
    first = make.resource()
    requests = [make.advisory_request() for _ in range(3)]
    for request in requests:
        Given.objects.create(request=request, edition=first)
    assert recalls() == []

    second = make.revised_resource(first)
    told = recalls()
    Given.objects.create(request=requests[0], edition=second)
    Given.objects.create(request=requests[1], edition=second)
    third = make.revised_resource(first)

    assert told == [(request, second) for request in requests]
    assert recalls() == [*told, *[(request, third) for request in requests]]


def test_what_lies_with_an_unsent_answer_was_given_to_nobody_yet():
    first, request, officer = make.resource(), make.advisory_request(), make.user()
    casework.take(request, by=officer)
    casework.write_answer(request, "ร่าง", by=officer, editions=[first])

    make.revised_resource(first)
    before = recalls()
    answer = casework.write_answer(request, "ร่าง", by=officer)
    casework.submit_answer(answer, by=officer)
    casework.send_answer(answer, by=make.user())
    third = make.revised_resource(first)

    assert before == []
    assert recalls() == [(request, third)]


def test_whoever_has_the_newest_and_whoever_has_no_mailbox_is_not_written_to():
    first = make.resource()
    has_it, no_mailbox = make.advisory_request(), make.advisory_request(email="")
    Given.objects.create(request=has_it, edition=first)
    Given.objects.create(request=no_mailbox, edition=first)
    draft = editing.revise(first.resource, by=make.user())
    draft.change_note, draft.review_by = "ใหม่", timezone.localdate() + timedelta(days=9)
    editing.save(draft, by=draft.author)
    Given.objects.create(request=has_it, edition=draft)

    make.publish_resource(draft)

    assert recalls() == []


def test_the_requester_whose_answer_became_public_is_told_when_it_changes():
    answer = answered(may_publish=True)
    draft = editing.from_answer(answer, by=make.user())
    draft.title_th, draft.body_th = "ติดป้ายที่ไหน", "<p>ป้ายเดียวต่อแผง</p>"
    draft.review_by = timezone.localdate() + timedelta(days=9)
    editing.save(draft, by=draft.author)
    first = make.publish_resource(draft)
    assert recalls() == []

    second = make.revised_resource(first)

    assert recalls() == [(answer.request, second)]


# Files and votes


@pytest.mark.django_db(transaction=True)
def test_a_file_stays_while_a_version_uses_it(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    first = make.resource_draft(file_title="แบบ", format="txt")
    first.file.save("x", ContentFile(b"one"))
    make.publish_resource(first)
    second = editing.revise(first.resource, by=make.user())
    assert second.file.name == first.file.name

    second.file = ContentFile(b"two", name="y")
    editing.save(second, by=second.author)
    newer = second.file.name
    second.file = ContentFile(b"three", name="z")
    editing.save(second, by=second.author)

    assert default_storage.exists(first.file.name)
    assert not default_storage.exists(newer)
    Resource.objects.all().delete()
    assert not default_storage.exists(first.file.name)


def test_a_visitor_has_one_vote():
    edition = make.resource()

    editing.vote(edition, is_helpful=False, mark="a", reason=" ไม่มีตัวอย่าง ")
    editing.vote(edition, is_helpful=False, mark="b", reason="ยาวไป")
    editing.vote(edition, is_helpful=True, mark="b", reason="ยาวไป")

    votes = edition.votes.order_by("mark")
    assert [(vote.is_helpful, vote.reason) for vote in votes] == [
        (False, "ไม่มีตัวอย่าง"),
        (True, ""),
    ]
