from django.urls import path

from surveys import answer_views, field_views, views

app_name = "surveys"

urlpatterns = [
    # Answer
    path("surveys/", views.surveys, name="surveys"),
    path("surveys/<number:pk>/", views.survey, name="survey"),
    path("surveys/<number:pk>/answer/", answer_views.answer, name="answer"),
    path("surveys/<number:pk>/withdraw/", answer_views.withdraw, name="withdraw-answer"),
    path("surveys/<number:pk>/kiosk/", answer_views.kiosk, name="kiosk"),
    # Interviewers
    path("field/", field_views.field, name="field"),
    path("field/shell/", field_views.shell, name="field-shell"),
    path("field/sign-in/", field_views.sign_in, name="field-sign-in"),
    path("field/worker.js", field_views.worker, name="field-worker"),
    path("field/interviews.webmanifest", field_views.manifest, name="field-manifest"),
    path("field/work.json", field_views.work, name="field-work"),
    path(
        "field/questionnaires/<slug:sha256>.json",
        field_views.questionnaire,
        name="field-questionnaire",
    ),
    path("field/sync/", field_views.sync, name="field-sync"),
]
