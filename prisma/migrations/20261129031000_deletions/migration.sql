-- What was deleted, so that its id can say so; and detectors that take no new runs.
CREATE TABLE "tombstone" (
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "deleted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_by" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "counts" JSONB NOT NULL,

    CONSTRAINT "tombstone_pkey" PRIMARY KEY ("kind","key")
);

ALTER TABLE "detector" ADD COLUMN "archived_at" TIMESTAMPTZ(3);

-- The invariants.

ALTER TABLE tombstone ADD CHECK (kind IN ('Dataset', 'DetectionRun', 'Categorization'));
ALTER TABLE tombstone ADD CHECK (reason <> '' AND jsonb_typeof(counts) = 'object');
