"""Every address of the portal, with something on it that is worth checking.

The laws of this folder walk these lists; ``test_every_page.py`` fails when an address of
``lopburi_pr.urls`` or a page template is missing from them. ``{words}`` are filled by ``build()``.
"""

from datetime import date, time, timedelta

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import timezone

import news.loading
import office.loading
from consulting import casework, drafts, editing, files, rating
from lopburi_pr import background, photographs
from lopburi_pr.paging import PAGE_SIZE
from network import (
    asking,
    attending,
    channels,
    confirming,
    joining,
    leaving,
    lending,
    personal_links,
    proposing,
    tokens,
    voicing,
)
from network.availability import later
from network.models import Certificate, Loan, Organization, Person
from network.models.equipment import span
from news import (
    alerting,
    attachments,
    broadcasting,
    challenges,
    delivering,
    distributing,
    fact_checking,
    hearing,
    letters,
    pictures,
    publishing,
)
from news.models import ChaseRound, Delivery, Follower, Occasion, Picture, Release
from office import roles
from office.models import CommunicationIssue, District, Holiday
from surveys import sittings
from surveys.definition import form_of
from tests import make

# Name: address without the language. The English page stands at /en before it.
PAGES = {
    "home": "/",
    "news": "/news/",
    "news-filtered": "/news/?topic=disaster&kind=announcement&district=1601&year={year}",
    "news-about": "/news/?issue={issue}&tag={tag}&province=16",
    "news-page-2": "/news/?page=2&language=all",
    "news-empty": "/news/?topic=tourism&kind=statement",
    "article": "/news/{rich}/",
    "article-in-thai-only": "/news/{thai}/",
    "article-history": "/news/{rich}/history/",
    "article-paragraphs": "/news/{rich}/paragraphs/",
    "article-mistake": "/news/{rich}/mistake/?p=lead",
    "article-stars": "/news/{rated}/stars/?given=4",
    "follow-article": "/news/{rich}/follow/",
    "follow-topic": "/topics/disaster/follow/",
    "follow-district": "/districts/1601/follow/",
    "follow-corrections": "/corrections/follow/",
    "follow-asked": "/follow/asked/",
    "follow-confirm": "/follow/confirm/{confirm}/",
    "follow-confirm-old": "/follow/confirm/nonsense/",
    "follow-leave": "/follow/leave/{leave}/",
    "receipt": "/network/receipt/{receipt}/",
    "receipt-withdrawn": "/network/receipt/{receipt_withdrawn}/",
    "receipt-confirmed": "/network/receipt/{receipt_confirmed}/",
    "reach": "/network/reach/",
    "reach-by-means": "/network/reach/?period=7&means=tower",
    "channel-leave": "/network/leave/{channel_leave}/",
    "channel-confirm": "/network/confirm/{channel_confirm}/",
    "channel-confirmed": "/network/confirm/{channel_confirmed}/",
    "own-channels": "/network/me/{me}/channels/",
    "own-channel-add": "/network/me/{me}/channels/add/",
    "own-channel-line": "/network/me/{me}/channels/{line_channel}/",
    "own-channel-feed": "/network/me/{me}/channels/{own_feed}/",
    "own-channel-mailbox": "/network/me/{me}/channels/{own_mailbox}/",
    "own-channel-change": "/network/me/{me}/channels/{own_mailbox}/change/",
    "voices": "/network/me/{me}/voices/",
    "voices-none": "/network/me/{silent}/voices/",
    "voices-page-2": "/network/me/{me}/voices/?page=2",
    "send-voice": "/network/me/{me}/voices/send/",
    "voice-sent": "/network/me/{me}/voices/{voice}/?new=1",
    "voice-checked": "/network/me/{me}/voices/{checked_voice}/",
    "voice-waits": "/network/me/{me}/voices/{waiting_voice}/",
    "voice-in-the-news": "/network/me/{me}/voices/{voice_in_the_news}/",
    "voice-closed": "/network/me/{me}/voices/{closed_voice}/",
    "mistakes": "/mistakes/",
    "mistake-waits": "/mistakes/{waiting_challenge}/",
    "mistake-decided": "/mistakes/{decided_challenge}/",
    "article-version-1": "/news/{rich}/v1/",
    "article-history-bad-day": "/news/{rich}/history/?day=31/2/2569",
    "article-withdrawn": "/news/{withdrawn}/",
    "article-expired": "/news/{expired}/print/",
    "corrections": "/corrections/",
    "fact-check": "/fact-check/",
    "fact-check-true": "/fact-check/?label=true",
    "fact-check-page-2": "/fact-check/?page=2",
    "verdict": "/fact-check/{answered}/",
    "verdict-version-1": "/fact-check/{answered}/v1/",
    "verdict-true": "/fact-check/{confirmed}/",
    "claim-waiting": "/fact-check/{waiting}/",
    "claim-late": "/fact-check/{late}/",
    "claim-declined": "/fact-check/{declined}/",
    "search-rumour": "/search/?q=ลงทะเบียนรับเงินเยียวยาน้ำท่วม",
    "events": "/events/",
    "events-filtered": "/events/?topic=tourism&district=1601",
    "events-empty": "/events/?topic=economy",
    "events-past": "/events/?past=1",
    "event": "/events/{event}/",
    "event-in-thai-only": "/events/{thai_event}/",
    "event-cancelled": "/events/{cancelled_event}/",
    "equipment": "/network/equipment/",
    "equipment-next-month": "/network/equipment/?month={next_month}",
    "asset": "/network/equipment/{asset}/",
    "asset-in-repair": "/network/equipment/{broken_asset}/",
    "request-loan": "/network/equipment/request/?asset={asset}",
    "loan": "/network/equipment/loans/{loan}/?new=1",
    "loan-overdue": "/network/equipment/loans/{late_loan}/",
    "loan-refused": "/network/equipment/loans/{refused_loan}/",
    "loan-form": "/network/equipment/loans/{loan}/form/",
    "advice": "/consulting/",
    "advice-helped": "/consulting/?helped=1",
    "advice-discarded": "/consulting/?discarded=1",
    "ask": "/consulting/request/?topic=campaign",
    "ask-question": "/consulting/request/{new_draft}/?new=1",
    "ask-who": "/consulting/request/{whole_draft}/?page=who",
    "ask-topic-again": "/consulting/request/{whole_draft}/?page=topic",
    "ask-question-again": "/consulting/request/{whole_draft}/?page=question",
    "ask-send": "/consulting/request/{whole_draft}/",
    "ask-over": "/consulting/request/no-such-request-was-ever-begun/",
    "track": "/consulting/track/",
    "track-sent": "/consulting/track/?sent=1",
    "follow-request": "/consulting/track/{advice}/?new=1",
    "follow-written": "/consulting/track/{advice}/?written=1",
    "follow-answered": "/consulting/track/{answered_advice}/",
    "follow-waiting": "/consulting/track/{waiting_advice}/",
    "follow-declined": "/consulting/track/{declined_advice}/",
    "follow-forwarded": "/consulting/track/{forwarded_advice}/",
    "follow-crisis": "/consulting/track/{crisis_advice}/",
    "request-receipt": "/consulting/track/{advice}/receipt/",
    "appointment": "/consulting/track/{advice}/appointment/",
    "appointment-none": "/consulting/track/{crisis_advice}/appointment/",
    "appointment-cancel": "/consulting/track/{advice}/appointment/{appointment}/cancel/",
    "rate": "/consulting/track/{answered_advice}/rating/?stars=4",
    "rate-done": "/consulting/track/{rated_advice}/rating/?done=1",
    "rate-later": "/consulting/track/{used_advice}/rating/",
    "rate-early": "/consulting/track/{advice}/rating/",
    "advice-figures": "/consulting/statistics/",
    "article-changes": "/news/{rich}/v1..v2/",
    "article-print": "/news/{rich}/print/",
    "article-print-in-thai-only": "/news/{thai}/print/",
    "article-print-thai-digits": "/news/{rich}/print/?digits=thai",
    "script-in-thai-only": "/news/{rich}/script/",
    "poster-in-thai-only": "/news/{rich}/poster/",
    "no-script": "/news/{thai}/script/",
    "bulletin": "/bulletin/",
    "bulletin-district": "/districts/1601/bulletin/",
    "bulletin-empty": "/bulletin/?day=2569-01-01",
    "bulletin-impossible": "/bulletin/?day=31/2/2569",
    "topic": "/topics/disaster/",
    "district": "/districts/1601/",
    "tag": "/tags/{tag}/",
    "alerts": "/alerts/",
    "alert": "/alerts/{alert}/",
    "alert-updated": "/alerts/{updated_alert}/",
    "alert-cancelled": "/alerts/{cancelled_alert}/",
    "alert-cancellation": "/alerts/{cancellation}/",
    "search": "/search/?q=ลพบุรี",
    "search-filtered": "/search/?q=ลพบุรี&topic=disaster&year={year}",
    "search-page-2": "/search/?q=ลพบุรี&page=2",
    "search-spelling": "/search/?q=ประชาชล",
    "search-nothing": "/search/?q=zzzz",
    "search-start": "/search/",
    "verify": "/verify/",
    "verify-wrong": "/verify/?reference=zzzz",
    "record": "/verify/{reference}.2/",
    "record-replaced": "/verify/{reference}.1/",
    "record-unknown": "/verify/LPB-2569-99999/",
    "answers": "/consulting/answers/",
    "answers-found": "/consulting/answers/?q=ข่าวลือ&topic=crisis",
    "answer": "/consulting/answers/{advice_answer}/",
    "answer-in-thai-only": "/consulting/answers/{thai_answer}/",
    "answer-version-1": "/consulting/answers/{advice_answer}/v1/",
    "answer-helpful": "/consulting/answers/{advice_answer}/helpful/?helpful=no",
    "resources": "/consulting/resources/",
    "resources-empty": "/consulting/resources/?q=zzzz",
    "resources-page-2": "/consulting/resources/?page=2",
    "resource": "/consulting/resources/{advice_template}/",
    "resource-version-1": "/consulting/resources/{advice_template}/v1/",
    "resource-helpful": "/consulting/resources/{advice_template}/helpful/?thanks=1",
    "resource-archived": "/consulting/resources/{archived_resource}/",
    "search-advice": "/search/?q=ข่าวลือในกลุ่มไลน์",
    "surveys": "/surveys/",
    "survey": "/surveys/{survey}/",
    "survey-closed": "/surveys/{closed_survey}/",
    "survey-withdrawn": "/surveys/{withdrawn_survey}/",
    "survey-results": "/surveys/{told_survey}/results/",
    "survey-results-version": "/surveys/{told_survey}/results/v1/",
    "findings": "/surveys/findings/",
    "survey-answer": "/surveys/{survey}/answer/",
    "survey-answer-lost": "/surveys/{survey}/answer/?page=2",
    "survey-answer-begun": "/surveys/{survey}/answer/?saved=1",
    "survey-answer-section": "/surveys/{survey}/answer/?page=1",
    "survey-answer-wrong": "/surveys/{survey}/answer/?page=2",
    "survey-answer-review": "/surveys/{survey}/answer/?page=review",
    "survey-answer-thanks": "/surveys/{survey}/answer/?page=thanks",
    "survey-take-back": "/surveys/{survey}/withdraw/",
    "survey-taken-back": "/surveys/{survey}/withdraw/?done=1",
    "field-sign-in": "/field/sign-in/",
    "network": "/network/",
    "network-filtered": "/network/?q=วิทยุ&kind=radio&district=1601",
    "network-page-2": "/network/?page=2",
    "network-empty": "/network/?q=zzzz",
    "partner": "/network/partners/{partner}/",
    "partner-with-a-name": "/network/partners/{bare_partner}/",
    "join": "/network/join/",
    "application": "/network/join/{application}/",
    "application-asked": "/network/join/{asked_application}/",
    "application-approved": "/network/join/{approved_application}/",
    "application-rejected": "/network/join/{rejected_application}/",
    "me": "/network/me/{me}/",
    "me-reviewed": "/network/me/{me}/?reviewed=1",
    "me-forget": "/network/me/{me_leaving}/",
    "me-change": "/network/me/{me}/change/",
    "desk": "/network/me/{me}/today/",
    "desk-confirmed": "/network/me/{me}/today/?confirmed=1",
    "desk-taken-back": "/network/me/{me}/today/?undone=1",
    "desk-empty": "/network/me/{idle}/today/",
    "kit": "/network/me/{me}/today/{kit}/",
    "kit-embargoed": "/network/me/{trusted}/today/{embargoed}/",
    "desk-trusted": "/network/me/{trusted}/today/",
    "report-broadcast": "/network/me/{me}/today/{kit}/report/",
    "broadcasts": "/network/me/{me}/today/reports/",
    "broadcasts-none": "/network/me/{idle}/today/reports/",
    "broadcast": "/network/me/{me}/today/reports/{broadcast}/?new=1",
    "broadcast-changed": "/network/me/{me}/today/reports/{broadcast}/?changed=1",
    "broadcast-rejected": "/network/me/{me}/today/reports/{rejected_broadcast}/",
    "own-meetings": "/network/me/{me}/meetings/",
    "own-meetings-done": "/network/me/{me}/meetings/?done=waiting",
    "own-meetings-with-nothing": "/network/me/{new_me}/meetings/?done=cancelled",
    "meetings": "/network/meetings/",
    "certificate": "/network/certificates/{certificate}/",
    "certificate-revoked": "/network/certificates/{revoked_certificate}/",
    "link-over": "/network/me/no-link-of-ours-at-all/",
    "sign-in": "/accounts/login/",
    "about": "/about/",
    "contact": "/contact/",
    "accessibility": "/accessibility/",
    "privacy": "/policies/privacy/",
    "no-such-news": "/news/2569/99999/",
    "impossible": "/news/?q=%00",
}
# Forms for readers: these alone set a cookie, against forgery, and no cache may keep them.
FORMS = {
    *("article-mistake", "article-stars", "follow-confirm"),
    *("follow-article", "follow-topic", "follow-district", "follow-corrections"),
    *("join", "sign-in", "request-loan", "answer-helpful"),
}
# Pages of somebody who has begun: the word of ``build()`` that their cookie holds.
COOKIES = {
    **dict.fromkeys(("survey-answer-begun", "survey-answer-section"), "ticket"),
    "survey-answer-wrong": "ticket",
    "survey-answer-review": "whole_ticket",
    "survey-answer-thanks": "sent_ticket",
}
# Their address is a secret: other sites must not learn it.
SECRET = {
    *("survey-answer", "survey-answer-lost", "survey-answer-begun", "survey-answer-section"),
    *("survey-answer-wrong", "survey-answer-review", "survey-answer-thanks"),
    *("survey-take-back", "survey-taken-back"),
    *("application", "application-asked", "application-approved", "application-rejected"),
    *("channel-confirm", "channel-confirmed", "own-channels", "own-channel-add"),
    *("own-channel-line", "own-channel-feed", "own-channel-mailbox", "own-channel-change"),
    *("desk", "desk-confirmed", "desk-taken-back", "desk-empty", "desk-trusted"),
    *("kit", "kit-embargoed", "report-broadcast"),
    *("broadcasts", "broadcasts-none"),
    *("broadcast", "broadcast-changed", "broadcast-rejected"),
    *("own-meetings", "own-meetings-done", "own-meetings-with-nothing"),
    *("certificate", "certificate-revoked"),
    *("me", "me-reviewed", "me-forget", "me-change", "link-over"),
    *("channel-leave", "receipt", "receipt-withdrawn", "receipt-confirmed"),
    *("loan", "loan-overdue", "loan-refused", "loan-form"),
    *("ask-question", "ask-who", "ask-topic-again", "ask-question-again", "ask-send", "ask-over"),
    *("follow-request", "follow-written", "follow-answered", "follow-waiting", "follow-declined"),
    *("follow-forwarded", "follow-crisis", "request-receipt"),
    *("appointment", "appointment-none", "appointment-cancel"),
    *("rate", "rate-done", "rate-later", "rate-early"),
    *("voices", "voices-none", "voices-page-2", "send-voice", "voice-sent", "voice-checked"),
    *("voice-waits", "voice-in-the-news", "voice-closed"),
}
# An organisation that is trusted with it sees what is to come.
TRUSTED = {"desk-trusted", "kit-embargoed"}
# For one reader: no cookie, and no cache may keep them either.
PERSONAL = {"follow-leave", "resource-helpful", *SECRET}
# Pages of errors that no address brings about; tests/site/urls.py shows them.
ERRORS = {f"error-{status}": f"/error/{status}/" for status in (403, 410, 429, 503)}
STATUS = {
    "survey-withdrawn": 410,
    "no-such-news": 404,
    "impossible": 400,
    "no-script": 404,
    "bulletin-impossible": 400,
    "verify-wrong": 400,
    "record-unknown": 404,
    "article-history-bad-day": 400,
    "article-withdrawn": 410,
    "article-expired": 410,
    "follow-confirm-old": 410,
    "ask-over": 410,
    "link-over": 410,
    "certificate-revoked": 410,
    "resource-archived": 410,
} | {name: int(name[-3:]) for name in ERRORS}

