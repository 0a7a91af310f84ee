-- Since when a data set is seen by whom it is seen by: what was made of it before may be nobody's business now.

-- AlterTable
ALTER TABLE "dataset_access" ADD COLUMN     "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
