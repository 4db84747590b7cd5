"""``scripts/bench_surveys.py [COUNT]``: how fast answers are taken, against a bare insert.

Sends COUNT prepared answers through the site's own view, and as many posts to a view that inserts
one row behind the same middleware, in turns; prints both and their ratio. The portal it makes
stands in var/bench-surveys.
"""

import logging
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.local_site import BASE_DIR, prepare

ROUND = 50
FORM = "application/x-www-form-urlencoded"  # as browsers send it


def main(count=1000):
    prepare(BASE_DIR / "var" / "bench-surveys")
    from django.conf import settings  # noqa: PLC0415 -- only now Django is ready
    from django.test import Client  # noqa: PLC0415

    from surveys import answer_views, sittings  # noqa: PLC0415
    from surveys.definition import form_of  # noqa: PLC0415
    from surveys.models import Response  # noqa: PLC0415
    from tests import make  # noqa: PLC0415

    logging.disable()
    settings.ROOT_URLCONF = "scripts.bench_urls"
    # One machine sends what a district sends.
    answer_views.STEPS_AN_HOUR = 10 * count
    make.district()
    survey = make.survey()
    form = form_of(survey.questionnaire)
    client = Client(SERVER_NAME="127.0.0.1")

    def ready():
        ticket = sittings.begin(survey.questionnaire, mode="web")
        for section in form.sections:
            sittings.keep(sittings.find(ticket), section, make.ANSWERS | {"Q3": 3, "Q5": None})
        return {"cookie": f"survey-{survey.pk}={ticket.sealed(survey)}"}

    def send(cookie):
        address = f"/surveys/{survey.pk}/answer/"
        sent = client.post(address, "page=review&go=send", FORM, headers=cookie)
        assert sent.status_code == 302, sent.status_code  # noqa: S101

    def insert(_cookie):
        assert client.post("/insert1/", "page=review&go=send", FORM).status_code == 302  # noqa: S101

    spent = {send: 0.0, insert: 0.0}
    for _round in range(-1, count // ROUND):  # the first one warms up
        cookies = [ready() for _ in range(ROUND)]
        for deed in spent:
            begun = time.perf_counter()
            for cookie in cookies:
                deed(cookie)
            spent[deed] += (time.perf_counter() - begun) * (_round >= 0)
    done = count // ROUND * ROUND
    per_second = {deed: done / seconds for deed, seconds in spent.items()}
    kept = Response.objects.filter(survey=survey).count()
    print(f"{kept} answers kept; sent {per_second[send]:.0f}/s, bare {per_second[insert]:.0f}/s")
    print(f"submit is {per_second[send] / per_second[insert]:.2f} of a bare insert")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
