from news.models.alerts import Alert
from news.models.article import Article, TaggedArticle
from news.models.broadcasts import Broadcast, Pickup
from news.models.claims import Claim, Evidence, Verdict
from news.models.distribution import ChaseRound, Delivery, Release, Wish
from news.models.edition import Edition
from news.models.event import Event
from news.models.link_check import LinkCheck
from news.models.media import Attachment, EditionPicture, Picture
from news.models.occasions import Occasion
from news.models.readers import Challenge, Follower, Letter, LetterRound, StarVote
from news.models.register import Fingerprint, LedgerEntry, SigningKey
from news.models.search import SearchDocument, SearchWord, SynonymSet
from news.models.subjects import Tag, Topic
from news.models.voices import VoiceUse

__all__ = [
    "Alert",
    "Article",
    "Attachment",
    "Broadcast",
    "Challenge",
    "ChaseRound",
    "Claim",
    "Delivery",
    "Edition",
    "EditionPicture",
    "Event",
    "Evidence",
    "Fingerprint",
    "Follower",
    "LedgerEntry",
    "Letter",
    "LetterRound",
    "LinkCheck",
    "Occasion",
    "Pickup",
    "Picture",
    "Release",
    "SearchDocument",
    "SearchWord",
    "SigningKey",
    "StarVote",
    "SynonymSet",
    "Tag",
    "TaggedArticle",
    "Topic",
    "Verdict",
    "VoiceUse",
    "Wish",
]
