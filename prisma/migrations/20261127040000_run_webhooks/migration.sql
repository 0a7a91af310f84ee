-- CreateEnum
CREATE TYPE "run_webhook_state" AS ENUM ('WAITING', 'DUE', 'QUEUED', 'DELIVERED', 'FAILED');

-- CreateTable
CREATE TABLE "run_webhook" (
    "run_id" INTEGER NOT NULL,
    "url" TEXT NOT NULL,
    "message_id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "state" "run_webhook_state" NOT NULL DEFAULT 'WAITING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_status" INTEGER,
    "last_error" TEXT,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "run_webhook_pkey" PRIMARY KEY ("run_id")
);

-- CreateIndex
CREATE INDEX "run_webhook_state_idx" ON "run_webhook"("state");

-- AddForeignKey
ALTER TABLE "run_webhook" ADD CONSTRAINT "run_webhook_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "detection_run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The invariants.

ALTER TABLE run_webhook
  ADD CHECK (url ~ '^https?://'),
  ADD CHECK (attempts >= 0),
  ADD CHECK (last_status BETWEEN 100 AND 599);

-- The message is due in the transaction that ends the run, whoever ends it: there is never an end without its message, nor the other way round.
CREATE FUNCTION make_webhook_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE run_webhook SET state = 'DUE', changed_at = clock_timestamp() WHERE run_id = NEW.id AND state = 'WAITING';
  RETURN NULL;
END $$;
CREATE TRIGGER detection_run_webhook AFTER UPDATE OF status ON detection_run FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')) EXECUTE FUNCTION make_webhook_due();
