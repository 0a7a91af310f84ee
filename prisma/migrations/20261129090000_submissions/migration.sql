-- Detections that were made elsewhere: a client sends a file, and it becomes a run of an external detector.

-- AlterEnum
ALTER TYPE "upload_kind" ADD VALUE 'DETECTIONS';

-- AlterTable
ALTER TABLE "detector" ADD COLUMN "licence" TEXT, ADD COLUMN "training_data" TEXT, ADD COLUMN "contact" TEXT;

-- CreateTable
CREATE TABLE "detection_submission" (
    "run_id" INTEGER NOT NULL,
    "upload_id" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "box_convention" TEXT,
    "pixel_convention" "pixel_convention" NOT NULL,
    "score_transform" TEXT,
    "is_list_in_file" BOOLEAN NOT NULL,
    "image_ids" INTEGER[],
    "file_bytes" DOUBLE PRECISION NOT NULL,
    "file_sha256" TEXT,
    "bytes_read" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "box_count" INTEGER,
    "clipped_count" INTEGER,
    "ignored_fields" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "problems" JSONB NOT NULL DEFAULT '[]',
    "problem_count" INTEGER NOT NULL DEFAULT 0,
    "suspicions" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "detection_submission_pkey" PRIMARY KEY ("run_id")
);

-- AddForeignKey
ALTER TABLE "detection_submission" ADD CONSTRAINT "detection_submission_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "detection_run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The invariants.

ALTER TABLE detector DROP CONSTRAINT detector_texts_are_external,
  ADD CONSTRAINT detector_texts_are_external CHECK (source = 'EXTERNAL' OR num_nonnulls(url, citation, licence, training_data, contact) = 0);

-- A model or a file of detections has no slices, everything else has some. The new value is compared as text, since a transaction that adds
-- a value must not use it.
DO $$
DECLARE
  found TEXT;
BEGIN
  FOR found IN
    SELECT conname FROM pg_constraint WHERE conrelid = 'upload'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%MODEL%'
  LOOP
    EXECUTE format('ALTER TABLE upload DROP CONSTRAINT %I', found);
  END LOOP;
END $$;
ALTER TABLE upload
  ADD CONSTRAINT upload_slices_check CHECK ((kind::text IN ('MODEL', 'DETECTIONS')) = (cardinality(slice_indices) = 0)),
  ADD CONSTRAINT upload_size_check CHECK ((kind::text IN ('MODEL', 'DETECTIONS')) = (width IS NULL) AND (width IS NULL) = (height IS NULL));

ALTER TABLE detection_submission
  ADD CHECK (upload_id ~ '^[A-Za-z0-9_-]{22}$'),
  ADD CHECK (format IN ('COCO_RESULTS', 'CSV', 'NDJSON', 'PARQUET')),
  ADD CHECK (box_convention IN ('XYXY', 'XYWH')),
  ADD CHECK (score_transform IN ('SIGMOID', 'RANK')),
  ADD CHECK (image_ids IS NOT NULL AND ignored_fields IS NOT NULL),
  ADD CHECK (file_bytes >= 0 AND bytes_read >= 0),
  ADD CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
  ADD CHECK (box_count >= 0 AND clipped_count BETWEEN 0 AND box_count AND problem_count >= 0),
  ADD CHECK (jsonb_typeof(problems) = 'array' AND jsonb_typeof(suspicions) = 'array');

-- Only runs of external detectors come from files.
CREATE FUNCTION check_submitted_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM detection_run WHERE id = NEW.run_id AND model_sha256 IS NOT NULL) THEN
    RAISE EXCEPTION 'detection_run % has a model, so that its detections cannot come from a file', NEW.run_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER detection_submission_run BEFORE INSERT OR UPDATE OF run_id ON detection_submission FOR EACH ROW EXECUTE FUNCTION check_submitted_run();
