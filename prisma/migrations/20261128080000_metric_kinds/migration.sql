-- A metric is added by the code that computes it (src/results/metrics.ts), without a change of the database.
ALTER TABLE "metric_point" ALTER COLUMN "kind" SET DATA TYPE TEXT COLLATE "C" USING "kind"::text;
ALTER TABLE metric_point ADD CHECK (kind ~ '^[A-Z][A-Z0-9_]*$');
DROP TYPE "metric_kind";
