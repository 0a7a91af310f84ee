-- CreateEnum
CREATE TYPE "upload_kind" AS ENUM ('PNG', 'DICOM', 'PNG_SERIES', 'DICOM_SERIES');

-- CreateTable
CREATE TABLE "upload" (
    "id" TEXT NOT NULL,
    "kind" "upload_kind" NOT NULL,
    "slice_indices" INTEGER[],
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "pixel_spacing_mm" DOUBLE PRECISION,
    "slice_interval_mm" DOUBLE PRECISION,
    "windows" DOUBLE PRECISION[],
    "removed_tags" TEXT[],
    "warnings" TEXT[],
    "stored_bytes" DOUBLE PRECISION NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "upload_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "upload_detection" (
    "id" TEXT NOT NULL,
    "upload_id" TEXT NOT NULL,
    "detector_id" INTEGER NOT NULL,
    "status" "run_status" NOT NULL DEFAULT 'QUEUED',
    "score_threshold" DOUBLE PRECISION NOT NULL,
    "nms_iou_threshold" DOUBLE PRECISION NOT NULL,
    "max_detections_per_image" INTEGER NOT NULL,
    "model_sha256" TEXT NOT NULL,
    "code_version" TEXT NOT NULL,
    "execution_provider" TEXT,
    "error" TEXT,
    "warnings" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "upload_detection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "upload_detection_slice" (
    "detection_id" TEXT NOT NULL,
    "slice_index" INTEGER NOT NULL,
    "state" "run_image_state" NOT NULL DEFAULT 'PENDING',
    "boxes" JSONB NOT NULL DEFAULT '[]',
    "load_ms" DOUBLE PRECISION,
    "decode_ms" DOUBLE PRECISION,
    "prepare_ms" DOUBLE PRECISION,
    "network_ms" DOUBLE PRECISION,
    "postprocess_ms" DOUBLE PRECISION,
    "error" TEXT,

    CONSTRAINT "upload_detection_slice_pkey" PRIMARY KEY ("detection_id","slice_index")
);

-- CreateIndex
CREATE INDEX "upload_expires_at_idx" ON "upload"("expires_at");

-- CreateIndex
CREATE INDEX "upload_detection_upload_id_created_at_idx" ON "upload_detection"("upload_id", "created_at");

-- AddForeignKey
ALTER TABLE "upload_detection" ADD CONSTRAINT "upload_detection_upload_id_fkey" FOREIGN KEY ("upload_id") REFERENCES "upload"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "upload_detection" ADD CONSTRAINT "upload_detection_detector_id_fkey" FOREIGN KEY ("detector_id") REFERENCES "detector"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "upload_detection_slice" ADD CONSTRAINT "upload_detection_slice_detection_id_fkey" FOREIGN KEY ("detection_id") REFERENCES "upload_detection"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The invariants. No column takes a text of the file: kinds, numbers, tags by their digits, and sentences of the server's own.

ALTER TABLE upload
  ADD CHECK (id ~ '^[A-Za-z0-9_-]{22}$'),
  ADD CHECK (slice_indices IS NOT NULL AND cardinality(slice_indices) > 0 AND 0 <= ALL (slice_indices)),
  ADD CHECK (width BETWEEN 1 AND 2048 AND height BETWEEN 1 AND 2048),
  ADD CHECK (pixel_spacing_mm > 0 AND pixel_spacing_mm < 'Infinity'),
  ADD CHECK (slice_interval_mm > 0 AND slice_interval_mm < 'Infinity'),
  ADD CHECK (windows IS NOT NULL AND cardinality(windows) % 2 = 0),
  ADD CHECK (removed_tags IS NOT NULL AND array_to_string(removed_tags, ',') ~ '^([0-9a-f]{8}(,|$))*$'),
  ADD CHECK (warnings IS NOT NULL),
  ADD CHECK (stored_bytes >= 0),
  ADD CHECK (expires_at > created_at);
ALTER TABLE upload_detection
  ADD CHECK (id ~ '^[A-Za-z0-9_-]{22}$'),
  ADD CHECK (score_threshold BETWEEN 0 AND 1),
  ADD CHECK (nms_iou_threshold BETWEEN 0 AND 1),
  ADD CHECK (max_detections_per_image BETWEEN 1 AND 1000),
  ADD CHECK (warnings IS NOT NULL),
  ADD CHECK ((finished_at IS NOT NULL) = (status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')));
ALTER TABLE upload_detection_slice
  ADD CHECK (slice_index >= 0),
  ADD CHECK (jsonb_typeof(boxes) = 'array'),
  ADD CHECK ((state = 'FAILED') = (error IS NOT NULL)),
  ADD CHECK ((state = 'COMPLETED') = (network_ms IS NOT NULL));
