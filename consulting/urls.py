from django.urls import re_path

from consulting import track_views
from network.urls import SECRET_WORD

app_name = "consulting"

urlpatterns = [
    # Follow a request
    re_path(rf"^consulting/track/{SECRET_WORD}/$", track_views.follow, name="follow"),
]
