-- A key of a client belongs to that client: two who choose the same one do not get one another's runs.
DROP INDEX "detection_run_idempotency_key_key";
CREATE UNIQUE INDEX "detection_run_client_key_idempotency_key_key" ON "detection_run"("client_key", "idempotency_key");

-- CreateTable
CREATE TABLE "idempotency_key" (
    "owner" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "mutation" TEXT NOT NULL,
    "request_sha256" TEXT NOT NULL,
    "result_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("owner", "key", "mutation")
);

-- CreateIndex
CREATE INDEX "idempotency_key_created_at_idx" ON "idempotency_key"("created_at");

-- The invariants.

ALTER TABLE idempotency_key ADD CHECK (request_sha256 ~ '^[0-9a-f]{64}$');
