-- What a caller sees of the graph also depends on hidden splits, and answers of filters on cohorts: their changes are counted too
-- (migration data_changes).

CREATE TRIGGER cohort_lesion_note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON cohort_lesion
  FOR EACH STATEMENT EXECUTE FUNCTION note_data_change('DATA');

-- Tables whose rows are written one by one, and often as they were.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['cohort', 'hidden_split', 'hidden_split_try'] LOOP
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION note_data_change(''DATA'')',
      name || '_note_row', name);
    EXECUTE format('CREATE TRIGGER %I AFTER UPDATE ON %I FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_data_change(''DATA'')',
      name || '_note_update', name);
    EXECUTE format('CREATE TRIGGER %I AFTER TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION note_data_change(''DATA'')',
      name || '_note_truncate', name);
  END LOOP;
END $$;
