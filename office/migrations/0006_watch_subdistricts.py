from django.db import migrations

from office import pulse


class Migration(migrations.Migration):
    dependencies = [("office", "0005_holidays")]

    operations = [pulse.watch("office_subdistrict")]
