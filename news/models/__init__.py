from news.models.article import Article, TaggedArticle
from news.models.claims import Claim, Evidence, Verdict
from news.models.edition import Edition
from news.models.media import Attachment, EditionPicture, Picture
from news.models.search import SearchDocument, SearchWord, SynonymSet
from news.models.subjects import Tag, Topic

__all__ = [
    "Article",
    "Attachment",
    "Claim",
    "Edition",
    "EditionPicture",
    "Evidence",
    "Picture",
    "SearchDocument",
    "SearchWord",
    "SynonymSet",
    "Tag",
    "TaggedArticle",
    "Topic",
    "Verdict",
]
