"""What search reads: derived rows, rebuilt from editions by ``news.indexing`` and nothing else."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models
from django.utils.translation import gettext_lazy as _

from news.models.edition import Edition
from news.models.subjects import Topic


class SearchDocument(models.Model):
    """The words of one approved edition, beside the facts that filters and facets ask for.

    ``vector`` holds words without positions or weights: where a word stands is said by its prefix
    (see news.indexing), so the index answers exactly and no search ever unpacks a vector.
    ``letters`` is every text folded and run together, one byte a letter: it tells whether words
    stand side by side.
    """

    edition = models.OneToOneField(
        Edition, models.CASCADE, primary_key=True, related_name="search_document"
    )
    language = models.CharField(max_length=2)
    kind = models.CharField(max_length=20)
    topic = models.ForeignKey(Topic, models.CASCADE, db_index=False)
    year = models.PositiveSmallIntegerField()
    districts = ArrayField(models.CharField(max_length=4), default=list)
    listed_at = models.DateTimeField()
    shown_from = models.DateTimeField()
    shown_until = models.DateTimeField(null=True)
    letters = models.BinaryField()
    vector = SearchVectorField()

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        indexes = [GinIndex(fields=["vector"], name="news_search_vector", fastupdate=False)]

    def __str__(self):
        return f"{self.edition_id}"


# Migration operation. Long columns leave the row, so thousands of matches are read from few pages;
# without statistics the planner always goes through the index instead of unpacking every vector.
NARROW_SEARCH_ROWS = migrations.RunSQL(
    "ALTER TABLE news_searchdocument SET (toast_tuple_target = 128);"
    "ALTER TABLE news_searchdocument ALTER COLUMN vector SET STATISTICS 0;"
    "ALTER TABLE news_searchdocument ALTER COLUMN letters SET STATISTICS 0;"
    # PostgreSQL's own compression gives up on vectors; not every server is built with the other.
    "DO $$ BEGIN ALTER TABLE news_searchdocument ALTER COLUMN vector SET COMPRESSION lz4;"
    " EXCEPTION WHEN OTHERS THEN NULL; END $$;",
    migrations.RunSQL.noop,
)


class SearchWord(models.Model):
    """A word of the indexed texts and in how many of them it stands: suggestions, spelling, and
    the choice of plan for words that stand nearly everywhere.
    """

    word = models.CharField(_("word"), max_length=80, primary_key=True)
    documents = models.IntegerField(_("articles"), default=0)
    inside = models.IntegerField(_("articles with it inside other words only"), default=0)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")

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
