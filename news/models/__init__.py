from news.models.article import Article, TaggedArticle
from news.models.edition import Edition
from news.models.event import Event
from news.models.link_check import LinkCheck
from news.models.media import Attachment, EditionPicture, Picture
from news.models.search import SearchDocument, SearchWord, SynonymSet
from news.models.subjects import Tag, Topic

__all__ = [
    "Article",
    "Attachment",
    "Edition",
    "EditionPicture",
    "Event",
    "LinkCheck",
    "Picture",
    "SearchDocument",
    "SearchWord",
    "SynonymSet",
    "Tag",
    "TaggedArticle",
    "Topic",
]
