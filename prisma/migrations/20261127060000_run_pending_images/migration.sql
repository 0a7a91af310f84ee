-- How many images of a run wait is kept, so that the room of the queue is known without counting them. A table of its own: its rows are
-- small and are rewritten with each image.
CREATE TABLE "run_pending_images" (
    "run_id" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "run_pending_images_pkey" PRIMARY KEY ("run_id")
);

ALTER TABLE "run_pending_images" ADD CONSTRAINT "run_pending_images_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "detection_run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- With room on its page a row is rewritten without touching the index.
ALTER TABLE run_pending_images
  SET (fillfactor = 50),
  ADD CHECK (count >= 0);

-- The images of a run come in one statement.
CREATE FUNCTION count_new_images() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO run_pending_images AS kept (run_id, count)
    SELECT run_id, count(*) FILTER (WHERE state = 'PENDING') FROM new_images GROUP BY run_id
    ON CONFLICT (run_id) DO UPDATE SET count = kept.count + excluded.count;
  RETURN NULL;
END $$;
CREATE TRIGGER run_image_count_new AFTER INSERT ON run_image REFERENCING NEW TABLE AS new_images
  FOR EACH STATEMENT EXECUTE FUNCTION count_new_images();

-- Workers on one run share its row. They lock it at the end of their transactions: for a moment only, and with nothing more to wait for,
-- so that two of them never wait for each other.
CREATE FUNCTION count_changed_image() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  change INTEGER := -(OLD.state = 'PENDING')::int;
BEGIN
  IF TG_OP = 'UPDATE' THEN change := change + (NEW.state = 'PENDING')::int; END IF;
  IF change <> 0 THEN UPDATE run_pending_images SET count = count + change WHERE run_id = OLD.run_id; END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER run_image_count_changed AFTER UPDATE OF state OR DELETE ON run_image DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION count_changed_image();

-- The triggers hold back whoever writes until this transaction ends, so that nothing is counted twice or left out.
INSERT INTO run_pending_images (run_id, count)
  SELECT run_id, count(*) FILTER (WHERE state = 'PENDING') FROM run_image GROUP BY run_id;

-- Few runs of all that ever were have not ended.
CREATE INDEX detection_run_unfinished_idx ON detection_run (id) WHERE status IN ('QUEUED', 'RUNNING');
