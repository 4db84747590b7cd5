from django.urls import path

from surveys import answer_views, views

app_name = "surveys"

urlpatterns = [
    # Answer
    path("surveys/", views.surveys, name="surveys"),
    path("surveys/<number:pk>/", views.survey, name="survey"),
    path("surveys/<number:pk>/answer/", answer_views.answer, name="answer"),
    path("surveys/<number:pk>/withdraw/", answer_views.withdraw, name="withdraw-answer"),
    path("surveys/<number:pk>/kiosk/", answer_views.kiosk, name="kiosk"),
]