# For machines: what answers the same in both languages, and what answers in each.
MACHINES = {
    "/healthz": 200,
    "/readyz": 503,  # no worker is at work
    "/robots.txt": 200,
    "/sitemap.xml": 200,
    "/sitemap-articles.xml": 200,
    "/news-sitemap.xml": 200,
    "/.well-known/publication-keys.json": 200,
    "/identity/emblem/": 404,  # the office has not given one
    "/n/{short}": 301,
    "/news/{rich}/as-of/2099-01-01/": 302,
    "/pictures/{picture}/original.jpg": 200,
    "/pictures/{picture}/320.avif": 200,
    "/files/{file}/": 200,
    "/alerts/{alert}.cap.xml": 200,
    "/alerts/current.json": 200,
    "/network/equipment/{asset}/photo.jpg": 200,
    "/consulting/resources/files/{resource_file}/": 200,
    "/network/feed/{channel_feed}.json": 200,
    "/network/feed/{channel_feed}.atom": 200,
    "/network/me/{me}/voices/{voice}/photo.jpg": 200,
    "/line/webhook/": 405,  # LINE posts
    "/field/shell/": 200,
    "/field/worker.js": 200,
    "/field/interviews.webmanifest": 200,
    "/field/work.json": 401,
    "/field/questionnaires/zzzz.json": 401,
    "/field/sync/": 405,  # devices post
    "/network/me/{me}/today/{kit}/photo/{kit_photo}.jpg": 200,
}
DOCUMENTS = {
    "/news/feed.atom": 200,
    "/topics/disaster/feed.rss": 200,
    "/districts/1601/feed.json": 200,
    "/tags/{tag}/feed.json": 200,
    **{f"/news/{{rich}}/cite/{form}": 200 for form in ("ris", "bib", "csl.json", "txt")},
    "/corrections/feed.atom": 200,
    "/fact-check/feed.atom": 200,
    "/alerts/feed.atom": 200,
    "/verify/{reference}.2/record.json": 200,
    "/verify/{reference}.2/content.json": 200,
    "/news/{rich}/script.txt": 200,
    "/news/{rich}/print.pdf": 200,
    "/news/{rich}/print.pdf?digits=thai": 200,
    "/bulletin.txt": 200,
    "/districts/1601/bulletin.txt": 200,
    "/events/calendar.ics": 200,
    "/network/meetings/calendar.ics": 200,
    "/consulting/statistics.csv": 200,
    "/surveys/{told_survey}/results.csv": 200,
    "/surveys/{told_survey}/results.xlsx": 200,
    **{
        f"/surveys/{{told_survey}}/results/v1/cite/{form}": 200
        for form in ("ris", "bib", "csl.json", "txt")
    },
    "/surveys/{told_survey}/results.json": 200,
    **{
        f"/surveys/{{told_survey}}/results/{kind}.{form}": 200
        for kind in ("summary", "full")
        for form in ("pdf", "docx")
    },
    "/events/{event}.ics": 200,
    "/search/suggest/?q=ลพ": 200,
}
# Files behind a secret address.
SECRET_DOCUMENTS = {
    "/consulting/request/{whole_draft}/answers/": 200,
    "/consulting/track/{advice}/files/{advice_file}/": 200,
    "/consulting/track/{advice}/appointment/{appointment}.ics": 200,
    "/network/me/{me}/meetings/{own_meeting}.ics": 200,
    "/network/me/{me}/certificates/{own_certificate}.pdf": 200,
}
STAFF = {
    "/styleguide/": 302,
    "/surveys/{survey}/kiosk/": 302,
    "/field/": 302,
    "/news/check-script/": 302,
    "/news/preview/{draft}/": 302,
    "/news/preview/{draft}/print.pdf": 302,
    "/events/preview/{event}/": 302,
    "/network/mine/": 302,
    "/network/mine/me/": 302,
    "/network/mine/channels/": 302,
    "/network/mine/channels/add/": 302,
    "/network/mine/channels/1/": 302,
    "/network/mine/channels/1/change/": 302,
    "/network/desk/": 302,
    "/network/desk/{kit}/": 302,
    "/network/desk/{kit}/photo/{kit_photo}.jpg": 302,
    "/network/desk/{kit}/aired/": 302,
    "/network/desk/{kit}/report/": 302,
    "/network/desk/reports/": 302,
    "/network/desk/reports/{broadcast}/": 302,
    "/network/desk/reports/{broadcast}/undo/": 302,
    "/network/desk/corrections/{desk_delivery}/": 302,
    "/network/mine/meetings/": 302,
    "/network/mine/meetings/1.ics": 302,
    "/network/mine/certificates/1.pdf": 302,
    "/network/mine/passkeys/": 302,
    "/network/mine/voices/": 302,
    "/network/mine/voices/send/": 302,
    "/network/mine/voices/1/": 302,
    "/network/mine/voices/1/photo.jpg": 302,
}  # to the sign-in page
BEGUN_ELSEWHERE = {
    "/fact-check/report/": 302,
    "/accounts/login/code/": 302,
    "/accounts/logout/": 302,
    "/network/me/{me}/today/{kit}/aired/": 302,
    "/network/me/{me}/today/reports/{broadcast}/undo/": 302,
    "/network/me/{me}/today/corrections/{desk_delivery}/": 302,
    "/accounts/passkey/": 302,
    "/network/mine/passkeys/1/remove/": 405,
}  # to the page where they begin

