"""The feed of one partner as Atom, for machines that know no other."""

from datetime import datetime

from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.utils.translation import gettext as _


def changed_at(item: dict) -> datetime:
    """When an item of ``delivering.fetch`` came to say what it says."""
    moments = [item["date_published"], item["_lopburi"].get("shown_from")]
    return max(datetime.fromisoformat(moment) for moment in moments if moment)


class ChannelFeed(Atom1Feed):
    """The feed of one partner, with tombstones (RFC 6721) for what was withdrawn.

    Takes ``gone`` (dictionaries with id, at, reason) and ``since``, its moment while it is empty.
    """

    def root_attributes(self):
        return super().root_attributes() | {"xmlns:at": "http://purl.org/atompub/tombstones/1.0"}

    def latest_post_date(self):
        moments = [item["updateddate"] for item in self.items]
        moments += [each["at"] for each in self.feed["gone"]]
        return max(moments, default=self.feed["since"])

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        for each in self.feed["gone"]:
            at = rfc3339_date(each["at"])
            handler.startElement("at:deleted-entry", {"ref": each["id"], "when": at})
            handler.addQuickElement("at:comment", each["reason"])
            handler.endElement("at:deleted-entry")

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        if item["confirm_url"]:
            title = {"title": _("Confirm that you have read it")}
            link = {"rel": "related", "href": item["confirm_url"]}
            handler.addQuickElement("link", "", link | title)
