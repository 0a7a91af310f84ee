-- Categorizations and detections in uploads are jobs as runs are: they can be cancelled, followed, and say who asked for them.
ALTER TYPE "categorization_status" ADD VALUE 'CANCELLED';

-- AlterTable
ALTER TABLE "upload_detection" ADD COLUMN "client" TEXT, ADD COLUMN "started_at" TIMESTAMPTZ(3);

-- The invariants. A value that was just added to an enum cannot be named in the same transaction; the bodies of functions are read later.

ALTER TABLE categorization DROP CONSTRAINT categorization_check1;
ALTER TABLE categorization ADD CONSTRAINT categorization_check1 CHECK ((status IN ('QUEUED', 'RUNNING')) = (finished_at IS NULL));

-- One table of the legal moves for all jobs; src/job.ts has the same.
CREATE FUNCTION check_job_status_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = OLD.status
    OR (OLD.status = 'QUEUED' AND NEW.status IN ('RUNNING', 'FAILED', 'CANCELLED'))
    OR (OLD.status = 'RUNNING' AND NEW.status IN ('SUCCEEDED', 'FAILED', 'CANCELLED'))
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% % cannot move from % to %', TG_TABLE_NAME, OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
END $$;
DROP TRIGGER detection_run_status_move ON detection_run;
DROP TRIGGER categorization_status_move ON categorization;
DROP FUNCTION check_run_status_move;
DROP FUNCTION check_categorization_status_move;
CREATE TRIGGER detection_run_status_move BEFORE UPDATE OF status ON detection_run FOR EACH ROW EXECUTE FUNCTION check_job_status_move();
CREATE TRIGGER categorization_status_move BEFORE UPDATE OF status ON categorization FOR EACH ROW EXECUTE FUNCTION check_job_status_move();
CREATE TRIGGER upload_detection_status_move BEFORE UPDATE OF status ON upload_detection FOR EACH ROW EXECUTE FUNCTION check_job_status_move();

-- Who follows one is told of every change; the channel is the table, the payload its id.
CREATE FUNCTION notify_categorization_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('categorization', NEW.id::text);
  RETURN NULL;
END $$;
CREATE TRIGGER categorization_notify AFTER UPDATE OF status, completed ON categorization FOR EACH ROW EXECUTE FUNCTION notify_categorization_change();

CREATE FUNCTION notify_upload_detection_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('upload_detection', CASE TG_TABLE_NAME WHEN 'upload_detection' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> 'detection_id' END);
  RETURN NULL;
END $$;
CREATE TRIGGER upload_detection_notify AFTER UPDATE OF status ON upload_detection FOR EACH ROW EXECUTE FUNCTION notify_upload_detection_change();
CREATE TRIGGER upload_detection_slice_notify AFTER UPDATE OF state ON upload_detection_slice FOR EACH ROW EXECUTE FUNCTION notify_upload_detection_change();
