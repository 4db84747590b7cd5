from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultingConfig(AppConfig):
    name = "consulting"
    verbose_name = _("Advice")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from consulting import background  # noqa: PLC0415 -- models are ready only now

        background.register()
