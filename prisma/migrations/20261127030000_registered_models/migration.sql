-- AlterTable
ALTER TABLE "detector" ADD COLUMN     "stored_bytes" INTEGER;

-- CreateTable
CREATE TABLE "model_file_part" (
    "model_sha256" TEXT NOT NULL,
    "part" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "model_file_part_pkey" PRIMARY KEY ("model_sha256","part")
);

-- CreateIndex
CREATE INDEX "detection_run_detector_id_idx" ON "detection_run"("detector_id");

-- The invariants.

ALTER TABLE detector ADD CHECK (stored_bytes > 0);

-- Weights do not shrink: PostgreSQL need not try.
ALTER TABLE model_file_part
  ALTER COLUMN bytes SET STORAGE EXTERNAL,
  ADD CHECK (model_sha256 ~ '^[0-9a-f]{64}$'),
  ADD CHECK (part >= 0),
  ADD CHECK (octet_length(bytes) BETWEEN 1 AND 4194304);
