-- The detections of an image once more, as one value: boards and evaluations read all boxes of many runs, and rows of boxes one by one
-- take ten times as long. Written with the image's outcome, never changed, and deleted with the run.
CREATE TABLE "packed_detections" (
    "run_id" INTEGER NOT NULL,
    "image_id" INTEGER NOT NULL,
    "boxes" BYTEA NOT NULL,

    CONSTRAINT "packed_detections_pkey" PRIMARY KEY ("run_id","image_id")
);

ALTER TABLE "packed_detections" ADD CONSTRAINT "packed_detections_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "detection_run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Doubles hardly compress, and up to 200 boxes fit on the page of their row.
ALTER TABLE packed_detections
  ALTER COLUMN boxes SET STORAGE EXTERNAL,
  SET (toast_tuple_target = 8160),
  ADD CHECK (octet_length(boxes) % 40 = 0);

-- How many detections an image has, and a run: null if it was not counted.
ALTER TABLE "run_image" ADD COLUMN "detection_count" INTEGER;
ALTER TABLE "run_pending_images" ADD COLUMN "detections" INTEGER;

CREATE OR REPLACE FUNCTION count_new_images() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO run_pending_images AS kept (run_id, count, detections)
    SELECT run_id, count(*) FILTER (WHERE state = 'PENDING'),
      CASE WHEN bool_or(state = 'COMPLETED' AND detection_count IS NULL) THEN NULL ELSE coalesce(sum(detection_count), 0) END
    FROM new_images GROUP BY run_id
    ON CONFLICT (run_id) DO UPDATE SET count = kept.count + excluded.count, detections = kept.detections + excluded.detections;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION count_changed_image() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  change INTEGER := -(OLD.state = 'PENDING')::int;
  boxes INTEGER := 0;
BEGIN
  -- Images with a result are deleted with their run alone, and their number goes with it.
  IF TG_OP = 'UPDATE' THEN
    change := change + (NEW.state = 'PENDING')::int;
    boxes := CASE WHEN NEW.state = 'COMPLETED' THEN NEW.detection_count ELSE 0 END
      - CASE WHEN OLD.state = 'COMPLETED' THEN OLD.detection_count ELSE 0 END;
  END IF;
  IF change <> 0 OR boxes <> 0 OR boxes IS NULL THEN
    UPDATE run_pending_images SET count = count + change, detections = detections + boxes WHERE run_id = OLD.run_id;
  END IF;
  RETURN NULL;
END $$;

INSERT INTO packed_detections (run_id, image_id, boxes)
  SELECT run_id, image_id, string_agg(float8send(x1) || float8send(y1) || float8send(x2) || float8send(y2) || float8send(score), ''::bytea ORDER BY rank)
  FROM detection GROUP BY run_id, image_id
  UNION ALL
  SELECT run_id, image_id, ''::bytea FROM run_image
  WHERE state = 'COMPLETED' AND NOT EXISTS (SELECT FROM detection WHERE detection.run_id = run_image.run_id AND detection.image_id = run_image.image_id);

-- No answer changes.
ALTER TABLE run_image DISABLE TRIGGER run_image_note_change;
ALTER TABLE run_pending_images DISABLE TRIGGER run_pending_images_note_change;
UPDATE run_image SET detection_count = octet_length(boxes) / 40 FROM packed_detections AS packed
  WHERE packed.run_id = run_image.run_id AND packed.image_id = run_image.image_id AND state = 'COMPLETED';
UPDATE run_pending_images AS kept SET detections = (SELECT coalesce(sum(detection_count), 0) FROM run_image WHERE run_image.run_id = kept.run_id);
ALTER TABLE run_image ENABLE TRIGGER run_image_note_change;
ALTER TABLE run_pending_images ENABLE TRIGGER run_pending_images_note_change;

-- A run's best detections, without sorting all of them.
CREATE INDEX "detection_run_id_score_idx" ON "detection"("run_id", "score");

-- Most detectors have no classes: their boxes need no entry.
DROP INDEX "detection_pseudo_cluster_id_idx";
CREATE INDEX detection_in_cluster_idx ON detection (pseudo_cluster_id) WHERE pseudo_cluster_id IS NOT NULL;

-- Watched as the rows of the detections are (data_changes).
CREATE TRIGGER packed_detections_note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON packed_detections
  FOR EACH STATEMENT EXECUTE FUNCTION note_data_change('PROGRESS');
