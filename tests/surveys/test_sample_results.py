import office.loading
from surveys import sample_surveys
from surveys.models import Finding, Publication, Survey
from tests import make


def test_the_sample_survey_has_weighted_results_from_the_first_start(db, client):
    office.loading.load()
    make.organization(kind="agency")

    count = sample_surveys.load(
        officer=make.officer("kamon"),
        analyst=make.officer("wichai", "planner"),
        head=make.officer("wanna", "head"),
    )

    publication = Publication.objects.get()
    page = client.get(f"/surveys/{publication.survey_id}/results/")
    assert (count, publication.state, publication.snapshot["n"]) == (3, "published", 400)
    assert publication.snapshot["weighted"]
    assert page.status_code == 200
    assert "ใช้อ้างอิงไม่ได้" in page.text
    assert Finding.objects.public().count() == 2
    assert sample_surveys.clear() == 3
    assert not Survey.objects.exists()
