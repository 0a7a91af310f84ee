-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "pixel_convention" AS ENUM ('ONE_BASED', 'ZERO_BASED');

-- CreateEnum
CREATE TYPE "split" AS ENUM ('TRAIN', 'VALIDATION', 'TEST', 'UNASSIGNED');

-- CreateEnum
CREATE TYPE "sex" AS ENUM ('FEMALE', 'MALE', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "coarse_type" AS ENUM ('UNKNOWN', 'BONE', 'ABDOMEN', 'MEDIASTINUM', 'LIVER', 'LUNG', 'KIDNEY', 'SOFT_TISSUE', 'PELVIS');

-- CreateEnum
CREATE TYPE "run_status" AS ENUM ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "run_image_state" AS ENUM ('PENDING', 'COMPLETED', 'FAILED');

-- CreateEnum
CREATE TYPE "metric_kind" AS ENUM ('ACCURACY', 'FROC', 'AVERAGE_PRECISION', 'PRECISION_RECALL');

-- CreateEnum
CREATE TYPE "review_verdict" AS ENUM ('LESION', 'NOT_A_LESION', 'UNSURE');

-- CreateTable
CREATE TABLE "dataset" (
    "id" SERIAL NOT NULL,
    "slug" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "is_latest" BOOLEAN NOT NULL DEFAULT true,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "licence" TEXT NOT NULL DEFAULT '',
    "citation" TEXT NOT NULL DEFAULT '',
    "synthetic" BOOLEAN NOT NULL DEFAULT false,
    "pixel_convention" "pixel_convention" NOT NULL,
    "source_format" TEXT NOT NULL,
    "source_file" TEXT NOT NULL,
    "source_sha256" TEXT NOT NULL,
    "image_root" TEXT,
    "import_report" JSONB NOT NULL,
    "imported_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dataset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient" (
    "id" SERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "patient_index" INTEGER NOT NULL,
    "sex" "sex" NOT NULL,

    CONSTRAINT "patient_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "study" (
    "id" SERIAL NOT NULL,
    "patient_id" INTEGER NOT NULL,
    "study_index" INTEGER NOT NULL,
    "age_years" DOUBLE PRECISION,

    CONSTRAINT "study_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "series" (
    "id" SERIAL NOT NULL,
    "study_id" INTEGER NOT NULL,
    "series_index" INTEGER NOT NULL,

    CONSTRAINT "series_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bookmarked_image" (
    "id" SERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "study_id" INTEGER NOT NULL,
    "series_id" INTEGER NOT NULL,
    "file_name" TEXT NOT NULL,
    "slice_index" INTEGER NOT NULL,
    "slice_range_first" INTEGER,
    "slice_range_last" INTEGER,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "pixel_spacing_mm" DOUBLE PRECISION,
    "slice_interval_mm" DOUBLE PRECISION,
    "windows" DOUBLE PRECISION[],
    "split" "split" NOT NULL,
    "has_pixels" BOOLEAN NOT NULL,

    CONSTRAINT "bookmarked_image_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lesion" (
    "id" SERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "image_id" INTEGER NOT NULL,
    "patient_id" INTEGER NOT NULL,
    "source_row_index" INTEGER NOT NULL,
    "x1" DOUBLE PRECISION NOT NULL,
    "y1" DOUBLE PRECISION NOT NULL,
    "x2" DOUBLE PRECISION NOT NULL,
    "y2" DOUBLE PRECISION NOT NULL,
    "axes" DOUBLE PRECISION[],
    "long_diameter_mm" DOUBLE PRECISION,
    "short_diameter_mm" DOUBLE PRECISION,
    "normalized_x" DOUBLE PRECISION,
    "normalized_y" DOUBLE PRECISION,
    "normalized_z" DOUBLE PRECISION,
    "coarse_type" "coarse_type" NOT NULL,
    "possibly_noisy" BOOLEAN NOT NULL,
    "split" "split" NOT NULL,

    CONSTRAINT "lesion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "categorization" (
    "id" SERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "cluster_count" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "categorization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pseudo_cluster" (
    "id" SERIAL NOT NULL,
    "categorization_id" INTEGER NOT NULL,
    "cluster_index" INTEGER NOT NULL,
    "label" TEXT,

    CONSTRAINT "pseudo_cluster_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cluster_assignment" (
    "categorization_id" INTEGER NOT NULL,
    "lesion_id" INTEGER NOT NULL,
    "pseudo_cluster_id" INTEGER NOT NULL,
    "distance" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "cluster_assignment_pkey" PRIMARY KEY ("categorization_id","lesion_id")
);

-- CreateTable
CREATE TABLE "detector" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "architecture" TEXT NOT NULL,
    "model_sha256" TEXT NOT NULL,
    "manifest" JSONB NOT NULL,
    "registered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "detector_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "detection_run" (
    "id" SERIAL NOT NULL,
    "detector_id" INTEGER NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "status" "run_status" NOT NULL DEFAULT 'QUEUED',
    "request" JSONB NOT NULL,
    "idempotency_key" TEXT,
    "iou_thresholds" DOUBLE PRECISION[],
    "top_k" INTEGER NOT NULL,
    "score_threshold" DOUBLE PRECISION NOT NULL,
    "nms_iou_threshold" DOUBLE PRECISION NOT NULL,
    "max_detections_per_image" INTEGER NOT NULL,
    "model_sha256" TEXT NOT NULL,
    "code_version" TEXT NOT NULL,
    "execution_provider" TEXT,
    "error" TEXT,
    "warnings" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "detection_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_image" (
    "run_id" INTEGER NOT NULL,
    "image_id" INTEGER NOT NULL,
    "state" "run_image_state" NOT NULL DEFAULT 'PENDING',
    "milliseconds" DOUBLE PRECISION,
    "error" TEXT,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_image_pkey" PRIMARY KEY ("run_id","image_id")
);

-- CreateTable
CREATE TABLE "detection" (
    "id" SERIAL NOT NULL,
    "run_id" INTEGER NOT NULL,
    "image_id" INTEGER NOT NULL,
    "rank" INTEGER NOT NULL,
    "x1" DOUBLE PRECISION NOT NULL,
    "y1" DOUBLE PRECISION NOT NULL,
    "x2" DOUBLE PRECISION NOT NULL,
    "y2" DOUBLE PRECISION NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "class_index" INTEGER NOT NULL,
    "pseudo_cluster_id" INTEGER,

    CONSTRAINT "detection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "evaluation" (
    "id" SERIAL NOT NULL,
    "run_id" INTEGER NOT NULL,
    "protocol" JSONB NOT NULL,
    "protocol_key" TEXT NOT NULL,
    "image_count" INTEGER NOT NULL,
    "lesion_count" INTEGER NOT NULL,
    "detection_count" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "evaluation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "metric_point" (
    "id" SERIAL NOT NULL,
    "evaluation_id" INTEGER NOT NULL,
    "kind" "metric_kind" NOT NULL,
    "stratum" TEXT NOT NULL,
    "top_k" INTEGER,
    "iou_threshold_milli" INTEGER NOT NULL,
    "abscissa" DOUBLE PRECISION,
    "numerator" INTEGER,
    "denominator" INTEGER,
    "value" DOUBLE PRECISION,
    "ci_low" DOUBLE PRECISION,
    "ci_high" DOUBLE PRECISION,
    "score_threshold" DOUBLE PRECISION,

    CONSTRAINT "metric_point_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "detection_review" (
    "id" SERIAL NOT NULL,
    "detection_id" INTEGER NOT NULL,
    "verdict" "review_verdict" NOT NULL,
    "reviewer" TEXT NOT NULL,
    "remark" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "detection_review_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "dataset_slug_version_key" ON "dataset"("slug", "version");

-- CreateIndex
CREATE UNIQUE INDEX "patient_dataset_id_patient_index_key" ON "patient"("dataset_id", "patient_index");

-- CreateIndex
CREATE UNIQUE INDEX "study_patient_id_study_index_key" ON "study"("patient_id", "study_index");

-- CreateIndex
CREATE UNIQUE INDEX "series_study_id_series_index_key" ON "series"("study_id", "series_index");

-- CreateIndex
CREATE INDEX "bookmarked_image_study_id_idx" ON "bookmarked_image"("study_id");

-- CreateIndex
CREATE INDEX "bookmarked_image_series_id_idx" ON "bookmarked_image"("series_id");

-- CreateIndex
CREATE UNIQUE INDEX "bookmarked_image_dataset_id_file_name_key" ON "bookmarked_image"("dataset_id", "file_name");

-- CreateIndex
CREATE INDEX "lesion_image_id_idx" ON "lesion"("image_id");

-- CreateIndex
CREATE INDEX "lesion_patient_id_idx" ON "lesion"("patient_id");

-- CreateIndex
CREATE INDEX "lesion_dataset_id_long_diameter_mm_id_idx" ON "lesion"("dataset_id", "long_diameter_mm", "id");

-- CreateIndex
CREATE INDEX "lesion_dataset_id_split_coarse_type_idx" ON "lesion"("dataset_id", "split", "coarse_type");

-- CreateIndex
CREATE UNIQUE INDEX "lesion_dataset_id_source_row_index_key" ON "lesion"("dataset_id", "source_row_index");

-- CreateIndex
CREATE UNIQUE INDEX "categorization_dataset_id_name_key" ON "categorization"("dataset_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "pseudo_cluster_categorization_id_cluster_index_key" ON "pseudo_cluster"("categorization_id", "cluster_index");

-- CreateIndex
CREATE INDEX "cluster_assignment_pseudo_cluster_id_idx" ON "cluster_assignment"("pseudo_cluster_id");

-- CreateIndex
CREATE INDEX "cluster_assignment_lesion_id_idx" ON "cluster_assignment"("lesion_id");

-- CreateIndex
CREATE UNIQUE INDEX "detector_name_version_model_sha256_key" ON "detector"("name", "version", "model_sha256");

-- CreateIndex
CREATE UNIQUE INDEX "detection_run_idempotency_key_key" ON "detection_run"("idempotency_key");

-- CreateIndex
CREATE INDEX "detection_run_dataset_id_created_at_idx" ON "detection_run"("dataset_id", "created_at");

-- CreateIndex
CREATE INDEX "run_image_run_id_state_idx" ON "run_image"("run_id", "state");

-- CreateIndex
CREATE INDEX "run_image_image_id_idx" ON "run_image"("image_id");

-- CreateIndex
CREATE INDEX "detection_image_id_idx" ON "detection"("image_id");

-- CreateIndex
CREATE INDEX "detection_pseudo_cluster_id_idx" ON "detection"("pseudo_cluster_id");

-- CreateIndex
CREATE UNIQUE INDEX "detection_run_id_image_id_rank_key" ON "detection"("run_id", "image_id", "rank");

-- CreateIndex
CREATE UNIQUE INDEX "evaluation_run_id_protocol_key_key" ON "evaluation"("run_id", "protocol_key");

-- CreateIndex
CREATE INDEX "metric_point_evaluation_id_kind_stratum_idx" ON "metric_point"("evaluation_id", "kind", "stratum");

-- CreateIndex
CREATE INDEX "detection_review_detection_id_idx" ON "detection_review"("detection_id");

-- AddForeignKey
ALTER TABLE "patient" ADD CONSTRAINT "patient_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "study" ADD CONSTRAINT "study_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "series" ADD CONSTRAINT "series_study_id_fkey" FOREIGN KEY ("study_id") REFERENCES "study"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bookmarked_image" ADD CONSTRAINT "bookmarked_image_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bookmarked_image" ADD CONSTRAINT "bookmarked_image_study_id_fkey" FOREIGN KEY ("study_id") REFERENCES "study"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bookmarked_image" ADD CONSTRAINT "bookmarked_image_series_id_fkey" FOREIGN KEY ("series_id") REFERENCES "series"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lesion" ADD CONSTRAINT "lesion_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lesion" ADD CONSTRAINT "lesion_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "bookmarked_image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lesion" ADD CONSTRAINT "lesion_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "categorization" ADD CONSTRAINT "categorization_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pseudo_cluster" ADD CONSTRAINT "pseudo_cluster_categorization_id_fkey" FOREIGN KEY ("categorization_id") REFERENCES "categorization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cluster_assignment" ADD CONSTRAINT "cluster_assignment_categorization_id_fkey" FOREIGN KEY ("categorization_id") REFERENCES "categorization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cluster_assignment" ADD CONSTRAINT "cluster_assignment_lesion_id_fkey" FOREIGN KEY ("lesion_id") REFERENCES "lesion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cluster_assignment" ADD CONSTRAINT "cluster_assignment_pseudo_cluster_id_fkey" FOREIGN KEY ("pseudo_cluster_id") REFERENCES "pseudo_cluster"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "detection_run" ADD CONSTRAINT "detection_run_detector_id_fkey" FOREIGN KEY ("detector_id") REFERENCES "detector"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "detection_run" ADD CONSTRAINT "detection_run_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_image" ADD CONSTRAINT "run_image_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "detection_run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_image" ADD CONSTRAINT "run_image_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "bookmarked_image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "detection" ADD CONSTRAINT "detection_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "detection_run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "detection" ADD CONSTRAINT "detection_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "bookmarked_image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "detection" ADD CONSTRAINT "detection_pseudo_cluster_id_fkey" FOREIGN KEY ("pseudo_cluster_id") REFERENCES "pseudo_cluster"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evaluation" ADD CONSTRAINT "evaluation_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "detection_run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "metric_point" ADD CONSTRAINT "metric_point_evaluation_id_fkey" FOREIGN KEY ("evaluation_id") REFERENCES "evaluation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "detection_review" ADD CONSTRAINT "detection_review_detection_id_fkey" FOREIGN KEY ("detection_id") REFERENCES "detection"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema language has no word for: the invariants.

CREATE UNIQUE INDEX dataset_latest_key ON dataset (slug) WHERE is_latest;
ALTER TABLE dataset ADD CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'), ADD CHECK (version >= 1);

ALTER TABLE patient ADD CHECK (patient_index >= 0);
ALTER TABLE study ADD CHECK (study_index >= 0), ADD CHECK (age_years > 0 AND age_years <= 120);
ALTER TABLE series ADD CHECK (series_index >= 0);

ALTER TABLE bookmarked_image
  ADD CHECK (width > 0 AND height > 0),
  ADD CHECK (pixel_spacing_mm > 0 AND pixel_spacing_mm < 'Infinity'),
  ADD CHECK (slice_interval_mm > 0 AND slice_interval_mm < 'Infinity'),
  ADD CHECK (slice_range_first <= slice_range_last),
  ADD CHECK (cardinality(windows) % 2 = 0);

-- NaN sorts above Infinity in PostgreSQL, so "< Infinity" refuses both.
ALTER TABLE lesion
  ADD CHECK (x1 < x2 AND y1 < y2),
  ADD CHECK (x1 > '-Infinity' AND y1 > '-Infinity' AND x2 < 'Infinity' AND y2 < 'Infinity'),
  ADD CHECK (cardinality(axes) IN (0, 8)),
  ADD CHECK (long_diameter_mm >= 0 AND long_diameter_mm < 'Infinity'),
  ADD CHECK (short_diameter_mm >= 0 AND short_diameter_mm <= long_diameter_mm + 1e-3),
  ADD CHECK (normalized_x BETWEEN 0 AND 1),
  ADD CHECK (normalized_y BETWEEN 0 AND 1),
  ADD CHECK (normalized_z BETWEEN 0 AND 1),
  ADD CHECK (source_row_index >= 0);

ALTER TABLE categorization ADD CHECK (cluster_count >= 1);
ALTER TABLE pseudo_cluster ADD CHECK (cluster_index >= 0);
ALTER TABLE cluster_assignment ADD CHECK (distance >= 0 AND distance < 'Infinity');

ALTER TABLE detection_run
  ADD CHECK (top_k >= 1),
  ADD CHECK (score_threshold BETWEEN 0 AND 1),
  ADD CHECK (nms_iou_threshold BETWEEN 0 AND 1),
  ADD CHECK (max_detections_per_image >= 1),
  ADD CHECK ((status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')) = (finished_at IS NOT NULL));

ALTER TABLE run_image
  ADD CHECK (milliseconds >= 0 AND milliseconds < 'Infinity'),
  ADD CHECK ((state = 'PENDING') = (finished_at IS NULL));

ALTER TABLE detection
  ADD CHECK (x1 < x2 AND y1 < y2),
  ADD CHECK (x1 > '-Infinity' AND y1 > '-Infinity' AND x2 < 'Infinity' AND y2 < 'Infinity'),
  ADD CHECK (score BETWEEN 0 AND 1),
  ADD CHECK (rank >= 1),
  ADD CHECK (class_index >= 0);

-- NULLS NOT DISTINCT: a point without topK or abscissa is still one point (PostgreSQL 15).
CREATE UNIQUE INDEX metric_point_key ON metric_point (evaluation_id, kind, stratum, top_k, iou_threshold_milli, abscissa) NULLS NOT DISTINCT;
ALTER TABLE metric_point
  ADD CHECK (iou_threshold_milli BETWEEN 0 AND 1000),
  ADD CHECK (numerator >= 0 AND denominator >= 0 AND numerator <= denominator),
  ADD CHECK (value BETWEEN 0 AND 1),
  ADD CHECK (ci_low BETWEEN 0 AND 1 AND ci_high BETWEEN 0 AND 1 AND ci_low <= ci_high);

-- A run ends once: the legal moves, refused by the database itself.
CREATE FUNCTION check_run_status_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = OLD.status
    OR (OLD.status = 'QUEUED' AND NEW.status IN ('RUNNING', 'FAILED', 'CANCELLED'))
    OR (OLD.status = 'RUNNING' AND NEW.status IN ('SUCCEEDED', 'FAILED', 'CANCELLED'))
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'detection_run % cannot move from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER detection_run_status_move BEFORE UPDATE OF status ON detection_run FOR EACH ROW EXECUTE FUNCTION check_run_status_move();
