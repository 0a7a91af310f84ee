-- What people call a run and say of it.
ALTER TABLE "detection_run"
  ADD COLUMN "name" TEXT,
  ADD COLUMN "note" TEXT,
  ADD COLUMN "tags" TEXT[] DEFAULT ARRAY[]::TEXT[];

CREATE INDEX "detection_run_tags_idx" ON "detection_run" USING GIN ("tags");

-- The invariants.

ALTER TABLE detection_run
  ADD CHECK (char_length(name) BETWEEN 1 AND 200),
  ADD CHECK (char_length(note) BETWEEN 1 AND 10000),
  ADD CHECK (tags IS NOT NULL AND cardinality(tags) <= 50 AND array_position(tags, NULL) IS NULL AND array_position(tags, '') IS NULL);
