from django.db import migrations

from news.models.search import NARROW_SEARCH_ROWS
from office import pulse


class Migration(migrations.Migration):
    dependencies = [("news", "0001_initial"), ("office", "0002_pulse")]

    operations = [
        pulse.watch(
            "news_topic",
            "news_tag",
            "news_taggedarticle",
            "news_article",
            "news_article_districts",
            "news_article_provinces",
            "news_article_issues",
            "news_edition",
            "news_editionpicture",
            "news_picture",
            "news_attachment",
            "news_synonymset",
            # Rows of an import follow in a transaction of their own.
            "news_searchdocument",
        ),
        NARROW_SEARCH_ROWS,
    ]
