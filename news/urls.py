from django.urls import path, re_path
from django.views.generic import RedirectView

from network.urls import SECRET_WORD, own_paths
from news import (
    alert_views,
    claim_views,
    desk_views,
    distribution_views,
    event_views,
    feeds,
    line_views,
    loudspeaker_views,
    own_channel_views,
    reach_views,
    reader_views,
    views,
)

app_name = "news"

# A list's feeds stand beside it; the name of the file chooses the format.
FEED = r"feed\.(?P<format>atom|rss|json)$"


def desk_paths(route, view, name):
    """Both addresses of a page of the desk: for those who signed in, and by a personal link."""
    return [
        re_path(rf"^network/desk/{route}$", view, name=name),
        re_path(rf"^network/me/{SECRET_WORD}/today/{route}$", view, name=f"{name}-by-link"),
    ]


PK = r"(?P<pk>[0-9]{1,18})/"

urlpatterns = [
    *desk_paths("", desk_views.today, "desk"),
    *desk_paths(PK, desk_views.kit, "kit"),
    *desk_paths(rf"{PK}photo/(?P<placement>[0-9]{{1,18}})\.jpg", desk_views.photo, "kit-photo"),
    *desk_paths(rf"{PK}aired/", desk_views.air, "air"),
    *desk_paths(rf"{PK}report/", desk_views.report, "report-broadcast"),
    *desk_paths("reports/", desk_views.broadcasts, "broadcasts"),
    *desk_paths(rf"reports/{PK}", desk_views.broadcast, "broadcast"),
    *desk_paths(rf"reports/{PK}undo/", desk_views.undo, "undo-broadcast"),
    *desk_paths(rf"corrections/{PK}", desk_views.acknowledge, "acknowledge"),
    path("news/", views.articles, name="articles"),
    re_path(rf"^news/{FEED}", feeds.feed, name="feed"),
    path("news/<year:year>/<number:number>/", views.article, name="article"),
    path("news/<year:year>/<number:number>/paragraphs/", views.paragraphs, name="paragraphs"),
    path("news/<year:year>/<number:number>/history/", views.history, name="history"),
    path("news/<year:year>/<number:number>/as-of/<day:day>/", views.as_of, name="as-of"),
    path("news/<year:year>/<number:number>/v<number:version>/", views.version, name="version"),
    path(
        "news/<year:year>/<number:number>/v<number:old>..v<number:new>/",
        views.changes,
        name="changes",
    ),
    re_path(
        r"^news/(?P<year>2[4-6]\d\d)/(?P<number>\d{1,9})/cite/(?P<form>ris|bib|csl\.json|txt)/?$",
        views.cite,
        name="cite",
    ),
    path("news/<year:year>/<number:number>/print/", views.article_print, name="article-print"),
    path("news/<year:year>/<number:number>/print.pdf", views.article_pdf, name="article-pdf"),
    path("news/<year:year>/<number:number>/script/", loudspeaker_views.script, name="script"),
    path(
        "news/<year:year>/<number:number>/script.txt",
        loudspeaker_views.script_text,
        name="script-text",
    ),
    path("news/<year:year>/<number:number>/poster/", loudspeaker_views.poster, name="poster"),
    path("news/check-script/", loudspeaker_views.check_script, name="check-script"),
    path("bulletin/", loudspeaker_views.bulletin, name="bulletin"),
    path("bulletin.txt", loudspeaker_views.bulletin_text, name="bulletin-text"),
    path("news/<year:year>/<number:number>/mistake/", reader_views.mistake, name="mistake"),
    path("news/<year:year>/<number:number>/stars/", reader_views.give_stars, name="stars"),
    path("news/<year:year>/<number:number>/follow/", reader_views.follow_article),
    path("topics/<slug:slug>/follow/", reader_views.follow_topic),
    path("districts/<number:code>/follow/", reader_views.follow_district),
    path("corrections/follow/", reader_views.follow_corrections),
    path("follow/asked/", reader_views.follow_asked, name="follow-asked"),
    path("follow/confirm/<str:token>/", reader_views.follow_confirm, name="confirm"),
    path("follow/leave/<str:token>/", reader_views.follow_leave, name="leave"),
    path("network/receipt/<str:token>/", distribution_views.receipt, name="receipt"),
    path("network/reach/", reach_views.reach, name="reach"),
    path("network/leave/<str:token>/", distribution_views.leave, name="channel-leave"),
    *own_paths("channels/", own_channel_views.channels, "own-channels"),
    *own_paths("channels/add/", own_channel_views.add, "own-channel-add"),
    *own_paths(r"channels/(?P<pk>\d{1,9})/", own_channel_views.channel, "own-channel"),
    *own_paths(r"channels/(?P<pk>\d{1,9})/change/", own_channel_views.change, "own-channel-change"),
    path("news/preview/<number:pk>/", views.preview, name="preview"),
    path("news/preview/<number:pk>/print.pdf", views.preview_pdf, name="preview-pdf"),
    path("events/", event_views.events, name="events"),
    path("events/calendar.ics", event_views.calendar, name="events-calendar"),
    path("events/<number:pk>/", event_views.event, name="event"),
    path("events/<number:pk>.ics", event_views.event_calendar, name="event-calendar"),
    path("events/preview/<number:pk>/", event_views.preview, name="event-preview"),
    path("corrections/", views.corrections, name="corrections"),
    path("mistakes/", reader_views.mistakes, name="mistakes"),
    path("mistakes/<year:year>-<number:number>/", reader_views.challenge, name="challenge"),
    re_path(rf"^corrections/{FEED}", feeds.corrections, name="corrections-feed"),
    path("alerts/", alert_views.alerts, name="alerts"),
    path("alerts/<year:year>-<number:number>/", alert_views.alert, name="alert"),
    path("alerts/feed.atom", alert_views.feed, name="alert-feed"),
    path("fact-check/", claim_views.claims, name="claims"),
    re_path(rf"^fact-check/{FEED}", feeds.verdicts, name="verdicts-feed"),
    path("fact-check/report/", claim_views.report, name="claim-report"),
    path("fact-check/<number:pk>/", claim_views.claim, name="claim"),
    path("fact-check/<number:pk>/v<number:version>/", claim_views.version, name="verdict"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    re_path(rf"^topics/(?P<topic>[-\w]+)/{FEED}", feeds.feed, name="topic-feed"),
    path("districts/<number:code>/", views.district, name="district"),
    re_path(
        r"^districts/(?P<code>[0-9]{4})/bulletin/$",
        loudspeaker_views.bulletin,
        name="district-bulletin",
    ),
    re_path(
        r"^districts/(?P<code>[0-9]{4})/bulletin\.txt$",
        loudspeaker_views.bulletin_text,
        name="district-bulletin-text",
    ),
    re_path(rf"^districts/(?P<district>[0-9]{{4}})/{FEED}", feeds.feed, name="district-feed"),
    path("tags/<number:pk>/", views.tag, name="tag"),
    re_path(rf"^tags/(?P<tag>[0-9]{{1,9}})/{FEED}", feeds.feed, name="tag-feed"),
]

short_link = path(
    "n/<year:year>-<number:number>",
    RedirectView.as_view(url="/news/%(year)s/%(number)s/", permanent=True),
    name="short",
)

# For machines: the same in every language.
alert_urlpatterns = [
    path("alerts/<year:year>-<number:number>.cap.xml", alert_views.cap_file, name="cap"),
    path("alerts/current.json", alert_views.current, name="alerts-now"),
]
network_urlpatterns = [
    path("network/feed/<str:token>.json", distribution_views.feed, name="channel-feed"),
    path("network/feed/<str:token>.atom", distribution_views.atom, name="channel-atom"),
    path("line/webhook/", line_views.webhook, name="line-webhook"),
]
