"""Settings of the benchmark: production's own, on the benchmark's database, plus one bare page."""

from lopburi_pr.settings import *  # noqa: F403

ROOT_URLCONF = "scripts.bench_urls"
