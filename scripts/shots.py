"""``make shots``: a picture of every page, to be looked at.

Thai and English at three widths, the phone and the desk in high contrast too, and the main pages of
the back office, from the sample data in a database of its own. Open var/shots/index.html.
"""

import html
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import sync_playwright

from scripts.local_site import BASE_DIR, Server, manage, prepare

FOLDER = BASE_DIR / "var" / "shots"
SITE = Server(8766)
SIZES = {360: 740, 768: 1024, 1280: 900}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update"]


def main(*only):
    """Every page, or those whose names are given."""
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser_path:
        sys.exit("Chromium takes the pictures: apt-get install chromium")
    prepare(BASE_DIR / "var" / "shots-site")
    manage("load_demo", "--i-know", "-v0")
    manage("worker", "--once")
    public, back_office = public_pages(), back_office_pages()
    taken = []
    with SITE, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        for name, path in public.items():
            if not only or name in only:
                taken += _public(browser, name, path)
        taken += _back_office(
            browser, {n: p for n, p in back_office.items() if not only or n in only}
        )
        browser.close()
    _index(taken)
    print(f"{len(taken)} pictures: {FOLDER / 'index.html'}")


def public_pages():
    """Name and Thai address of every page template, with the richest sample article first."""
    from consulting import letters  # noqa: PLC0415 -- only now Django is ready
    from consulting.models import AdvisoryRequest, Resource  # noqa: PLC0415
    from network import personal_links  # noqa: PLC0415
    from network.models import Asset, Certificate, Organization  # noqa: PLC0415
    from news.distributing import acknowledgement_token  # noqa: PLC0415
    from news.models import (  # noqa: PLC0415
        Alert,
        Article,
        Broadcast,
        Claim,
        Delivery,
        Edition,
        Event,
        Tag,
        Verdict,
    )
    from surveys.models import Survey  # noqa: PLC0415

    shown = Edition.objects.published().filter(article__language="th").newest_first()
    chased = Delivery.objects.filter(release__kind="correction").order_by("acknowledged_at")
    bilingual = shown.exclude(article__translations=None).first()
    withdrawn = Article.objects.filter(withdrawn_at__isnull=False).first()
    gallery = shown.filter(article__kind="photo-news").first()
    certificate = Certificate.objects.select_related("attendance__person").first()
    volunteer = certificate.attendance.person
    desk = personal_links.issue(volunteer, by=None)
    own = desk.removesuffix("today/")
    carried = Broadcast.objects.filter(person=volunteer).first()
    asked = AdvisoryRequest.objects.filter(is_sample=True)
    follow = {advice.state: letters.address(advice) for advice in asked}
    learnt = {resource.kind: resource.get_absolute_url() for resource in Resource.objects.all()}
    surveys = {survey.state: survey.get_absolute_url() for survey in Survey.objects.public()}
    spoken, silent = shown.exclude(spoken="").first(), shown.filter(spoken="").first()
    return {
        "home": "/",
        "news": "/news/",
        "news-filtered": "/news/?topic=agriculture&kind=announcement",
        "news-empty": "/news/?topic=tourism&kind=statement",
        "article": bilingual.get_absolute_url(),
        "article-gallery": gallery.get_absolute_url(),
        "article-history": f"{bilingual.get_absolute_url()}history/",
        "article-paragraphs": f"{bilingual.get_absolute_url()}paragraphs/",
        "article-version-1": f"{bilingual.get_absolute_url()}v1/",
        "article-changes": f"{bilingual.get_absolute_url()}v1..v2/",
        "article-print": f"{bilingual.get_absolute_url()}print/",
        "article-withdrawn": withdrawn.get_absolute_url(),
        "article-corrected": chased[0].release.edition.get_absolute_url(),
        "receipt": f"/network/receipt/{acknowledgement_token(chased.last())}/",
        "receipt-confirmed": f"/network/receipt/{acknowledgement_token(chased.first())}/",
        "corrections": "/corrections/",
        "network": "/network/",
        "partner": Organization.objects.filter(is_listed=True).first().get_absolute_url(),
        "join": "/network/join/",
        "sign-in": "/accounts/login/",
        "desk": desk,
        "kit": f"{desk}{bilingual.pk}/",
        "report-broadcast": f"{desk}{bilingual.pk}/report/",
        "broadcasts": f"{desk}reports/",
        "broadcast": f"{desk}reports/{carried.pk}/",
        "me": own,
        "me-change": f"{own}change/",
        "own-channels": f"{own}channels/",
        "own-channel-add": f"{own}channels/add/",
        "voices": f"{own}voices/",
        "send-voice": f"{own}voices/send/",
        "own-meetings": f"{own}meetings/",
        "meetings": "/network/meetings/",
        "certificate": f"/network/certificates/{certificate.word}/",
        "reach": "/network/reach/",
        "privacy": "/policies/privacy/",
        "script": f"{spoken.get_absolute_url()}script/",
        "poster": f"{spoken.get_absolute_url()}poster/",
        "no-script": f"{silent.get_absolute_url()}script/",
        "bulletin": "/bulletin/",
        "bulletin-empty": "/districts/1801/bulletin/?day=2569-01-01",
        "fact-check": "/fact-check/",
        "verdict": Verdict.objects.published().get(version=2).get_absolute_url(),
        "claim-waiting": Claim.objects.waiting().last().get_absolute_url(),
        "search-rumour": "/search/?q=ลงทะเบียนรับเงินเยียวยา",
        "events": "/events/",
        "events-past": "/events/?past=1",
        "event": Event.objects.filter(cancelled_at=None).first().get_absolute_url(),
        "event-cancelled": Event.objects.exclude(cancelled_at=None).first().get_absolute_url(),
        "equipment": "/network/equipment/",
        "asset": Asset.objects.listed().first().get_absolute_url(),
        "request-loan": "/network/equipment/request/",
        "advice": "/consulting/",
        "ask": "/consulting/request/?topic=campaign",
        "track": "/consulting/track/",
        **{f"follow-{state}": address for state, address in follow.items()},
        "advice-receipt": f"{follow['received']}receipt/",
        "advice-appointment": f"{follow['in-review']}appointment/",
        "advice-rating": f"{follow['closed']}rating/",
        "advice-figures": "/consulting/statistics/",
        "answers": "/consulting/answers/",
        "answer": learnt["answer"],
        "resources": "/consulting/resources/",
        "resource": learnt["template"],
        "surveys": "/surveys/",
        "survey": surveys["open"],
        "survey-over": surveys["published"],
        "survey-consent": f"{surveys['open']}answer/",
        "survey-take-back": f"{surveys['open']}withdraw/",
        "survey-results": f"{surveys['published']}results/",
        "findings": "/surveys/findings/",
        "topic": "/topics/disaster/",
        "district": "/districts/1601/",
        "tag": Tag.objects.exclude(tagged=None).first().get_absolute_url(),
        "alerts": "/alerts/",
        "alert": Alert.objects.active().first().get_absolute_url(),
        "search": "/search/?q=น้ำท่วม",
        "search-spelling": "/search/?q=ปะปา",
        "search-nothing": "/search/?q=zzzz",
        "search-start": "/search/",
        "verify": "/verify/",
        "record": f"/verify/{bilingual.article.reference}.2/",
        "record-replaced": f"/verify/{bilingual.article.reference}.1/",
        "record-unknown": "/verify/LPB-2569-99999/",
        "about": "/about/",
        "contact": "/contact/",
        "accessibility": "/accessibility/",
        "not-found": "/news/2569/99999/",
    }


