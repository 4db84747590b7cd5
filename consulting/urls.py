from django.urls import path, re_path

from consulting import (
    appointment_views,
    request_views,
    resource_views,
    statistics_views,
    track_views,
)
from network.urls import SECRET_WORD

app_name = "consulting"

# The same file in every language.
file_urlpatterns = [
    path("consulting/resources/files/<number:pk>/", resource_views.file, name="resource-file"),
]

urlpatterns = [
    # Ask
    path("consulting/", request_views.front, name="front"),
    path("consulting/request/", request_views.begin, name="begin"),
    re_path(rf"^consulting/request/{SECRET_WORD}/$", request_views.draft, name="draft"),
    re_path(
        rf"^consulting/request/{SECRET_WORD}/answers/$",
        request_views.answers,
        name="draft-answers",
    ),
    # Follow a request
    path("consulting/track/", track_views.track, name="track"),
    re_path(rf"^consulting/track/{SECRET_WORD}/$", track_views.follow, name="follow"),
    re_path(rf"^consulting/track/{SECRET_WORD}/rating/$", statistics_views.rate, name="rate"),
    re_path(
        rf"^consulting/track/{SECRET_WORD}/appointment/$",
        appointment_views.choose,
        name="choose-appointment",
    ),
    re_path(
        rf"^consulting/track/{SECRET_WORD}/appointment/(?P<pk>[1-9]\d{{0,8}})/cancel/$",
        appointment_views.cancel,
        name="cancel-appointment",
    ),
    re_path(
        rf"^consulting/track/{SECRET_WORD}/appointment/(?P<pk>[1-9]\d{{0,8}})\.ics$",
        appointment_views.calendar,
        name="appointment-calendar",
    ),
    re_path(rf"^consulting/track/{SECRET_WORD}/receipt/$", track_views.receipt, name="receipt"),
    re_path(
        rf"^consulting/track/{SECRET_WORD}/files/(?P<pk>\d{{1,9}})/$",
        track_views.track_file,
        name="track-file",
    ),
    # What the public may know
    path("consulting/statistics/", statistics_views.statistics, name="statistics"),
    path("consulting/statistics.csv", statistics_views.statistics_csv, name="statistics-csv"),
    # Learn from others
    path("consulting/answers/", resource_views.answers, name="answers"),
    path("consulting/answers/<number:pk>/", resource_views.answer, name="answer"),
    path(
        "consulting/answers/<number:pk>/v<number:version>/",
        resource_views.answer_version,
        name="answer-version",
    ),
    path("consulting/answers/<number:pk>/helpful/", resource_views.answer_vote, name="answer-vote"),
    path("consulting/resources/", resource_views.resources, name="resources"),
    path("consulting/resources/<number:pk>/", resource_views.resource, name="resource"),
    path(
        "consulting/resources/<number:pk>/v<number:version>/",
        resource_views.resource_version,
        name="resource-version",
    ),
    path(
        "consulting/resources/<number:pk>/helpful/",
        resource_views.resource_vote,
        name="resource-vote",
    ),
]
