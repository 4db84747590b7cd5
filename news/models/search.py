"""What search reads: derived rows, rebuilt from editions by ``news.indexing`` and nothing else."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from news.models.edition import Edition


class SearchDocument(models.Model):
    """The words of one approved edition, beside the facts that filters and facets ask for."""

    edition = models.OneToOneField(
        Edition, models.CASCADE, primary_key=True, related_name="search_document"
    )
    language = models.CharField(max_length=2)
    kind = models.CharField(max_length=20)
    topic = models.ForeignKey("Topic", models.CASCADE)
    year = models.PositiveSmallIntegerField()
    districts = ArrayField(models.CharField(max_length=4), default=list)
    listed_at = models.DateTimeField()
    shown_from = models.DateTimeField()
    shown_until = models.DateTimeField(null=True)
    vector = SearchVectorField()

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        indexes = [
            GinIndex(fields=["vector"], name="news_search_vector", fastupdate=False),
            models.Index(fields=["-listed_at"], name="news_search_listed"),
        ]

    def __str__(self):
        return f"{self.edition_id}"


class SearchWord(models.Model):
    """A word of the published texts and in how many of them it stands: suggestions, spelling."""

    word = models.CharField(_("word"), max_length=80, unique=True)
    documents = models.PositiveIntegerField(_("articles"), default=0)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        indexes = [
            models.Index(fields=["word"], opclasses=["text_pattern_ops"], name="news_word_prefix")
        ]

    def __str__(self):
        return self.word


class SynonymSet(models.Model):
    """Words that mean the same to a reader who searches."""

    words = models.TextField(
        _("words"),
        help_text=_("One on each line, for example ลพบุรี / Lopburi / Lop Buri / ละโว้"),
    )
    is_sample = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")

    def __str__(self):
        return ", ".join(self.words.split("\n")[:4])