def _public(browser, name, path):
    for language, prefix in (("th", ""), ("en", "/en")):
        for contrast in ("normal", "high"):
            for width in SIZES:
                if contrast == "high" and width == 768:
                    continue
                page = browser.new_page(viewport={"width": width, "height": SIZES[width]})
                if contrast == "high":
                    page.add_init_script("localStorage.setItem('contrast', 'high')")
                page.goto(f"{SITE.address}{prefix}{path}")
                yield _take(page, f"{name}-{language}-{contrast}-{width}")
                page.close()


def back_office_pages():
    from consulting.models import AdvisoryRequest, Resource  # noqa: PLC0415 -- only now Django is ready
    from network.models import (  # noqa: PLC0415
        Asset,
        Channel,
        Loan,
        Meeting,
        Person,
        Voice,
    )
    from news.models import (  # noqa: PLC0415
        Broadcast,
        Claim,
        Edition,
        Event,
        Release,
        Verdict,
    )
    from office.models import Holiday  # noqa: PLC0415

    cases = {
        f"admin-request-{advice.state}": advice.get_admin_url()
        for advice in AdvisoryRequest.objects.filter(is_sample=True)
    }
    resource = Resource.objects.first()
    chase = Release.objects.get(kind="correction")
    machine = Channel.objects.filter(kind="feed").first()

    loan = Loan.objects.waiting().first()
    draft = Edition.objects.drafts().first()
    plain = Event.objects.filter(cancelled_at=None).first()
    live = Edition.objects.published().first()
    waiting = Edition.objects.submitted().first()
    change = Edition.objects.filter(version=2).first()
    return {
        "admin-index": "/admin/",
        "admin-news": "/admin/news/edition/",
        "admin-write": "/admin/news/edition/add/",
        "admin-draft": f"/admin/news/edition/{draft.pk}/change/",
        "admin-published": f"/admin/news/edition/{live.pk}/change/",
        "admin-review": f"/admin/news/edition/{waiting.pk}/review/",
        "admin-review-change": f"/admin/news/edition/{change.pk}/review/",
        "admin-end": f"/admin/news/edition/{live.pk}/end/",
        "admin-preview": f"/news/preview/{draft.pk}/",
        "admin-alerts": "/admin/news/alert/",
        "admin-raise": "/admin/news/alert/add/",
        "admin-loans": "/admin/network/loan/",
        "admin-loan": f"/admin/network/loan/{loan.pk}/change/",
        "admin-equipment": "/admin/network/asset/",
        "admin-asset": f"/admin/network/asset/{Asset.objects.first().pk}/change/",
        "admin-counts": "/admin/network/stocktake/",
        "admin-voices": "/admin/network/voice/",
        "admin-voice": f"/admin/network/voice/{Voice.objects.first().pk}/change/",
        "admin-meetings": "/admin/network/meeting/",
        "admin-meeting": f"/admin/network/meeting/{Meeting.objects.first().pk}/change/",
        "admin-who-came": f"/admin/network/meeting/{Meeting.objects.last().pk}/sheet/",
        "admin-people": "/admin/network/person/",
        "admin-forget": f"/admin/network/person/{Person.objects.first().pk}/forget/",
        "admin-broadcasts": "/admin/news/broadcast/",
        "admin-broadcast": f"/admin/news/broadcast/{Broadcast.objects.last().pk}/change/",
        "admin-reach": "/admin/news/broadcast/reach/",
        "admin-calls": "/admin/news/broadcast/reach/calls/",
        "admin-who-has-what": "/admin/network/asset/calendar/",
        "admin-claims": "/admin/news/claim/",
        "admin-claim": f"/admin/news/claim/{Claim.objects.waiting().first().pk}/change/",
        "admin-verdict": f"/admin/news/verdict/{Verdict.objects.first().pk}/change/",
        "admin-pictures": "/admin/news/picture/",
        "admin-silence": "/admin/news/edition/silence/",
        "admin-calendar": "/admin/news/edition/calendar/",
        "admin-events": "/admin/news/event/",
        "admin-event": f"/admin/news/event/{plain.pk}/change/",
        "admin-distribute": f"/admin/news/release/of/{live.pk}/",
        "admin-releases": "/admin/news/release/",
        "admin-release": f"/admin/news/release/{chase.pk}/change/",
        "admin-release-print": f"/admin/news/release/{chase.pk}/print/",
        "admin-channels": "/admin/network/channel/",
        "admin-channel": f"/admin/network/channel/{machine.pk}/change/",
        "admin-requests": "/admin/consulting/advisoryrequest/",
        **cases,
        "admin-take-down": "/admin/consulting/advisoryrequest/add/?topic=campaign",
        "admin-appointments": "/admin/consulting/appointment/",
        "admin-resources": "/admin/consulting/resource/",
        "admin-resource": f"/admin/consulting/resource/{resource.pk}/change/",
        "admin-ratings": "/admin/consulting/rating/",
        "admin-who-never-asks": "/admin/consulting/rating/silent/",
        "admin-standards": "/admin/consulting/servicestandard/",
        "admin-questions": "/admin/consulting/questionset/",
        "admin-days-off": "/admin/office/holiday/",
        "admin-day-off": f"/admin/office/holiday/{Holiday.objects.first().pk}/change/",
        "admin-identity": "/admin/office/officeidentity/1/change/",
        "styleguide": "/styleguide/",
    }


