from django.urls import path, re_path

from consulting import resource_views, track_views
from network.urls import SECRET_WORD

app_name = "consulting"

# The same file in every language.
file_urlpatterns = [
    path("consulting/resources/files/<number:pk>/", resource_views.file, name="resource-file"),
]

urlpatterns = [
    # Follow a request
    re_path(rf"^consulting/track/{SECRET_WORD}/$", track_views.follow, name="follow"),
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
