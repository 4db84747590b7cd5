"""What readers may know of an article's past: its versions, and what each of them changed."""

from itertools import pairwise

from news.differences import REASONS, pieces, significance
from news.models import Edition
from news.models.edition import DOCUMENT_FACTS

PLAIN_FACTS = ("title", "must_know", "lead", "spoken")
FACTS = (
    *("source_agency", "source_url", "event_on", "event_place", "presided_by"),
    *DOCUMENT_FACTS,
)


def versions(article_id, at=None):
    """The editions that the public has seen by then, the first one first; three queries.

    Each says in ``reasons`` why its change from the one before is more than ``is_minor``.
    """
    released = Edition.objects.released(at).filter(article=article_id).order_by("version")
    seen = list(released.prefetch_related("placements", "attachments"))
    told = [_compared(edition) for edition in seen]
    for edition, before, after in zip(seen, [None, *told], told, strict=False):
        found = significance(before, after) if before else []
        edition.reasons = [REASONS[key] for key in found]
        edition.is_minor = before is not None and not found
    for before, edition in pairwise(seen):
        edition.previous = before.version
    return seen


def reasons(old, new):
    """Sentences that say why the change between two editions is not minor; empty when it is."""
    return [REASONS[key] for key in significance(_compared(old), _compared(new))]


def changes(old, new):
    """``(name of the field, pieces)`` for each text that differs between two editions."""
    before, after = _texts(old), _texts(new)
    return [
        (Edition._meta.get_field(name).verbose_name, pieces(before[name], after[name]))
        for name in before
        if before[name] != after[name]
    ]


def changes_to(edition, typed):
    """``(name of the field, pieces)`` for each text of the edition that ``typed`` would change."""
    told = Edition(**{name: typed.get(name) or "" for name in (*PLAIN_FACTS, "body")})
    told.clean_text()
    return changes(edition, told)


def _texts(edition):
    """What an edition says, as plain texts."""
    plain = {name: getattr(edition, name) for name in PLAIN_FACTS}
    return plain | {"body": edition.plain_body}


def _compared(edition):
    """The texts, and a text that stands for everything else that readers see."""
    pictures = [(p.role, p.order, p.picture_id, p.alt, p.caption) for p in edition.placements.all()]
    files = [(file.order, file.file.name, file.title) for file in edition.attachments.all()]
    facts = "\n".join(str(getattr(edition, name) or "") for name in FACTS)
    told = _texts(edition)
    others = {"facts": facts, "script": told.pop("spoken")}
    return told | others | {"files": repr((sorted(pictures), sorted(files)))}
