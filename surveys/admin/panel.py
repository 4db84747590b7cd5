"""What stands beside a survey in the back office: pages of all who work on it, in its course.

Every desk offers a function of (request, survey) for a stage; it gives rows of (label, address,
note) and leaves out what the person may not open.
"""

from django.utils.translation import gettext_lazy as _

QUESTIONS, SAMPLE, ASKING, RESULTS = "questions", "sample", "asking", "results"
STAGES = {
    QUESTIONS: _("Questions"),
    SAMPLE: _("Who is asked"),
    ASKING: _("Asking"),
    RESULTS: _("Results and replies"),
}
OFFERED = {stage: [] for stage in STAGES}


def offer(stage, *functions):
    OFFERED[stage] += functions


def stages(request, survey):
    """(heading, rows) of each stage that has a page for this person."""
    found = {
        stage: [row for ask in functions for row in ask(request, survey)]
        for stage, functions in OFFERED.items()
    }
    return [(STAGES[stage], rows) for stage, rows in found.items() if rows]
