from django.urls import path, re_path
from django.views.generic import RedirectView

from news import alert_views, feeds, reader_views, views

app_name = "news"

# A list's feeds stand beside it; the name of the file chooses the format.
FEED = r"feed\.(?P<format>atom|rss|json)$"

urlpatterns = [
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
    path("news/<year:year>/<number:number>/mistake/", reader_views.mistake, name="mistake"),
    path("news/<year:year>/<number:number>/stars/", reader_views.give_stars, name="stars"),
    path("news/<year:year>/<number:number>/follow/", reader_views.follow_article),
    path("topics/<slug:slug>/follow/", reader_views.follow_topic),
    path("districts/<number:code>/follow/", reader_views.follow_district),
    path("corrections/follow/", reader_views.follow_corrections),
    path("follow/asked/", reader_views.follow_asked, name="follow-asked"),
    path("follow/confirm/<str:token>/", reader_views.follow_confirm, name="confirm"),
    path("follow/leave/<str:token>/", reader_views.follow_leave, name="leave"),
    path("news/preview/<number:pk>/", views.preview, name="preview"),
    path("corrections/", views.corrections, name="corrections"),
    path("mistakes/", reader_views.mistakes, name="mistakes"),
    path("mistakes/<year:year>-<number:number>/", reader_views.challenge, name="challenge"),
    re_path(rf"^corrections/{FEED}", feeds.corrections, name="corrections-feed"),
    path("alerts/", alert_views.alerts, name="alerts"),
    path("alerts/<year:year>-<number:number>/", alert_views.alert, name="alert"),
    path("alerts/feed.atom", alert_views.feed, name="alert-feed"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    re_path(rf"^topics/(?P<topic>[-\w]+)/{FEED}", feeds.feed, name="topic-feed"),
    path("districts/<number:code>/", views.district, name="district"),
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
