from django.urls import path, re_path

from network import (
    account_views,
    channel_views,
    equipment_views,
    joining_views,
    meeting_views,
    own_views,
    views,
    voice_views,
)

app_name = "network"

# A secret word as network.tokens makes them.
SECRET_WORD = r"(?P<token>[A-Za-z0-9_-]{20,64})"  # noqa: S105 -- a pattern


def own_paths(route, view, name):
    """Both addresses of a page of one's own: for those who signed in, and by a personal link."""
    return [
        re_path(rf"^network/mine/{route}$", view, name=name),
        re_path(rf"^network/me/{SECRET_WORD}/{route}$", view, name=f"{name}-by-link"),
    ]


urlpatterns = [
    path("network/", views.directory, name="directory"),
    path("network/partners/<number:pk>/", views.partner, name="partner"),
    path("network/join/", joining_views.join, name="join"),
    re_path(
        rf"^network/join/(?P<year>2[4-6]\d\d)-(?P<number>\d{{1,9}})/{SECRET_WORD}/$",
        joining_views.application,
        name="application",
    ),
    re_path(rf"^network/me/{SECRET_WORD}/$", own_views.me, name="me"),
    re_path(rf"^network/me/{SECRET_WORD}/change/$", own_views.change_me, name="change-me"),
    path("network/mine/", own_views.mine, name="mine"),
    re_path(
        r"^network/mine/(?P<what>me|organization)/$", own_views.change_mine, name="change-mine"
    ),
    *own_paths("voices/", voice_views.voices, "voices"),
    *own_paths("voices/send/", voice_views.send_voice, "send-voice"),
    *own_paths(r"voices/(?P<pk>\d{1,9})/", voice_views.voice, "voice"),
    *own_paths(r"voices/(?P<pk>\d{1,9})/photo\.jpg", voice_views.voice_photo, "voice-photo"),
    path("network/confirm/<str:token>/", channel_views.confirm, name="confirm-channel"),
    # Equipment
    path("network/equipment/", equipment_views.equipment, name="equipment"),
    path("network/equipment/<number:pk>/", equipment_views.asset, name="asset"),
    path("network/equipment/request/", equipment_views.request_loan, name="request-loan"),
    path("network/equipment/loans/<str:token>/", equipment_views.loan, name="loan"),
    path("network/equipment/loans/<str:token>/form/", equipment_views.loan_form, name="loan-form"),
    # Trainings and meetings
    path("network/meetings/", meeting_views.meetings, name="meetings"),
    path("network/meetings/calendar.ics", meeting_views.calendar, name="meeting-calendar"),
    path("network/certificates/<str:word>/", meeting_views.certificate, name="certificate"),
    *own_paths("meetings/", meeting_views.own_meetings, "own-meetings"),
    *own_paths(
        r"meetings/(?P<pk>[1-9]\d{0,8})\.ics", meeting_views.own_calendar, "own-meeting-calendar"
    ),
    *own_paths(
        r"certificates/(?P<pk>[1-9]\d{0,8})\.pdf",
        meeting_views.own_certificate,
        "own-certificate",
    ),
]

# Under the names by which django-allauth knows its own pages.
account_urlpatterns = [
    path("accounts/login/", account_views.ask_for_code, name="account_login"),
    path("accounts/login/", account_views.ask_for_code, name="account_request_login_code"),
    path("accounts/login/code/", account_views.enter_code, name="account_confirm_login_code"),
    path("accounts/logout/", account_views.leave, name="account_logout"),
    path("accounts/passkey/", account_views.enter_by_passkey, name="mfa_login_webauthn"),
    path("network/mine/passkeys/", account_views.passkeys, name="mfa_index"),
    path(
        "network/mine/passkeys/<number:pk>/remove/",
        account_views.remove_passkey,
        name="mfa_remove_webauthn",
    ),
]

# For machines: the same in every language.
photo_urlpatterns = [
    path(
        "network/equipment/<number:pk>/photo.jpg", equipment_views.asset_photo, name="asset-photo"
    ),
]
