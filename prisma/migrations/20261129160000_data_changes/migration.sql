-- Counts the transactions that changed what answers of the graph rest on, so that a server may keep an answer for as long as
-- none did. Each such transaction adds a row of its own, and never waits for another: a counter that all would increase would
-- let one write after the other.

-- CreateTable
CREATE TABLE "data_change" (
    "kind" TEXT NOT NULL,
    "transaction_id" BIGINT NOT NULL,
    "changes" BIGINT NOT NULL DEFAULT 1,

    CONSTRAINT "data_change_pkey" PRIMARY KEY ("kind","transaction_id")
);

-- The invariants.

ALTER TABLE data_change ADD CHECK (kind IN ('DATA', 'PROGRESS'));
ALTER TABLE data_change ADD CHECK (changes >= 1);

-- A row becomes visible with the change that it counts. It is deleted when it is added to the row of transaction 0
-- (src/database/dataChanges.ts), so that the sum only grows.
CREATE FUNCTION note_data_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO data_change (kind, transaction_id) VALUES (TG_ARGV[0], pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

-- Tables of which a statement changes many rows.
DO $$
DECLARE
  name text;
  kind text;
BEGIN
  FOREACH name IN ARRAY ARRAY['patient', 'study', 'series', 'bookmarked_image', 'lesion', 'lesion_feature', 'pseudo_cluster',
    'cluster_assignment', 'categorization_iteration', 'categorization_scan', 'metric_point', 'detection', 'run_image', 'run_pending_images'] LOOP
    kind := CASE WHEN name IN ('detection', 'run_image', 'run_pending_images') THEN 'PROGRESS' ELSE 'DATA' END;
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION note_data_change(%L)',
      name || '_note_change', name, kind);
  END LOOP;
END $$;

-- Tables whose rows are written one by one, and often as they were.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['dataset', 'dataset_edit', 'dataset_source', 'encoder', 'categorization', 'detector', 'detection_run',
    'detection_submission', 'evaluation', 'detection_review', 'tombstone', 'dataset_access', 'dataset_terms', 'terms_acceptance'] LOOP
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION note_data_change(''DATA'')',
      name || '_note_row', name);
    EXECUTE format('CREATE TRIGGER %I AFTER UPDATE ON %I FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_data_change(''DATA'')',
      name || '_note_update', name);
    EXECUTE format('CREATE TRIGGER %I AFTER TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION note_data_change(''DATA'')',
      name || '_note_truncate', name);
  END LOOP;
END $$;
