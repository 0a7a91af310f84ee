-- What a worker's machine lacks: runs of these detectors and data sets are handed on to other workers.
ALTER TABLE "worker"
  ADD COLUMN "refused_detector_ids" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
  ADD COLUMN "refused_dataset_ids" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
  ADD COLUMN "problems" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- Since when every living worker has refused the run; null while one may serve it.
ALTER TABLE "detection_run" ADD COLUMN "unserved_since" TIMESTAMPTZ(3);
