-- The file that a data set version was imported from, so that it can be given out byte for byte. Versions of earlier
-- releases get theirs when the same file is imported again.
CREATE TABLE "dataset_source" (
  "dataset_id" INTEGER NOT NULL,
  "gzip" BYTEA NOT NULL,
  CONSTRAINT "dataset_source_pkey" PRIMARY KEY ("dataset_id")
);
ALTER TABLE "dataset_source" ADD CONSTRAINT "dataset_source_dataset_id_fkey"
  FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;
-- It is compressed already.
ALTER TABLE "dataset_source" ALTER COLUMN "gzip" SET STORAGE EXTERNAL;
