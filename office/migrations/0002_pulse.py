from django.db import migrations

from office import pulse


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]

    operations = [
        pulse.CREATE,
        pulse.watch("office_officeidentity", "office_province", "office_district"),
    ]
