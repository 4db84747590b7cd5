from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("news", "0002_pulse_and_search_rows")]

    operations = [
        migrations.RunSQL(
            """
    CREATE FUNCTION news_edition_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.state <> 'approved' THEN
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        IF TG_OP = 'DELETE' THEN
            IF EXISTS (SELECT 1 FROM news_article WHERE id = OLD.article_id AND NOT is_sample) THEN
                RAISE EXCEPTION 'An approved edition is never deleted.'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'news_edition_stays';
            END IF;
            RETURN OLD;
        END IF;
        IF NEW.state = 'draft' AND OLD.shown_from > statement_timestamp() THEN
            RETURN NEW;
        END IF;
        IF (NEW.article_id, NEW.version, NEW.state, NEW.title, NEW.must_know, NEW.lead,
                NEW.body, NEW.event_on, NEW.event_place, NEW.presided_by, NEW.source_agency,
                NEW.source_url, NEW.approved_at, NEW.approved_by_id)
            IS DISTINCT FROM
                (OLD.article_id, OLD.version, OLD.state, OLD.title, OLD.must_know, OLD.lead,
                OLD.body, OLD.event_on, OLD.event_place, OLD.presided_by, OLD.source_agency,
                OLD.source_url, OLD.approved_at, OLD.approved_by_id) THEN
            RAISE EXCEPTION 'An approved edition is never changed: revise the article.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'news_edition_stays';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER news_edition_stays BEFORE UPDATE OR DELETE ON news_edition
        FOR EACH ROW EXECUTE FUNCTION news_edition_stays();
    """,
            "DROP FUNCTION news_edition_stays() CASCADE",
        )
    ]
