"""Settings of the processes that tests start: the product's own, and webhooks to this machine."""

from lopburi_pr.settings import *  # noqa: F403

WEBHOOKS_MAY_STAY_HERE = True
