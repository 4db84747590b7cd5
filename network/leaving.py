"""Forgetting people: what is personal goes for good, what was counted stays countable.

Leaving and being forgotten are two things. Who leaves (``left_on``) gets nothing any more and is
still known, in case of questions; after some months, or as soon as they ask, they are forgotten
(PDPA section 33): the row stays, with a number where the name stood, so that memberships,
deliveries and broadcasts go on adding up. Nothing brings the data back.
"""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from network import accounts, attending, channels, joining, voicing
from network.models import Application, Certificate, Channel, Confirmation, Person
from network.models.people import FORGOTTEN
from office import audit


class Reason(models.TextChoices):
    """Why somebody is forgotten; no free text, which could tell who it was."""

    ASKED = "asked", gettext_lazy("They asked for it")
    CONSENT = "consent", gettext_lazy("They took back their consent")
    PAST = "past", gettext_lazy("Kept as long as was promised")


def obstacles(person: Person) -> list[str]:
    """Sentences that say why there is nothing to forget; empty when there is."""
    return [_("Their data are deleted already.")] if person.forgotten_at else []


@transaction.atomic
def ask(person: Person, *, wanted: bool = True) -> None:
    """Take note that somebody wants to be forgotten, or no longer does. The office does it.

    Nothing happens the second time.
    """
    person.refresh_from_db(from_queryset=Person.objects.select_for_update())
    if person.forgotten_at or bool(person.asked_to_be_forgotten_at) == wanted:
        return
    person.asked_to_be_forgotten_at = timezone.now() if wanted else None
    person.save(update_fields=["asked_to_be_forgotten_at"])
    audit.record(person, "ask to be forgotten" if wanted else "ask to stay", by=person.user)


def preview(person: Person) -> tuple[list[str], list[str]]:
    """What goes for good and what stays, in sentences for who decides."""
    links, asked = person.links.count(), applications_of(person).count()
    ways, proposed = person.channels.count(), person.proposals.count()
    members = person.memberships.count()
    goes = [_("Name, telephone, e-mail, village, places served and means")]
    if person.user_id:
        goes.append(_("The account to sign in with, and its passkeys"))
    if links:
        goes.append(_("Personal links: %(count)s") % {"count": links})
    if ways:
        goes.append(_("Addresses of channels, which are disabled: %(count)s") % {"count": ways})
    if asked:
        goes.append(_("What stands in applications: %(count)s") % {"count": asked})
    if certificates := Certificate.objects.filter(attendance__person=person).count():
        goes.append(_("Certificates: %(count)s") % {"count": certificates})
    if voices := person.voices.count():
        goes.append(_("What they told the office: %(count)s") % {"count": voices})
    if proposed:
        goes.append(_("Proposed changes: %(count)s") % {"count": proposed})
    goes.append(_("Notes about them in the trail, and their notes and files with broadcasts"))
    stays = [
        _("A row with a number in place of the name"),
        _("When they agreed, and to what words"),
    ]
    if members:
        told = ngettext("%(count)s membership, ended", "%(count)s memberships, ended", members)
        stays.append(told % {"count": members})
    stays.append(_("What was sent and carried further, and where to, as numbers"))
    stays.append(_("Who in the office did what, and when"))
    return goes, stays


def applications_of(person: Person):
    """The applications that were theirs: by the membership, or by name and telephone or e-mail."""
    if person.forgotten_at:
        return Application.objects.none()
    reached = Q(pk=None)
    if person.phone:
        reached |= Q(phone=person.phone)
    if person.email:
        reached |= Q(email__iexact=person.email)
    return Application.objects.filter(
        Q(membership__person=person) | Q(name=person.name) & reached
    ).distinct()


@transaction.atomic
def forget(person: Person, *, by, reason: str) -> None:
    """Delete what is personal about somebody, for good; ``by`` is None when their time was over.

    Raises ValidationError with the obstacles.
    """
    reason = Reason(reason)
    person.refresh_from_db(from_queryset=Person.objects.select_for_update())
    if found := obstacles(person):
        raise ValidationError(found)
    accounts.close_account(person, by=by)
    attending.forget(person, by=by)
    for voice in person.voices.all():
        voicing.forget(voice, by=by)
    applications = list(applications_of(person))
    memberships = list(person.memberships.all())
    ways, proposals = list(person.channels.all()), list(person.proposals.all())
    for application in applications:
        forget_application(application, by=by)
    for channel in ways:
        _forget_channel(channel, by=by)
    for membership in memberships:
        if not membership.ended_reason:
            joining.end(membership, by=by, reason=FORGOTTEN)
    person.memberships.exclude(ended_reason="").update(ended_reason=FORGOTTEN)
    Confirmation.objects.filter(asked_by=person).update(asked_by=None)
    person.links.all().delete()
    person.proposals.all().delete()
    _blank(person)
    rows = [person, *memberships, *ways, *applications]
    audit.forget_notes(*rows)
    _forget_log(*rows, *proposals)
    audit.record(person, "forget", by=by, note=reason.label)


@transaction.atomic
def forget_application(application: Application, *, by) -> None:
    """Keep of an application what was decided and when; of one without a decision nothing.

    Nothing happens the second time.
    """
    application.refresh_from_db(from_queryset=Application.objects.select_for_update())
    if application.name == FORGOTTEN:
        return
    audit.forget_notes(application)
    audit.record(application, "forget", by=by)
    if application.is_open:
        application.delete()
        return
    application.letters.all().delete()
    application.name = FORGOTTEN
    for name in ("position", "phone", "email", "village", "about", "reply"):
        setattr(application, name, "")
    application.answer = FORGOTTEN if application.answer else ""
    application.save()
    application.subdistricts.clear()


def _forget_channel(channel, *, by):
    if channel.state != Channel.State.DISABLED:
        channels.disable(channel, by=by, reason=FORGOTTEN)
    channel.address, channel.disabled_reason, channel.earlier_secret = "", FORGOTTEN, ""
    channel.save(update_fields=["address", "disabled_reason", "earlier_secret"])
    Confirmation.objects.filter(channel=channel).delete()
    channel.districts.clear()
    channel.subdistricts.clear()


def _blank(person):
    today = timezone.localdate()
    person.name, person.visibility, person.means = FORGOTTEN, Person.Visibility.STAFF, []
    person.phone = person.email = person.village = person.position = ""
    person.left_on, person.review_by = person.left_on or today, None
    person.forgotten_at = timezone.now()
    person.save()
    person.subdistricts.clear()


def _forget_log(*rows):
    """The back office's own log repeats names."""
    for row in rows:
        kind = ContentType.objects.get_for_model(row)
        log = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
        log.update(object_repr=FORGOTTEN, change_message="")
