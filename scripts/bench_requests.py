"""``scripts/bench_requests.py [COUNT] [SEED]``: hostile submissions of the form for advice.

Prints how each kind was answered, what stayed half-saved, and ends with 1 when anything did or a
page of 5xx came. The portal it makes stands in var/bench-requests.
"""

import logging
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.local_site import BASE_DIR, prepare


def main(count=5000, seed=2569):
    prepare(BASE_DIR / "var" / "bench-requests")
    from django.test import Client  # noqa: PLC0415 -- only now Django is ready

    from consulting import loading  # noqa: PLC0415
    from consulting.models import AdvisoryRequest  # noqa: PLC0415
    from tests import make  # noqa: PLC0415
    from tests.consulting.hostile import is_whole, submissions  # noqa: PLC0415

    logging.disable()
    loading.load()
    make.district()
    client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
    answered, unsaid, begun = Counter(), 0, time.monotonic()
    for kind, send, _statuses in submissions(count, seed):
        answer = send(client)
        answered[kind, answer.status_code] += 1
        unsaid += answer.status_code == 400 and 'class="error-' not in answer.text
    seconds = time.monotonic() - begun
    half = sum(not is_whole(request) for request in AdvisoryRequest.objects.all())
    errors = sum(times for (_kind, status), times in answered.items() if status >= 500)
    for (kind, status), times in sorted(answered.items()):
        print(f"{kind:8} {status}: {times}")
    print(f"{count} submissions in {seconds:.0f} s: {errors} server errors, {unsaid} refusals")
    print(f"without a sentence, {AdvisoryRequest.objects.count()} requests kept, {half} half-saved")
    sys.exit(bool(errors or unsaid or half))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
