"""From a sent answer to a text for everybody, at the desk."""

from consulting import casework
from consulting.models import ResourceEdition
from tests import make


def answered(officer, head, **given):
    advice = make.advisory_request(**given)
    casework.take(advice, by=officer)
    answer = casework.write_answer(advice, "ใช้ข้อความเดียวต่อแผงค้า", by=officer)
    casework.submit_answer(answer, by=officer)
    return advice, answer


def test_one_press_makes_a_draft_and_a_second_finds_it(db, client):
    officer, head = make.officer("kamon"), make.officer("wanna", "head")
    advice, answer = answered(officer, head, may_publish=True)
    client.force_login(officer)
    teach = f"/admin/consulting/advisoryrequest/answers/{answer.pk}/teach/"

    unsent = client.post(teach)
    casework.send_answer(answer, by=head)
    page = client.get(f"/admin/consulting/advisoryrequest/{advice.pk}/change/")
    first, again = client.post(teach), client.post(teach)

    assert unsent.status_code == 404
    assert teach in page.text
    edition = ResourceEdition.objects.get()
    assert first.url == again.url == f"/admin/consulting/resourceedition/{edition.pk}/change/"
    assert (edition.state, edition.basis) == ("draft", "consent")
    assert client.get(first.url).status_code == 200
    assert client.get(teach).status_code == 405


def test_who_may_not_see_requests_makes_nothing_of_them(db, client):
    officer, head = make.officer("kamon"), make.officer("wanna", "head")
    _advice, answer = answered(officer, head)
    casework.send_answer(answer, by=head)
    client.force_login(make.officer("suda", "editor"))

    refused = client.post(f"/admin/consulting/advisoryrequest/answers/{answer.pk}/teach/")

    assert refused.status_code == 403
    assert not ResourceEdition.objects.exists()
