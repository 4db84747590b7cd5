from news.models.alerts import Alert
from news.models.article import Article, TaggedArticle
from news.models.edition import Edition
from news.models.media import Attachment, EditionPicture, Picture
from news.models.occasions import Occasion
from news.models.readers import Challenge, Follower, Letter, LetterRound, StarVote
from news.models.search import SearchDocument, SearchWord, SynonymSet
from news.models.subjects import Tag, Topic

__all__ = [
    "Alert",
    "Article",
    "Attachment",
    "Challenge",
    "Edition",
    "EditionPicture",
    "Follower",
    "Letter",
    "LetterRound",
    "Occasion",
    "Picture",
    "SearchDocument",
    "SearchWord",
    "StarVote",
    "SynonymSet",
    "Tag",
    "TaggedArticle",
    "Topic",
]
