from django.db import migrations

from office import pulse


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_surveys")]

    operations = [
        pulse.watch("surveys_stratum"),
        # Of quotas all but how far they are filled, which changes with every answer.
        migrations.RunSQL(
            """
            CREATE TRIGGER office_pulse
                AFTER INSERT OR DELETE OR UPDATE OF survey_id, condition ON surveys_quota
                FOR EACH STATEMENT EXECUTE FUNCTION office_pulse_move();
            """,
            "DROP TRIGGER office_pulse ON surveys_quota",
        ),
    ]
