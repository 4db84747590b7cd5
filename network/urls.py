from django.urls import path

from network import equipment_views

app_name = "network"

urlpatterns = [
    # Equipment
    path("network/equipment/", equipment_views.equipment, name="equipment"),
    path("network/equipment/<number:pk>/", equipment_views.asset, name="asset"),
    path("network/equipment/request/", equipment_views.request_loan, name="request-loan"),
    path("network/equipment/loans/<str:token>/", equipment_views.loan, name="loan"),
    path("network/equipment/loans/<str:token>/form/", equipment_views.loan_form, name="loan-form"),
]

# For machines: the same in every language.
photo_urlpatterns = [
    path(
        "network/equipment/<number:pk>/photo.jpg", equipment_views.asset_photo, name="asset-photo"
    ),
]
