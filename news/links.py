"""Whether links to other sites still lead somewhere; asked seldom, and never inside of a network.

A link is data that somebody typed, so it is asked through ``news.outside``, each redirect anew.
"""

import http.client
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin

from django.utils import timezone

from news import outside
from news.models import Edition, LinkCheck

EVERY = timedelta(days=14)
AGAIN = timedelta(hours=6)  # a site that fails once may only be resting
TRIES = 3
TIMEOUT_SECONDS = 5
LONGEST_SECONDS = 15  # of one answer, however slowly it drips
REDIRECTS = 5
LONGEST_URL = 2000
REDIRECTED = {301, 302, 303, 307, 308}
GONE = {404, 410}
# They answer, only not to machines.
SHY = {401, 403, 405, 406, 429, 451, 999}
AGENT = "LopburiPR-LinkCheck/1.0"
Problem = LinkCheck.Problem

_href = re.compile(r'<a\b[^>]*\bhref="(https?://[^"]+)"', re.IGNORECASE)


def links(edition: Edition) -> list[str]:
    """The addresses of other sites to which an edition leads."""
    found = [edition.source_url, *map(unescape, _href.findall(edition.body))]
    return [url for url in dict.fromkeys(found) if url and len(url) <= LONGEST_URL]


def watch(editions) -> None:
    """Have the links of these editions checked from the moment they are shown."""
    LinkCheck.objects.bulk_create(
        [
            LinkCheck(edition=edition, url=url, due_at=edition.shown_from)
            for edition in editions
            if edition.shown_from
            for url in links(edition)
        ],
        ignore_conflicts=True,
    )


def check(row: LinkCheck) -> None:
    """Ask one link and write down how it went and when it is asked again."""
    edition, now = row.edition, timezone.now()
    if edition.shown_until and edition.shown_until <= now:
        row.delete()  # nobody follows it any more
        return
    problem, status = ask(row.url)
    if problem and problem != Problem.FORBIDDEN and row.tries < TRIES:
        row.due_at = now + AGAIN
        row.save(update_fields=["due_at"])
        return
    row.problem, row.status, row.checked_at = problem, status, now
    row.due_at, row.tries, row.error = now + EVERY, 0, ""
    row.save()


def ask(url: str, *, may_be_here: bool = False) -> tuple[str, int | None]:
    """``(problem, status)`` of an address: problem is blank when it leads somewhere.

    ``may_be_here`` lets tests ask this machine itself.
    """
    status = None
    try:
        for _redirect in range(REDIRECTS + 1):
            status, location = _answer(url, may_be_here)
            if status not in REDIRECTED or not location:
                break
            url = urljoin(url, location)
    except outside.ForbiddenError:
        return Problem.FORBIDDEN, None
    except (OSError, http.client.HTTPException, ValueError):
        return Problem.SILENT, None
    if status in GONE:
        return Problem.GONE, status
    return ("" if status < 300 or status in SHY else Problem.FAILS), status


def _answer(url, may_be_here):
    """Status and redirection of one address; many sites know HEAD badly, so GET follows."""
    status, location = _request("HEAD", url, may_be_here)
    if status >= 400:
        status, location = _request("GET", url, may_be_here)
    return status, location


def _request(method, url, may_be_here):
    answer = outside.ask(
        method,
        url,
        timeout=TIMEOUT_SECONDS,
        longest=LONGEST_SECONDS,
        headers={"User-Agent": AGENT, "Accept": "*/*"},
        may_be_here=may_be_here,
    )
    return answer.status, answer.header("Location")