RICH_BODY = """\
<p>รายละเอียดของข่าว <a href="https://example.org/plan">แผนที่จุดอพยพ</a></p>
<h2>สิ่งที่ควรทำทันที</h2><ul><li>ยกปลั๊กไฟขึ้นที่สูง</li><li>เตรียมยาประจำตัว</li></ul>
<table><caption>ระดับน้ำ</caption><tr><th scope="col">สถานี</th><th scope="col">เมตร</th></tr>
<tr><th scope="row">บ้านป้อม</th><td>4.20</td></tr></table>
<blockquote><p>น้ำจะขึ้นช้า ๆ</p></blockquote>"""
EVENT = {
    "event_on": date(2026, 11, 24),
    "event_place": "ศาลากลางจังหวัดลพบุรี",
    "presided_by": "นายสมชาย ใจดี ผู้ว่าราชการจังหวัดลพบุรี",
}
SPOKEN = "เรียนพี่น้องประชาชนที่เคารพ\nขอให้ยกของขึ้นที่สูง โทร หนึ่งเจ็ดแปดสี่\nขอทวนอีกครั้ง โทร หนึ่งเจ็ดแปดสี่"
PDF = b"%PDF-1.7\n%%EOF\n"


def build():
    """Fill the portal; the words for the addresses above."""
    cache.delete(background.HEARTBEAT)
    office.loading.load()
    news.loading.load()
    ploughing = {"day": date(2026, 5, 13), "name_th": "วันพืชมงคล", "source": "ราชกิจจานุเบกษา"}
    Holiday.objects.create(**ploughing)  # waits to be confirmed
    place = District.objects.get(code="1601")
    issue = CommunicationIssue.objects.first()
    tags = ["น้ำท่วม", "ประปา"]
    for _ in range(PAGE_SIZE):
        rated = make.published(topic_slug="agriculture")
    thai = make.published(kind="announcement", tags=tags, districts=[place], pictures=[{}], **EVENT)
    rich = _rich(place, issue, tags)
    english = make.published(
        language="en",
        translation_of=rich.article,
        title="Lopburi watches the river in four districts",
        must_know="People near the water: move your things to a high place. Call 1784.",
        lead="The river will rise slowly until Friday.",
        body="<p>Details of the news.</p>",
        source_agency="Disaster Prevention Office",
        districts=[place],
        tags=["flood"],
    )
    english = publishing.revise(english.article, by=None)
    english.lead += " Boats are ready in 3 places."
    english.change_note = "Places where boats are ready."
    english.save()
    picture = make.placement(english, alt="Villagers move their things")
    make.publish(english, by=None, at=timezone.now() - timedelta(minutes=5))
    # As if the worker had been here; the masters stand in for the files.
    Picture.objects.update(state=Picture.State.READY, widths=[320, 640, 900])
    article = rich.article
    withdrawn, expired = make.published(), make.published(expires_at=timezone.now())
    publishing.withdraw(
        withdrawn.article, by=None, reason="ผิดวันที่ ข่าวจริงอยู่ที่หน้าติดต่อ", next_url="/contact/"
    )
    bilingual = {"title_en": "Palace fair", "summary_en": "Free of charge.", "place_en": "Palace"}
    bilingual |= {"topic": make.topic("tourism"), "district": place, "organiser_en": "The town"}
    event = make.event(**bilingual)
    event.articles.add(article, english.article)
    make.event(days=-20)
    bilingual["title_en"] = "Concert"
    cancelled_event = make.event(days=40, cancelled="น้ำท่วมสนาม", **bilingual)
    return _claims() | {
        "event": event.pk,
        "thai_event": make.event(link="https://example.org/join").pk,
        "cancelled_event": cancelled_event.pk,
        "year": article.year,
        "rich": f"{article.year}/{article.number}",
        "rated": f"{article.year}/{rated.article.number}",
        "thai": f"{article.year}/{thai.article.number}",
        "withdrawn": f"{article.year}/{withdrawn.article.number}",
        "expired": f"{article.year}/{expired.article.number}",
        "reference": article.reference,
        "short": f"{article.year}-{article.number}",
        "issue": issue.pk,
        "tag": article.tags.first().pk,
        "picture": picture.picture_id,
        "file": rich.attachments.first().pk,
        "published": rich.pk,
        "draft": make.draft().pk,
        **_alerts(place),
        **_resources(),
        **_equipment(),
        **_advice(),
        **_surveys(),
        **_challenges(article),
        **_follower(article),
        **_distribution(rich, withdrawn),
        **_desk(rich, _network(place)),
    }


