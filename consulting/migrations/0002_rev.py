from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("consulting", "0001_requests")]

    operations = [
        # What was sent never says anything else; it may fall silent, when its people are forgotten.
        migrations.RunSQL(
            """
            DROP TRIGGER consulting_message_stays ON consulting_message;
            CREATE TRIGGER consulting_message_stays
                BEFORE UPDATE OF text, is_answer, author_id, sent_at, state ON consulting_message
                FOR EACH ROW WHEN (OLD.state = 'sent' AND OLD.text <> NEW.text AND NEW.text <> ''
                    OR OLD.state = 'sent' AND OLD.state <> NEW.state)
                EXECUTE FUNCTION consulting_stays();
            """,
            """
            DROP TRIGGER consulting_message_stays ON consulting_message;
            CREATE TRIGGER consulting_message_stays
                BEFORE UPDATE OF text, is_answer, author_id, sent_at, state ON consulting_message
                FOR EACH ROW WHEN (OLD.state = 'sent' AND OLD.text <> NEW.text
                    OR OLD.state = 'sent' AND OLD.state <> NEW.state)
                EXECUTE FUNCTION consulting_stays();
            """,
        ),
    ]
