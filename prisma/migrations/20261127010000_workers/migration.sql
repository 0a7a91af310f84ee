-- Who works on the queue. A worker writes its row every few seconds, on the database's clock; a row that is no longer written is a dead worker's.
CREATE TABLE "worker" (
    "id" UUID NOT NULL,
    "host" TEXT NOT NULL,
    "process_id" INTEGER NOT NULL,
    "code_version" TEXT NOT NULL,
    "execution_provider" TEXT,
    "device" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "run_id" INTEGER,
    "image_ids" INTEGER[],
    "images_per_second" DOUBLE PRECISION NOT NULL DEFAULT 0,

    CONSTRAINT "worker_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "worker" ADD CONSTRAINT "worker_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "detection_run"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- A run that is deleted looks here for workers that are at it.
CREATE INDEX "worker_run_id_idx" ON "worker"("run_id");

ALTER TABLE worker
  ADD CHECK (process_id > 0),
  ADD CHECK (images_per_second >= 0 AND images_per_second < 'Infinity');
