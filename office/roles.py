"""Who in the office may do what: the roles as data, given to people through groups."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

EDITOR, HEAD, OFFICER = "editor", "head", "officer"
PLANNER, PARTNER = "planner", "partner"

# Group.name keeps the key; people read these.
LABELS = {
    HEAD: _("Head of office"),
    EDITOR: _("Editor"),
    OFFICER: _("Network officer"),
    PLANNER: _("Planner"),
    PARTNER: _("Partner"),
}


def _may(verbs, *models):
    apps_and_models = (model.split(".") for model in models)
    return {f"{app}.{verb}_{model}" for app, model in apps_and_models for verb in verbs.split()}


_PLACES = ("office.province", "office.district", "office.subdistrict")
_OFFICE = (
    *_PLACES,
    *("office.officeidentity", "office.standingpage", "office.communicationissue"),
    *("office.provincialcluster", "office.clustermembership", "office.holiday"),
)
_NEWS = (
    *("news.edition", "news.editionpicture", "news.attachment", "news.picture", "news.tag"),
    "news.event",
)

_NETWORK = ("network.organization", "network.person", "network.membership")
# Others write them; the office only decides.
_ASKED = ("network.application", "network.changeproposal", "network.applicationletter")
# Who may change a meeting may let people in, tick who came and issue certificates.
_MEETINGS = _may("view add change", "network.meeting")
# Lending is the steps of network.lending; who may change a loan or a thing may take them.
_EQUIPMENT = _may("view add change", "network.asset", "network.loan", "network.stocktake") | _may(
    "view change", "network.reminder"
)

# To send news to the network, follow it and call who has not confirmed.
_DISTRIBUTION = _may("view", "network.channel", "news.wish", "news.delivery") | {
    *("news.view_release", "news.add_release", "news.call_delivery"),
    "news.view_broadcast",
}
# To check what partners report, and to write down what they tell by telephone.
_BROADCASTS = {"news.add_broadcast", "news.verify_broadcast"}

# To read what people of the network say, and to decide what becomes of it.
_VOICES = _may("view change", "network.voice")

# Casework is the steps of consulting.casework; who may change a request may take the ordinary ones.
# What others may learn from is written by these too, and published by somebody else.
_ADVICE = (
    _may("view add change", "consulting.advisoryrequest", "consulting.appointment")
    | _may("view", "consulting.topic", "consulting.rating", "consulting.servicestandard")
    | _may("view add change delete", "consulting.availability", "consulting.absence")
    | _may("view change", "consulting.requestletter", "consulting.service")
    | _may("view add change", "consulting.resource", "consulting.resourceedition")
    | {"consulting.review_message"}
)
_ADVICE_OF_HEAD = _ADVICE | {
    *("consulting.assign_advisoryrequest", "consulting.decide_advisoryrequest"),
    "consulting.publish_resourceedition",
    *_may("add change", "consulting.topic"),
    *_may("view add", "consulting.questionset", "consulting.servicestandard"),
}

# To plan a survey and write what it asks. Who may open it publishes versions of its questionnaire.
_SURVEYS = _may("view add change", "surveys.survey", "surveys.questionnaire") | _may(
    "view add change", "surveys.libraryquestion"
)
# To plan the sample and run the fieldwork: counts and flags, never what was answered.
_FIELDWORK = _may("view change", "surveys.stratum", "surveys.heldsubmission") | _may(
    "view add change", "surveys.interviewer", "surveys.paperform"
)
# The content of answers before results are published: for whoever weights them, and the head.
_ANALYST = {
    *("surveys.read_answers_survey", "surveys.weigh_survey", "surveys.view_publication"),
}
# What came of a survey: findings, and the replies of agencies.
_FINDINGS = _may("view add change", "surveys.finding")

_VIEW_NEWS = _may("view", *_NEWS, "news.alert", "news.article", "news.topic")
_EDITOR = (
    _VIEW_NEWS
    | _may("add change", *_NEWS)
    # Of editions and events only drafts can be deleted, of pictures only those that none shows.
    | _may("delete", "news.edition", "news.editionpicture", "news.attachment", "news.picture")
    # Alerts only until they are issued.
    | _may("add change delete", "news.alert")
    | _may("view change", "news.challenge")
    | _may("view", *_OFFICE, "news.synonymset", "news.occasion")
    | _may("view change", "news.claim", "news.verdict")
    | _may("view add change delete", "news.evidence")
    | _may("delete", "news.event")
    | _DISTRIBUTION
    # Of voices only those handed to the editors and fact-checkers, without their senders.
    | {"network.view_voice"}
    | _may("view add change", "consulting.resource", "consulting.resourceedition")
    | _may("view", "consulting.topic")
    # News that was ordered under a request; of the request itself its number and agency alone.
    | _may("view change", "consulting.service")
    | _SURVEYS
    | _FIELDWORK
)

ROLES = {
    EDITOR: _EDITOR,
    HEAD: _EDITOR
    | {"news.publish_edition", "news.publish_in_emergency", "news.issue_alert"}
    | {"news.publish_verdict"}
    | _may("change", "office.officeidentity", "office.standingpage", "news.topic")
    # Only the head says on which days the office is closed.
    | _may("add change", "office.holiday")
    | _may("delete", "news.tag")
    | _may("view delete", "news.follower")
    | _may("view change", "news.letter")
    | _may("add change delete", "news.synonymset", "news.occasion")
    | {"news.approve_release"}
    | _BROADCASTS
    | _may("view add change", *_NETWORK, "network.channel", "news.wish")
    | _may("view change", *_ASKED)
    | _may("delete", "network.application")
    | _MEETINGS
    | {"network.forget_person"}
    | _may("delete", "network.voice")
    | _VOICES
    | _ADVICE_OF_HEAD
    | {"surveys.open_survey", "surveys.publish_publication"}
    | _ANALYST
    | _FINDINGS
    | _may("delete", "surveys.libraryquestion")
    | _EQUIPMENT,
    OFFICER: _VIEW_NEWS
    | _DISTRIBUTION
    | _BROADCASTS
    | _may("view", *_PLACES, "office.holiday")
    | _may("view add change", *_NETWORK, "network.channel", "news.wish")
    | _may("view change", *_ASKED)
    | _MEETINGS
    | {"network.forget_person"}
    | _VOICES
    | _ADVICE
    | _SURVEYS
    | _FIELDWORK
    | _FINDINGS
    | {"surveys.open_survey"}
    | _EQUIPMENT,
    PLANNER: _VIEW_NEWS
    | _may("view", *_OFFICE)
    | _may("add change", "office.communicationissue")
    | _SURVEYS
    | _FIELDWORK
    | _FINDINGS
    | _ANALYST,
    PARTNER: set(),
}
STAFF = {EDITOR, HEAD, OFFICER, PLANNER}  # who enters the back office


@transaction.atomic
def sync() -> list[str]:
    """Give each role's group exactly its permissions; the keys of the groups it changed.

    Raises LookupError with the permissions that no model has.
    """
    named = Concat(F("content_type__app_label"), Value("."), F("codename"))
    wanted = set().union(*ROLES.values())
    found = dict(
        Permission.objects.annotate(name_in_code=named)
        .filter(name_in_code__in=wanted)
        .values_list("name_in_code", "pk")
    )
    if unknown := wanted - found.keys():
        raise LookupError(f"No model has these permissions: {', '.join(sorted(unknown))}.")
    changed = []
    for role, permissions in ROLES.items():
        group, is_new = Group.objects.get_or_create(name=role)
        keys = {found[permission] for permission in permissions}
        if is_new or keys != set(group.permissions.values_list("pk", flat=True)):
            group.permissions.set(keys)
            changed.append(role)
    return changed
