-- A message when an export has ended, as runs have one; and how long files took to write, for estimates of others like them.

-- AlterTable
ALTER TABLE "export_job" ADD COLUMN "milliseconds" INTEGER;

-- CreateTable
CREATE TABLE "export_webhook" (
    "export_id" INTEGER NOT NULL,
    "url" TEXT NOT NULL,
    "message_id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "state" "run_webhook_state" NOT NULL DEFAULT 'WAITING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_status" INTEGER,
    "last_error" TEXT,
    "last_attempt_at" TIMESTAMPTZ(3),
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "export_webhook_pkey" PRIMARY KEY ("export_id")
);

-- CreateIndex
CREATE INDEX "export_webhook_state_idx" ON "export_webhook"("state");

-- AddForeignKey
ALTER TABLE "export_webhook" ADD CONSTRAINT "export_webhook_export_id_fkey" FOREIGN KEY ("export_id") REFERENCES "export_job"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The invariants.

ALTER TABLE export_job ADD CHECK (milliseconds IS NULL OR milliseconds >= 0 AND status = 'SUCCEEDED');

ALTER TABLE export_webhook
  ADD CHECK (url ~ '^https?://'),
  ADD CHECK (attempts >= 0),
  ADD CHECK (last_status BETWEEN 100 AND 599);

-- The message is due in the transaction that ends the export, whoever ends it: there is never an end without its message, nor the other way round.
CREATE FUNCTION make_export_webhook_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE export_webhook SET state = 'DUE', changed_at = clock_timestamp() WHERE export_id = NEW.id AND state = 'WAITING';
  RETURN NULL;
END $$;
CREATE TRIGGER export_job_webhook AFTER UPDATE OF status ON export_job FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')) EXECUTE FUNCTION make_export_webhook_due();
