-- The splits whose ground truth had no part in the selection of a cohort: only where those are hidden, it is seen by callers who
-- do not see their ground truth. Of earlier cohorts nothing is known.
ALTER TABLE "cohort" ADD COLUMN "unread_splits" "split"[] DEFAULT ARRAY[]::"split"[];
ALTER TABLE "cohort" ALTER COLUMN "unread_splits" SET NOT NULL;
