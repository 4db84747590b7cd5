import django.db.models.deletion
from django.db import migrations, models

from news.models.search import NARROW_SEARCH_ROWS
from office import pulse


class Migration(migrations.Migration):
    dependencies = [("news", "0002_pulse")]

    operations = [
        migrations.RunSQL("DELETE FROM news_searchdocument", migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="searchdocument", name="news_search_listed"),
        migrations.AlterField(
            model_name="searchdocument",
            name="topic",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="news.topic"
            ),
        ),
        migrations.AddField(
            model_name="searchdocument",
            name="letters",
            field=models.BinaryField(default=b""),
            preserve_default=False,
        ),
        migrations.DeleteModel(name="SearchWord"),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "word",
                    models.CharField(
                        max_length=80, primary_key=True, serialize=False, verbose_name="word"
                    ),
                ),
                ("documents", models.IntegerField(default=0, verbose_name="articles")),
                (
                    "inside",
                    models.IntegerField(
                        default=0, verbose_name="articles with it inside other words only"
                    ),
                ),
            ],
            options={"verbose_name": "search word", "verbose_name_plural": "search words"},
        ),
        NARROW_SEARCH_ROWS,
        # Rows of an import follow in a transaction of their own.
        pulse.watch("news_searchdocument"),
    ]
