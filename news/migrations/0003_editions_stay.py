from django.db import migrations

from news.models.edition import STAYS


class Migration(migrations.Migration):
    dependencies = [("news", "0002_pulse_and_search_rows")]

    operations = [STAYS]
