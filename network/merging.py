"""Two rows that turn out to be one body: everything that points at the one points at the other."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from network.models import Channel, Membership, Organization
from office import audit


def obstacles(organization: Organization, into: Organization) -> list[str]:
    """Sentences that say why the first can't be merged into the second; empty when it can."""
    if organization.pk == into.pk:
        return [_("It can't be merged into itself.")]
    found = []
    if organization.merged_into_id:
        found.append(_("It was merged into another organisation already."))
    if into.merged_into_id:
        found.append(_("The other one was itself merged away: choose the one that stands for it."))
    if into.closed_on:
        found.append(_("The other one is closed: merge the closed one into the one at work."))
    if organization.is_sample != into.is_sample:
        found.append(_("Sample data and real data can't be merged."))
    unended = Membership.objects.filter(ended_reason="")
    of_one = unended.filter(organization=organization)
    both = of_one.filter(kind__in=unended.filter(organization=into).values("kind"))
    found += [
        _("Both are members as “%(kind)s”: end one of the two memberships first.")
        % {"kind": membership.get_kind_display()}
        for membership in both
    ]
    if organization.proposals.waiting().exists() and into.proposals.waiting().exists():
        found.append(_("Changes are proposed for both: decide on one of them first."))
    return found


@transaction.atomic
def merge(organization: Organization, *, into: Organization, by) -> None:
    """Let ``into`` stand for ``organization`` from now on.

    Every key of every app that points at the one is turned to the other, whatever table it is in;
    its names become other names. The row itself stays, unlisted, and its page leads to the other.
    Raises ValidationError with the obstacles.
    """
    # In the order of their keys, so that two merges never wait for each other.
    keys = sorted({organization.pk, into.pk})
    list(Organization.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    organization.refresh_from_db()
    into.refresh_from_db()
    if found := obstacles(organization, into):
        raise ValidationError(found)
    _join_desks(organization, into)
    for relation in pointing_here():
        _turn(relation, organization, into)
    own = {into.name_th, into.name_en, ""}
    names = [*into.aliases, organization.name_th, organization.name_en, *organization.aliases]
    into.aliases = [name for name in dict.fromkeys(names) if name not in own]
    into.save()
    organization.merged_into, organization.is_listed, organization.review_by = into, False, None
    organization.save()
    audit.record(organization, "merge", by=by, note=f"{into} ({into.pk})")
    audit.record(into, "take over", by=by, note=f"{organization} ({organization.pk})")


def pointing_here(model=Organization):
    """Every relation from a table to organisations, also those without a name of their own."""
    return [
        field
        for field in model._meta.get_fields(include_hidden=True)
        if field.auto_created and not field.concrete and not field.many_to_many
    ]


def _join_desks(organization, into):
    """Leave one desk, which a body has at most: what lies on the other moves there."""
    desks = Channel.objects.filter(kind=Channel.Kind.DESK)
    mine, theirs = (desks.filter(organization=each).first() for each in (organization, into))
    if mine and theirs:
        for relation in pointing_here(Channel):
            _turn(relation, mine, theirs)
        mine.delete()


def _turn(relation, organization, into):
    """Point the rows of one relation at ``into``; pairs that are there already are dropped.

    A model whose rows say no more than such a pair names the other half in ``ONCE_FOR_EACH``.
    """
    rows, name = relation.related_model._base_manager, relation.field.name
    mine = rows.filter(**{name: organization})
    through = relation.related_model._meta.auto_created
    if through:
        (other,) = [
            field.name
            for field in relation.related_model._meta.fields
            if field.is_relation and field.name != name
        ]
        there = rows.filter(**{name: into}).values(other)
        mine.filter(**{f"{other}__in": there}).delete()
    if other := getattr(relation.related_model, "ONCE_FOR_EACH", ""):
        there = rows.filter(**{name: into}).values(other)
        mine.filter(**{f"{other}__in": there}).delete()
    try:
        with transaction.atomic():
            mine.update(**{name: into})
    except IntegrityError as error:
        clash = _("Both have the same in “%(table)s”: remove it from one of the two first.")
        table = relation.related_model._meta.verbose_name_plural
        raise ValidationError(clash % {"table": table}) from error