AIM = "เพื่อทราบความเห็นของประชาชนต่อการเตือนภัย"


def _surveys():
    """One that is open, begun by three people; one that is over; one that was withdrawn."""
    survey = make.survey(aim_th=AIM)
    tickets = [sittings.begin(survey.questionnaire, mode="web") for _ in range(3)]
    form = form_of(survey.questionnaire)
    begun, *whole = [sittings.find(ticket) for ticket in tickets]
    wrong = QueryDict("Q1=1&Q2=a&Q2=b&Q2=c&Q3=99&Q5=%s" % ("ก" * 501))
    sittings.keep_unfinished(begun, form.section("news"), wrong)
    for sitting in whole:
        for section in form.sections:
            sittings.keep(sitting, section, make.ANSWERS | {"Q3": 7, "Q5": "ดีมาก"})
    tickets[2] = sittings.send(tickets[2], sittings.find(tickets[2]))
    names = ("ticket", "whole_ticket", "sent_ticket")
    return {
        "survey": survey.pk,
        "closed_survey": make.survey(
            state="closed", title_th="ความเห็นเรื่องน้ำ", title_en="Views on water", aim_th=AIM
        ).pk,
        "withdrawn_survey": make.survey(state="withdrawn", withdrawal_reason="คำถามชี้นำ").pk,
        "told_survey": make.survey_with_results(previous=_wave_before()).pk,
        **{
            name: f"survey-{survey.pk}={ticket.sealed(survey)}"
            for name, ticket in zip(names, tickets, strict=True)
        },
    }


