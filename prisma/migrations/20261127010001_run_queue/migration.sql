-- How runs share the workers, and runs of what failed in another run.
CREATE TYPE "run_priority" AS ENUM ('INTERACTIVE', 'NORMAL', 'BACKGROUND');

ALTER TABLE "detection_run"
  ADD COLUMN "client_key" TEXT NOT NULL DEFAULT '',
  ADD COLUMN "priority" "run_priority" NOT NULL DEFAULT 'NORMAL',
  ADD COLUMN "retry_of_id" INTEGER;

ALTER TABLE "detection_run" ADD CONSTRAINT "detection_run_retry_of_id_fkey" FOREIGN KEY ("retry_of_id") REFERENCES "detection_run"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- The unfinished runs of a client are counted before each new one.
CREATE INDEX "detection_run_client_key_status_idx" ON "detection_run"("client_key", "status");
CREATE INDEX "detection_run_retry_of_id_idx" ON "detection_run"("retry_of_id");

-- How often a worker began with an image.
ALTER TABLE "run_image" ADD COLUMN "attempts" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run_image ADD CHECK (attempts >= 0);
ALTER TABLE detection_run ADD CHECK (retry_of_id <> id);
