"""What the page for everybody and that of the office both show of how far the news was carried."""

from urllib.parse import urlencode

from django.utils.translation import gettext as _

from network.models import Means
from news import reach as reaching


def page(asked: reaching.Asked, base: str, stand: reaching.Stand) -> dict:
    """The context of templates/news/reach.html; ``base`` is the address of the page."""
    found = reaching.reach(asked, stand)
    rows = reaching.by_district(found)
    most = max((each.reports for each in found.means), default=0)
    return {
        "asked": asked,
        "stand": stand,
        "reach": found,
        "rows": rows,
        "tiles": reaching.tiles(rows),
        "reached": sum(len(row.reached) for row in rows),
        "total": sum(row.total for row in rows),
        "periods": [
            (label, base + _query(asked, period=key), key == asked.period.key)
            for key, label in reaching.PERIODS.items()
        ],
        "means": [
            (each, base + _query(asked, means=each.means), 100 * each.reports // most)
            for each in found.means
        ],
        "chosen_means": Means(asked.means).label if asked.means else "",
        "all_means_url": base + _query(asked, means=""),
        "fewest": reaching.FEWEST_PARTNERS,
        "caption": _("Subdistricts reached in each district"),
        "unit": _("subdistricts reached"),
    }


def _query(asked, **more):
    parts = {"period": asked.period.key, "means": asked.means} | more
    if parts["period"] == reaching.USUAL:
        parts["period"] = ""
    kept = {name: value for name, value in parts.items() if value}
    return "?" + urlencode(kept) if kept else ""