def _wave_before():
    """The same questions, asked a year ago."""
    last_year = timezone.localdate() - timedelta(days=365)
    days = {"opens_on": last_year, "closes_on": last_year + timedelta(days=20)}
    return make.survey_with_results(title_th="ความเห็นต่อข่าวสาร ปีก่อน", title_en="Last year", **days)


def _desk(shown, words):
    """A volunteer who reported a version before it was corrected, and one whose report was refused;
    one without any news; a station that is trusted with what is to come.
    """
    volunteer = words.pop("volunteer")
    first = shown.article.editions.get(version=1)
    noon = {"aired_at": shown.shown_from - timedelta(minutes=1)}
    told = broadcasting.report(
        first, volunteer, audience=120, basis="estimate", times=2, note="หลังเพลงชาติ", **noon
    )
    told.url, told.title = "https://example.org/post", "ข่าวเช้า"
    told.photo.save("x.jpg", photographs.reencode(make.photo(), 640))
    told.sound.save("sound.ogg", SimpleUploadedFile("sound.ogg", b"OggS"))
    refused = broadcasting.report(first, volunteer, **noon)
    broadcasting.reject(refused, by=make.user(), reason="วันนั้นหอกระจายข่าวเสีย")
    trusted = make.organization(may_see_embargoed=True, means=["website", "line"])
    station = make.volunteer(organization=trusted)
    to_come = make.draft()
    make.placement(to_come)
    make.publish(to_come, at=timezone.now() + timedelta(hours=6))
    idle = make.volunteer(is_sample=True)
    links = {
        name: personal_links.issue(of, by=None)
        for name, of in (("idle", idle), ("trusted", station))
    }
    return (
        words
        | {name: link.split("/")[3] for name, link in links.items()}
        | {
            "kit": shown.pk,
            "kit_photo": shown.placements.first().pk,
            "embargoed": to_come.pk,
            "broadcast": told.pk,
            "rejected_broadcast": refused.pk,
            "desk_delivery": Delivery.objects.get(channel__person=volunteer).pk,
        }
    )


