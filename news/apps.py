from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = _("News")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from network import personal_links  # noqa: PLC0415 -- models are ready only now
        from news import background  # noqa: PLC0415

        background.register()
        personal_links.OPENS[personal_links.Purpose.DESK] = "news:desk-by-link"
