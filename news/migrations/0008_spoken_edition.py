from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("news", "0007_register")]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="spoken",
            field=models.TextField(
                blank=True,
                help_text="Greeting, one subject, what to do, when and where, whom to call, once more. A line for each. Thai only.",
                max_length=1500,
                verbose_name="loudspeaker script",
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="spoken_budget",
            field=models.PositiveSmallIntegerField(
                choices=[(30, "30 seconds"), (60, "60 seconds")],
                default=60,
                verbose_name="length of the script",
            ),
        ),
    ]