def _network(place):
    """Members with everything a page can show and with nothing, applications in every state."""
    everything = {"aliases": ["วิทยุแม่น้ำ", "River FM"], "address": "1 ถนนนารายณ์มหาราช"}
    everything |= {"phone": "0 3641 1111", "email": "radio@example.org", "means": ["radio", "line"]}
    partner = make.organization(
        name_en="River Radio",
        website="https://example.org/radio",
        shown_fields=Organization.Shown.values,
        **everything,
    )
    partner.districts.add(place)
    partner.subdistricts.add(place.subdistricts.first())
    contact = {"name": "สมศรี มีสุข", "position": "หัวหน้าสถานี", "phone": "0 3641 1112"}
    now = timezone.now()
    Person.objects.create(
        organization=partner,
        visibility="public",
        consented_at=now,
        email="a@example.org",
        **contact,
    )
    for _ in range(PAGE_SIZE):
        bare = make.organization(kind="school")
    volunteer = make.volunteer(village="หมู่ 4", means=["tower"], phone="081 111 1111")
    volunteer.subdistricts.add(place.subdistricts.first())
    joining.admit(volunteer, "volunteer", by=None)
    rejected = proposing.change(volunteer, {"name": "ชื่อใหม่"})
    proposing.reject(rejected, by=make.user(), reason="ชื่อไม่ตรงกับบัตร")
    leaver = make.volunteer()
    leaving.ask(leaver)
    links = {}
    for name in (
        "application",
        "asked_application",
        "approved_application",
        "rejected_application",
    ):
        application, token = make.application(district=place)
        links[name] = f"{application.year}-{application.number}/{token}"
        if name.startswith("asked"):
            joining.ask(application, by=make.user(), question="ออกอากาศเวลาใด")
        elif name.startswith("approved"):
            joining.approve(application, by=make.user())
        elif name.startswith("rejected"):
            joining.reject(application, by=make.user(), reason="อยู่นอกจังหวัด")
    address = personal_links.issue(volunteer, by=None)
    leaving_address = personal_links.issue(leaver, by=None)
    return links | {
        "partner": partner.pk,
        "bare_partner": bare.pk,
        "me": address.split("/")[3],
        "me_leaving": leaving_address.split("/")[3],
        "volunteer": volunteer,
        **_own_channels(volunteer, place),
        **_meetings(volunteer),
        **_voices(volunteer, place),
    }


def _voices(volunteer, place):
    """What a volunteer has told: more than a page of it, in every state; and somebody silent."""
    for n in range(PAGE_SIZE):
        make.voice(volunteer, words=f"ข่าวลือที่ {n}")
    sent = make.voice(
        volunteer,
        photo=photographs.reencode(make.photo()),
        subdistrict=place.subdistricts.first(),
    )
    checked, waiting, in_the_news, closed = (
        make.voice(volunteer, words=f"เรื่องที่ {n} จริงไหม") for n in range(4)
    )
    officer = make.user()
    for voice in (checked, waiting):
        hearing.hand_on(voice, to="fact-check", by=officer)
    make.answered(hearing.check(checked, by=officer))
    hearing.hand_on(in_the_news, to="news", by=officer)
    make.finish(hearing.draft(in_the_news, by=officer))
    voicing.close(closed, by=officer, reason="อยู่นอกจังหวัด")
    silent = personal_links.issue(make.volunteer(), by=None)
    return {
        "voice": sent.pk,
        "checked_voice": checked.pk,
        "waiting_voice": waiting.pk,
        "voice_in_the_news": in_the_news.pk,
        "closed_voice": closed.pk,
        "silent": silent.split("/")[3],
    }


def _own_channels(volunteer, place):
    """A code for LINE that waits, a mailbox that is used, a feed, a mailbox that is asked."""
    agreed = {"person": volunteer, "consent": "ยินยอม"}
    line = asking.begin(volunteer, {"kind": "line", "format": "script"}, **agreed)
    feed = asking.begin(volunteer, {"kind": "feed", "format": "json"}, **agreed)
    channels.activate(feed, by=None, reason="ถามทางโทรศัพท์แล้ว")
    asked = []
    for n in range(2):
        facts = {"kind": "email", "format": "full", "address": f"tower{n}@example.org"}
        asked.append(asking.begin(volunteer, facts | {"districts": [place]}, **agreed))
    confirming.confirm(asked[1].confirmation)
    channels.refused(asked[1], "ไม่มีกล่องนี้")
    return {
        "line_channel": line.pk,
        "own_feed": feed.pk,
        "own_mailbox": asked[1].pk,
        "channel_confirm": asked[0].confirmation.token(),
        "channel_confirmed": asked[1].confirmation.token(),
    }


def _meetings(member):
    """Trainings in every state, with and without places; a certificate that stands, one revoked."""
    told = {"programme": "09:00 น. ลงทะเบียน\n\n10:00 น. ฝึกอ่าน", "title_en": "Reading aloud"}
    coming = make.meeting(is_public=True, **told)
    make.meeting(is_public=True, kind="meeting", kinds=["volunteer"], days=9)
    full = make.meeting(is_public=True, capacity=1, days=11)
    waited_for = make.meeting(capacity=1, days=12)
    called_off = make.meeting(is_public=True, days=13)
    closed = make.meeting(is_public=True, days=2)
    closed.closes_at = timezone.now() - timedelta(hours=1)
    closed.save()
    other = make.member()
    for meeting in (full, waited_for):
        attending.register(meeting, other)
    for meeting in (coming, waited_for, called_off):
        attending.register(meeting, member)
    attending.call_off(called_off, by=None, reason="วิทยากรป่วย")
    held = make.held(member, other, signed_by="นางสาวใจดี มีสุข")
    own, revoked = (
        Certificate.objects.get(attendance__meeting=held, attendance__person=person)
        for person in (member, other)
    )
    attending.revoke(revoked, by=None, reason="ออกผิดคน")
    return {
        "own_meeting": coming.pk,
        "own_certificate": own.pk,
        "certificate": own.word,
        "revoked_certificate": revoked.word,
        "new_me": personal_links.issue(make.volunteer(), by=None).split("/")[3],
    }


