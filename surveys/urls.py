from django.urls import path

from surveys import answer_views, field_views, findings_views, results_views, views

app_name = "surveys"

urlpatterns = [
    # Answer
    path("surveys/", views.surveys, name="surveys"),
    path("surveys/<number:pk>/", views.survey, name="survey"),
    path("surveys/<number:pk>/answer/", answer_views.answer, name="answer"),
    path("surveys/<number:pk>/withdraw/", answer_views.withdraw, name="withdraw-answer"),
    path("surveys/<number:pk>/kiosk/", answer_views.kiosk, name="kiosk"),
    # Results
    path("surveys/findings/", findings_views.findings, name="findings"),
    path("surveys/<number:pk>/results/", results_views.results, name="results"),
    path("surveys/<number:pk>/results.csv", results_views.results_csv, name="results-csv"),
    path("surveys/<number:pk>/results.xlsx", results_views.results_xlsx, name="results-xlsx"),
    path("surveys/<number:pk>/results.json", results_views.results_json, name="results-json"),
    path(
        "surveys/<number:pk>/results/v<number:version>/",
        results_views.results,
        name="results-version",
    ),
    path(
        "surveys/<number:pk>/results/v<number:version>/cite/<str:form>",
        results_views.cite,
        name="results-cite",
    ),
    path(
        "surveys/<number:pk>/results/<slug:kind>.<slug:form>",
        results_views.report,
        name="results-report",
    ),
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
