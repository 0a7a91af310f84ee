-- A detector may be external: it runs elsewhere, and only its detections are here. It has neither a model nor a manifest, and its runs have no
-- checksum of a model.

-- CreateEnum
CREATE TYPE "detector_source" AS ENUM ('EXTERNAL', 'REGISTERED', 'SHIPPED');

-- AlterTable
ALTER TABLE "detector" ADD COLUMN "source" "detector_source" NOT NULL DEFAULT 'SHIPPED', ADD COLUMN "url" TEXT, ADD COLUMN "citation" TEXT,
  ALTER COLUMN "architecture" DROP NOT NULL, ALTER COLUMN "model_sha256" DROP NOT NULL, ALTER COLUMN "manifest" DROP NOT NULL;
ALTER TABLE "detection_run" ALTER COLUMN "score_threshold" DROP NOT NULL, ALTER COLUMN "nms_iou_threshold" DROP NOT NULL,
  ALTER COLUMN "max_detections_per_image" DROP NOT NULL, ALTER COLUMN "model_sha256" DROP NOT NULL;

-- What there is has a model: in the database if it was registered, else in a folder.
UPDATE detector SET source = 'REGISTERED' WHERE stored_bytes IS NOT NULL;

-- The invariants.

ALTER TABLE detector
  ADD CONSTRAINT detector_external_has_no_model CHECK ((source = 'EXTERNAL') = (model_sha256 IS NULL)),
  ADD CONSTRAINT detector_external_has_no_manifest CHECK ((source = 'EXTERNAL') = (manifest IS NULL)),
  ADD CONSTRAINT detector_registered_is_stored CHECK ((source = 'REGISTERED') = (stored_bytes IS NOT NULL)),
  ADD CONSTRAINT detector_model_has_architecture CHECK (source = 'EXTERNAL' OR architecture IS NOT NULL),
  ADD CONSTRAINT detector_texts_are_external CHECK (source = 'EXTERNAL' OR (url IS NULL AND citation IS NULL)),
  ADD CONSTRAINT detector_url_is_http CHECK (url ~ '^https?://');
CREATE UNIQUE INDEX detector_external_key ON detector (name, version) WHERE source = 'EXTERNAL';

ALTER TABLE detection_run ADD CONSTRAINT detection_run_of_model_has_settings
  CHECK (model_sha256 IS NULL OR num_nulls(score_threshold, nms_iou_threshold, max_detections_per_image) = 0);

-- A name and version are an external detector's or a model's; two that insert the same ones at once do it one after the other.
CREATE FUNCTION check_detector_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('detector ' || NEW.name || '@' || NEW.version, 0));
  IF EXISTS (
    SELECT FROM detector AS other
    WHERE other.id <> NEW.id AND other.name = NEW.name AND other.version = NEW.version AND (other.source = 'EXTERNAL') <> (NEW.source = 'EXTERNAL')
  ) THEN
    RAISE EXCEPTION 'detector %@% cannot be external and have a model', NEW.name, NEW.version USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER detector_name BEFORE INSERT OR UPDATE OF name, version, source ON detector FOR EACH ROW EXECUTE FUNCTION check_detector_name();

-- A detector stays what it is, so that what is true of its runs when they are stored stays true.
CREATE FUNCTION check_detector_source_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'detector %@% cannot change from % to %', OLD.name, OLD.version, OLD.source, NEW.source USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER detector_source_move BEFORE UPDATE OF source ON detector FOR EACH ROW
  WHEN ((OLD.source = 'EXTERNAL') <> (NEW.source = 'EXTERNAL')) EXECUTE FUNCTION check_detector_source_move();

-- A run has no checksum of a model exactly if its detector has none. Detections in uploads always have one: an external detector makes none.
CREATE FUNCTION check_model_of_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM detector WHERE id = NEW.detector_id AND (source = 'EXTERNAL') <> (NEW.model_sha256 IS NULL)) THEN
    RAISE EXCEPTION '% % has no checksum of a model exactly if its detector is external', TG_TABLE_NAME, NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER detection_run_model BEFORE INSERT OR UPDATE OF detector_id, model_sha256 ON detection_run
  FOR EACH ROW EXECUTE FUNCTION check_model_of_job();
CREATE TRIGGER upload_detection_model BEFORE INSERT OR UPDATE OF detector_id, model_sha256 ON upload_detection
  FOR EACH ROW EXECUTE FUNCTION check_model_of_job();