def _advice():
    """A request being written, and others in every state that looks different."""
    officer, head = make.officer("adviser"), make.officer("adviser-head", roles.HEAD)
    first = make.advisory_request(
        letter_number="ลบ 52/1",
        answers={"audience": "ผู้ค้าในตลาด", "budget": 40_000},
        wanted_by=timezone.localdate() + timedelta(days=30),
    )
    topic = first.topic
    draft_of_nothing = drafts.begin(topic)
    whole = drafts.begin(topic)
    draft = drafts.find(whole)
    drafts.keep(
        draft,
        "question",
        {
            "subject": "รณรงค์ไข้เลือดออกในตลาดสด",
            "detail": "คนเห็นป้ายแต่ไม่เปลี่ยนพฤติกรรม",
            "wanted_by": "2027-01-15",
            "question_set": topic.questions.pk,
            "answers": {"audience": "ผู้ค้า", "change": "คว่ำภาชนะ", "tried": "", "budget": 40_000},
        },
    )
    who = {"agency": "เทศบาลตำบลตัวอย่าง", "agency_kind": "school", "place": "district:1601"}
    who |= {"contact": "สมศรี ตัวอย่าง", "position": "ครู", "phone": "036-411-111", "email": ""}
    drafts.keep(draft, "who", who | {"letter_number": "", "letter_on": ""})
    drafts.add_files(draft, [SimpleUploadedFile("แผน.pdf", PDF)])
    edition = make.resource_edition(topic, "รณรงค์ไข้เลือดออกในตลาดสดอย่างไร")
    casework.reply(first, "ขอเพิ่มภาพ", files=[files.made_from(SimpleUploadedFile("ภาพ.pdf", PDF))])
    for weekday in range(5):
        officer.availabilities.create(weekday=weekday, opens=time(9), closes=time(11))
    appointment = first.appointments.create(
        adviser=officer,
        state="confirmed",
        mode="phone",
        purpose="คุยเรื่องแผน",
        place="036-000-000",
        period=_hour_of_tomorrow(),
    )
    first.services.create(kind="news", brief="ข่าวเปิดงาน", url="https://example.org/1", state="open")
    made = {"advice": first}
    for name in ("answered_advice", "rated_advice", "used_advice"):
        made[name] = make.advisory_request()
    made["waiting_advice"] = make.advisory_request()
    made["declined_advice"] = make.advisory_request()
    made["forwarded_advice"] = make.advisory_request()
    made["crisis_advice"] = make.advisory_request(topic="crisis")
    for name in ("answered_advice", "rated_advice", "used_advice"):
        casework.take(made[name], by=officer)
        answer = casework.write_answer(
            made[name], "ใช้ข้อความเดียวต่อแผงค้า", by=officer, editions=[edition]
        )
        casework.submit_answer(answer, by=officer)
        casework.send_answer(answer, by=head)
    rating.give(made["rated_advice"], wave=0, overall=4)
    months_ago = timezone.now() - timedelta(days=40)
    made["used_advice"].changes.filter(state="answered").delete()
    made["used_advice"].changes.create(state="answered", at=months_ago)
    casework.take(made["waiting_advice"], by=officer)
    casework.ask_for_more(made["waiting_advice"], "งบประมาณเท่าไร", by=officer)
    casework.decline(made["declined_advice"], by=head, reason="ไม่ใช่งานประชาสัมพันธ์")
    casework.forward(made["forwarded_advice"], by=head, to="สำนักงานจังหวัดชัยนาท", reason="อยู่นอกจังหวัด")
    return {
        "new_draft": draft_of_nothing,
        "whole_draft": whole,
        "appointment": appointment.pk,
        "advice_file": first.files.get().pk,
        **{name: tokens.of(request.link_name) for name, request in made.items()},
    }


def _hour_of_tomorrow():
    begins = timezone.now() + timedelta(days=1)
    return begins, begins + timedelta(hours=1)


def _equipment():
    """A kit that is out too long, a thing in repair, and loans in three states."""
    bilingual = {"name_en": "PA set", "purpose_en": "Meetings", "purpose_th": "ประชุม"}
    kit = make.asset("ชุดเครื่องเสียง", accessories="ขาตั้ง\nไมโครโฟน", **bilingual)
    kit.photo.save("x.jpg", photographs.reencode(make.photo(), 640))
    make.asset("มิกเซอร์", kit=kit, is_lent=False)
    truck = make.asset(condition="damaged")
    late = make.loan(kit, days=(0, 0), state="out")
    period = span(*[timezone.localdate() - timedelta(days=n) for n in (3, 2)])
    late.holds.update(period=period)
    Loan.objects.filter(pk=late.pk).update(period=period)
    refused = make.loan(truck, days=(4, 4))
    lending.refuse(refused, by=None, reason="กำลังซ่อม")
    return {
        "asset": kit.pk,
        "broken_asset": truck.pk,
        "loan": make.loan(kit, days=(5, 6), state="approved", letter_number="ลบ 1").token,
        "late_loan": late.token,
        "refused_loan": refused.token,
        "next_month": f"{later(timezone.localdate(), 1):%Y-%m}",
    }


def _resources():
    """An answer of two versions, one in Thai only, a template with a file, one taken away, and more
    than one page shows.
    """
    for n in range(PAGE_SIZE):
        make.resource("guide", title_th=f"คู่มือเล่มที่ {n + 1}")
    english = {"title_en": "Answer a rumour", "body_en": "<p>Say what is true first.</p>"}
    asked = make.resource("answer", "crisis", title_th="ข่าวลือในกลุ่มไลน์ตอบอย่างไร", **english)
    answer = make.revised_resource(asked, change_note="เพิ่มตัวอย่างข้อความ", body_th=RICH_BODY)
    english["title_en"] = "News release, to fill in"
    blank = make.resource_draft("template", file_title="แบบข่าวแจก", format="pdf", **english)
    blank.file.save("x", ContentFile(PDF))
    make.publish_resource(blank)
    make.revised_resource(blank, url="https://example.org/clip")
    gone = make.resource()
    editing.archive(gone, by=make.user(), reason="กฎหมายเปลี่ยนแล้ว")
    return {
        "advice_answer": answer.resource_id,
        "thai_answer": make.resource("answer", title_th="พาดหัวอย่างไร").resource_id,
        "advice_template": blank.resource_id,
        "resource_file": blank.resource.editions.published().get().pk,
        "archived_resource": gone.resource_id,
    }