def _back_office(browser, pages):
    for width, height in SIZES.items():
        context = browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        page.goto(f"{SITE.address}/admin/")
        yield _take(page, f"admin-login-th-normal-{width}")
        page.fill("[name=username]", "head")
        page.fill("[name=password]", "lopburi-head-2569")
        page.click("[type=submit]")
        for name, path in pages.items():
            page.goto(f"{SITE.address}{path}")
            page.wait_for_timeout(500)  # the editor draws itself
            yield _take(page, f"{name}-th-normal-{width}")
        context.close()


def _take(page, name):
    """The picture's name, and by how many pixels the page is wider than the screen."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
    root = "document.documentElement"
    wider = page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
    if wider:
        print(f"{name}: {wider} px wider than the screen")
    return name


def _index(names):
    figures = "".join(
        f'<figure><a href="{name}.png"><img src="{name}.png" loading="lazy"></a>'
        f"<figcaption>{html.escape(name)}</figcaption></figure>"
        for name in names
    )
    style = "body{display:flex;flex-wrap:wrap;gap:1rem;font:14px sans-serif}figure{margin:0}"
    style += (
        "img{height:420px;max-width:420px;object-fit:cover;object-position:top;border:1px solid}"
    )
    page = f"<!doctype html><meta charset=utf-8><title>Shots</title><style>{style}</style>{figures}"
    (FOLDER / "index.html").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
