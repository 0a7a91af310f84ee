-- Exports that are written later: jobs as runs, categorizations and detections in uploads are.

-- CreateTable
CREATE TABLE "export_job" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL DEFAULT gen_random_uuid(),
    "dataset_id" INTEGER NOT NULL,
    "path" TEXT NOT NULL,
    "parameters" JSONB NOT NULL,
    "origin" TEXT NOT NULL,
    "client" TEXT NOT NULL,
    "caller" JSONB NOT NULL,
    "status" "run_status" NOT NULL DEFAULT 'QUEUED',
    "error" TEXT,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "sha256" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "export_job_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "export_job_uuid_key" ON "export_job"("uuid");

-- CreateIndex
CREATE INDEX "export_job_client_id_idx" ON "export_job"("client", "id");

-- CreateIndex
CREATE INDEX "export_job_dataset_id_idx" ON "export_job"("dataset_id");

-- AddForeignKey
ALTER TABLE "export_job" ADD CONSTRAINT "export_job_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The invariants.

ALTER TABLE export_job
  ADD CHECK (path <> '' AND jsonb_typeof(parameters) = 'object' AND jsonb_typeof(caller) = 'object'),
  ADD CHECK (bytes >= 0 AND sha256 ~ '^[0-9a-f]{64}$'),
  ADD CHECK ((status IN ('QUEUED', 'RUNNING')) = (finished_at IS NULL)),
  ADD CHECK ((status = 'SUCCEEDED') = (sha256 IS NOT NULL)),
  ADD CHECK ((status = 'FAILED') = (error IS NOT NULL));

CREATE TRIGGER export_job_status_move BEFORE UPDATE OF status ON export_job FOR EACH ROW EXECUTE FUNCTION check_job_status_move();

CREATE FUNCTION notify_export_job_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('export_job', NEW.id::text);
  RETURN NULL;
END $$;
CREATE TRIGGER export_job_notify AFTER UPDATE OF status ON export_job FOR EACH ROW EXECUTE FUNCTION notify_export_job_change();
