"""``scripts/bench_survey_results.py [RESPONSES] [QUESTIONS]``: results at 1,000,000 answers.

Builds a published survey in a scratch portal (var/bench-surveys) and prints: counting all cells
(goal 15 s), the public results (50 ms on the server), a cross table (300 ms), preparing results,
weighting, and of each export its seconds, megabytes and the memory it took (goal 200 MB).
"""

import statistics
import sys
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.local_site import BASE_DIR, Server, prepare

STRATA = [str(code) for code in range(1601, 1612)]
METHOD = {
    key: {"th": "ทดสอบ", "en": "Test"}
    for key in ("strategy", "sponsor", "recruitment", "limitations")
}


def main(responses=50_000, questions=20):
    prepare(BASE_DIR / "var" / "bench-surveys")
    from surveys import exporting, publishing, tabulating, weighing  # noqa: PLC0415

    survey, analyst, head = _asked(responses, questions)
    _timed("weighting", lambda: weighing.weigh(survey, by=analyst, spec=SPEC))
    _timed("counting all cells (goal 15 s)", lambda: tabulating.rebuild(survey))
    print(f"  {survey.cells.count()} cells")
    _timed("cross table, first", lambda: tabulating.cross_table(survey, "Q1", "D2"))
    _middle("cross table (goal 300 ms)", lambda: tabulating.cross_table(survey, "Q1", "D2"))
    where = {"D1": "1601"}
    _middle("cross table, filtered", lambda: tabulating.cross_table(survey, "Q1", "D2", where))
    publication = _timed("preparing results", lambda: publishing.draft(survey, by=analyst))
    publishing.submit(publication, by=analyst)
    publishing.publish(publication, by=head)
    # Processes of their own, as readers meet them: this one holds a million numbers by now.
    with Server(PORT) as server:
        page = f"{server.address}/surveys/{survey.pk}/results/"
        body = _timed("public results, first of a process", lambda: _read(page))
        print(f"  {len(body) / 1000:.0f} kB")
        _middle("public results (goal 50 ms)", lambda: _read(page))
    for form, write in exporting.WRITERS.items():
        before = _peak()
        path = BASE_DIR / "var" / "bench-surveys" / f"answers.{form}"
        _timed(f"export {form}", lambda write=write, path=path: write(survey, path))
        most = _peak()
        size = path.stat().st_size / 1e6
        print(
            f"  {size:.1f} MB on disk; memory of the process {before:.0f} → {most:.0f} MB at most"
        )


PORT = 8977
SPEC = {"base": "strata", "margins": ["D2"], "trim": [0.2, 5]}


def _peak():
    """Megabytes that this process had at most; getrusage would count those of who started it."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _read(address):
    with urllib.request.urlopen(address) as answer:
        return answer.read()


def _timed(name, do):
    begun = time.perf_counter()
    found = do()
    print(f"{name}: {time.perf_counter() - begun:.2f} s", flush=True)
    return found


def _middle(name, do, times=15):
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        do()
        spent.append(time.perf_counter() - begun)
    print(f"{name}: {1000 * statistics.median(spent):.1f} ms", flush=True)


def _asked(responses, questions):
    """A closed survey, with its answers drawn by the database itself."""
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from surveys.definition import normalised  # noqa: PLC0415
    from surveys.models import Survey  # noqa: PLC0415

    analyst, head = (
        User.objects.get_or_create(
            username=name, defaults={"is_superuser": True, "is_staff": True}
        )[0]
        for name in ("bench-analyst", "bench-head")
    )
    today = timezone.localdate()
    survey = Survey.objects.create(
        title_th="ทดสอบความเร็ว",
        aim_th="ทดสอบ",
        policy="province",
        fiscal_year=2570,
        design="probability",
        modes=["interview"],
        population_th="ประชาชน",
        opens_on=today,
        closes_on=today,
        state="closed",
        breakdowns=["D1", "D2"],
        method=METHOD,
    )
    definition = normalised(_definition(questions))
    survey.questionnaires.create(
        number=1, definition=definition, sha256=f"bench-{survey.pk}", published_at=timezone.now()
    )
    for code in STRATA:
        survey.strata.create(code=code, name_th=code, population=60_000, source="ทดสอบ")
    for code in "12345":
        survey.margins.create(variable="D2", code=code, population=100_000, source="ทดสอบ")
    answers = ", ".join(
        f"'Q{n}', to_jsonb((1 + floor(random() * 5))::int::text)" for n in range(1, questions - 2)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO surveys_response (id, survey_id, questionnaire_id, mode, stratum_id,"  # noqa: S608
            " cluster, received_on, data, sha256, state)"
            " SELECT gen_random_uuid(), %s, %s, 'interview', s.id, '', %s,"
            " jsonb_build_object('D1', to_jsonb(s.code), 'D2', to_jsonb(drawn.age::text),"
            f" {answers},"
            " 'M', (CASE WHEN random() < .5 THEN '[\"a\", \"b\"]' ELSE '[\"c\"]' END)::jsonb), '',"
            " 'complete' FROM (SELECT 1 + floor(random() * 11)::int AS place,"
            " 1 + floor(random() * 5)::int AS age FROM generate_series(1, %s) AS n) AS drawn"
            " JOIN (SELECT id, code, row_number() OVER (ORDER BY code) AS place"
            " FROM surveys_stratum WHERE survey_id = %s) AS s USING (place)",
            [survey.pk, survey.questionnaire.pk, today, responses, survey.pk],
        )
        cursor.execute("ANALYZE surveys_response")
    return survey, analyst, head


def _definition(questions):
    def asked(name, kind, **more):
        uid = f"{abs(hash(name)) % 16**8:08x}"
        return {"uid": uid, "name": name, "kind": kind, "label": {"th": name}} | more

    choices = [{"code": str(n), "label": {"th": f"คำตอบ {n}"}} for n in range(1, 6)]
    several = [{"code": code, "label": {"th": code}} for code in "abc"]
    found = [
        asked("D1", "place", role="stratum", scope=["16"]),
        asked("D2", "single", role="weighting", choices=choices),
        *(
            asked(f"Q{n}", "scale" if n % 2 else "single", choices=choices)
            for n in range(1, questions - 2)
        ),
        asked("M", "multiple", choices=several),
    ]
    return {
        "title": {"th": "ทดสอบ"},
        "sections": [{"name": "s", "title": {"th": "ส"}, "questions": found}],
    }


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
