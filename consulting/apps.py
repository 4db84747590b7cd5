from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lopburi_pr import search_blocks


class ConsultingConfig(AppConfig):
    name = "consulting"
    verbose_name = _("Advice")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models are ready only now.
        from consulting import background, resource_views  # noqa: PLC0415

        background.register()
        search_blocks.SOURCES.append(resource_views.search_block)
