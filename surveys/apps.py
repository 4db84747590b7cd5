from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lopburi_pr import background, search_blocks


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models are ready only now.
        from surveys import exporting, tabulating, views  # noqa: PLC0415

        background.register(tabulating.WORK)
        background.register(exporting.WORK)
        search_blocks.SOURCES.append(views.search_block)