def _follower(article):
    follower = Follower.objects.create(
        email="reader@example.org", language="th", topic=article.topic
    )
    return {
        "confirm": letters.CONFIRMING.sign(follower.pk),
        "leave": letters.LEAVING.sign(follower.pk),
    }


def _distribution(corrected, withdrawn):
    """What partners open: a correction, one that is confirmed, a withdrawal; a feed, a way out."""
    mailboxes, feed = [make.channel(), make.channel()], make.channel("feed")
    for edition in (corrected.article.editions.get(version=1), withdrawn):
        make.received(edition, [*mailboxes, feed])
    distributing.go_round(ChaseRound.objects.create(pk=1))
    told = Delivery.objects.filter(release__kind__in=Release.CHASED)
    told.update(state="accepted", accepted_at=timezone.now())
    waiting, confirmed, _feed = told.filter(release__edition=corrected)
    distributing.acknowledge(confirmed)
    named = {"receipt": waiting, "receipt_confirmed": confirmed}
    named |= {"receipt_withdrawn": told.filter(release__kind="withdrawal").first()}
    tokens = {name: distributing.acknowledgement_token(row) for name, row in named.items()}
    return tokens | {
        "channel_feed": feed.feed_token(),
        "channel_leave": delivering.LEAVING.sign(mailboxes[0].pk),
    }


def _challenges(article):
    """A report that waits, one that is decided and quoted, one that is decided and not."""
    reports = [
        challenges.report(article.pk, version=2, what=f"ตัวเลขผิด {n}", anchor="lead", quote="น้ำ")
        for n in range(3)
    ]
    for report, is_quoted in zip(reports[1:], (True, False), strict=True):
        challenges.decide(
            report, by=make.user(), outcome="explained", answer="ตรวจแล้ว", is_quoted=is_quoted
        )
    named = {"waiting_challenge": reports[0], "decided_challenge": reports[1]}
    found = {name: f"{row.year}-{row.number}" for name, row in named.items()}
    return found | {"report_form": reports[0].pk}


def _alerts(place):
    """What stands on every page: a severe alert of its second version, an exercise, an occasion.

    And what does not: a cancelled alert, and one that still waits.
    """
    head = make.user()
    first = make.issued(districts=[place], by=head)
    draft = alerting.update(first, by=make.user())
    draft.headline_th, draft.headline_en = "น้ำหลากเข้าตัวเมือง", "Water is entering the town"
    draft.description_th = "ระดับน้ำสูงกว่าตลิ่ง 21 เซนติเมตร"
    draft.area_th = "ริมแม่น้ำลพบุรี"
    draft.onset_at = timezone.now()
    draft.web_url = "https://example.org/flood"
    draft.save()
    alerting.issue(draft, by=head)
    make.issued(
        status="Exercise", districts=[], provinces=[place.province], description_en="Drill."
    )
    over = make.issued(districts=[place], severity="Moderate", agency_en="")
    cancellation = alerting.cancel(over, by=make.user(), reason="น้ำลดแล้ว")
    alerting.issue(cancellation, by=head)
    waiting = make.alert(headline_th="ยังไม่มีใครอนุมัติ")
    alerting.submit(waiting, by=head)
    Occasion.objects.create(
        title_th="ทรงพระเจริญ",
        title_en="Long live the King",
        text_th="ด้วยเกล้าด้วยกระหม่อม",
        shown_from=timezone.now() - timedelta(hours=1),
        shown_until=timezone.now() + timedelta(hours=1),
    )
    named = {"alert": draft, "updated_alert": first, "cancelled_alert": over}
    named |= {"cancellation": cancellation}
    return {name: f"{alert.year}-{alert.number}" for name, alert in named.items()} | {
        "alert_form": draft.pk,
        "waiting_alert": waiting.pk,
    }


def _claims():
    """Rumours in every state, and more verdicts than one page of them shows."""
    for n in range(PAGE_SIZE):
        make.answered(claim_text=f"ข่าวลือที่ {n}", label="unproven", ago=timedelta(days=9))
    sent = pictures.keep(photographs.reencode(make.photo()), title="ภาพ", credit="ประชาชน")
    answered = make.answered(
        make.claim(picture=sent), label="distorted", ago=timedelta(days=2)
    ).claim
    make.answered(answered, picture_alt="ภาพลิงก์ปลอมที่อ้างชื่อจังหวัด")
    declined = make.claim("เรื่องส่วนตัว")
    fact_checking.decline(declined, by=None, reason="เป็นเรื่องส่วนบุคคล")
    return {
        "answered": answered.pk,
        "confirmed": make.answered(label="true", claim_text="มีตรวจตาฟรีที่ศาลากลาง").claim_id,
        "waiting": make.claim("เขื่อนแตกจริงไหม").pk,
        "late": make.claim("งดงานวัดจริงไหม", ago=timedelta(days=9)).pk,
        "declined": declined.pk,
        "verdict_draft": make.verdict(make.claim("ร่าง")).pk,
    }


def _rich(place, issue, tags):
    """The second version of an announcement with everything that an article can have."""
    first = make.published(
        ago=timedelta(hours=5),
        kind="announcement",
        districts=[place],
        tags=tags,
        body=RICH_BODY,
        source_url="https://example.org/news/1",
        spoken=SPOKEN,
        is_pinned=True,
        **EVENT,
    )
    article = first.article
    article.issues.add(issue)
    article.provinces.add(place.province)
    draft = publishing.revise(article, by=None)
    draft.expires_at = timezone.now() + timedelta(days=7)
    draft.lead += " อีก 3 วัน"
    draft.change_kind, draft.change_note = "correction", "เดิมไม่ได้บอกว่าเฝ้าระวังอีก 3 วัน"
    draft.save()
    make.placement(draft, caption="ริมแม่น้ำลพบุรี")
    for _ in range(2):
        make.placement(draft, role="gallery", caption="จุดอพยพ")
    attachments.store(draft, SimpleUploadedFile("map.pdf", PDF), title="แผนที่จุดอพยพ")
    make.publish(draft, by=None, at=timezone.now() - timedelta(minutes=5))
    return draft
