-- AlterEnum
ALTER TYPE "upload_kind" ADD VALUE 'MODEL';

-- AlterTable
ALTER TABLE "upload" ALTER COLUMN "width" DROP NOT NULL,
ALTER COLUMN "height" DROP NOT NULL;

-- The invariants: a model has no slices, everything else has some. The new value is compared as text, since a transaction that adds a value
-- must not use it.
ALTER TABLE upload
  DROP CONSTRAINT upload_slice_indices_check,
  ADD CHECK (slice_indices IS NOT NULL AND 0 <= ALL (slice_indices)),
  ADD CHECK ((kind::text = 'MODEL') = (cardinality(slice_indices) = 0)),
  ADD CHECK ((kind::text = 'MODEL') = (width IS NULL) AND (width IS NULL) = (height IS NULL));
