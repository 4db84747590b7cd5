"""What the office itself keeps for a time only."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from lopburi_pr.retention import Rule

RULES = (
    Rule(
        key="sessions",
        what=_("That somebody is signed in"),
        after=timedelta(0),
        why=_("Ends ten hours after signing in."),
        rows=lambda before: Session.objects.filter(expire_date__lte=before),
    ),
)
