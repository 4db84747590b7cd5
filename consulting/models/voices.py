"""What advice makes of voices from the network."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consulting.models.requests import AdvisoryRequest, Change
from network.models.voices import Step, UseOfVoice, UseOfVoiceQuerySet


class VoiceAdviceQuerySet(UseOfVoiceQuerySet):
    def telling(self):
        answered = Change.objects.filter(state=AdvisoryRequest.State.ANSWERED)
        return self.select_related("request").prefetch_related(
            models.Prefetch("request__changes", answered, to_attr="answered")
        )


class VoiceAdvice(UseOfVoice):
    """A voice that became a request for advice."""

    request = models.OneToOneField(
        AdvisoryRequest, models.CASCADE, related_name="voice_use", verbose_name=_("request")
    )

    objects = VoiceAdviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("voice that became a request")
        verbose_name_plural = _("voices that became requests")

    def __str__(self):
        return str(self.request)

    @property
    def outcome(self) -> Step:
        if answered := self.request.answered:
            return Step(answered[-1].at, _("The office advised on it"), is_answer=True)
        return Step(self.used_at, _("It is a request for advice now"), self.request.reference)
