-- The splits whose ground truth had no part in the selection of a cohort: only where those are hidden, it is seen by callers who
-- do not see their ground truth. Of earlier cohorts nothing is known.
-- AlterTable
ALTER TABLE "cohort" ADD COLUMN "unread_splits" "split"[] DEFAULT ARRAY[]::"split"[];

-- The invariants.

ALTER TABLE cohort ADD CHECK (unread_splits IS NOT NULL);
