from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "lopburi_pr"
    label = "portal"
    verbose_name = _("Portal")

    def ready(self):
        from lopburi_pr import background, keeping  # noqa: PLC0415 -- models are ready only now
        from office.models import PurgeRound  # noqa: PLC0415

        background.register(background.Work("A round of retention", PurgeRound, keeping.go_round))


class BackOfficeConfig(AdminConfig):
    """Django's admin with the index grouped by the office's duties."""

    default_site = "lopburi_pr.back_office.BackOffice"
