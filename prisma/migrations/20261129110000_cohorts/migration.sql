-- Frozen selections of lesions of a data set version, with ids of their own: what a publication speaks of stays what it was.

-- CreateTable
CREATE TABLE "cohort" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL DEFAULT gen_random_uuid(),
    "dataset_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "filter" JSONB NOT NULL,
    "lesion_count" INTEGER NOT NULL,
    "image_count" INTEGER NOT NULL,
    "patient_count" INTEGER NOT NULL,
    "members_sha256" TEXT NOT NULL,
    "client" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cohort_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cohort_lesion" (
    "cohort_id" INTEGER NOT NULL,
    "lesion_id" INTEGER NOT NULL,

    CONSTRAINT "cohort_lesion_pkey" PRIMARY KEY ("cohort_id","lesion_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "cohort_uuid_key" ON "cohort"("uuid");

-- CreateIndex
CREATE INDEX "cohort_dataset_id_id_idx" ON "cohort"("dataset_id", "id");

-- CreateIndex
CREATE INDEX "cohort_lesion_lesion_id_idx" ON "cohort_lesion"("lesion_id");

-- AddForeignKey
ALTER TABLE "cohort" ADD CONSTRAINT "cohort_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cohort_lesion" ADD CONSTRAINT "cohort_lesion_cohort_id_fkey" FOREIGN KEY ("cohort_id") REFERENCES "cohort"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cohort_lesion" ADD CONSTRAINT "cohort_lesion_lesion_id_fkey" FOREIGN KEY ("lesion_id") REFERENCES "lesion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The invariants.

ALTER TABLE cohort
  ADD CHECK (name <> '' AND jsonb_typeof(filter) = 'object'),
  ADD CHECK (lesion_count > 0 AND image_count BETWEEN 1 AND lesion_count AND patient_count BETWEEN 1 AND image_count),
  ADD CHECK (members_sha256 ~ '^[0-9a-f]{64}$');

-- A cohort never changes.
CREATE FUNCTION refuse_change_of_cohort() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a cohort never changes' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER cohort_is_frozen BEFORE UPDATE ON cohort FOR EACH ROW EXECUTE FUNCTION refuse_change_of_cohort();
CREATE TRIGGER cohort_lesion_is_frozen BEFORE UPDATE ON cohort_lesion FOR EACH ROW EXECUTE FUNCTION refuse_change_of_cohort();

DO $$
DECLARE
  found TEXT;
BEGIN
  FOR found IN
    SELECT conname FROM pg_constraint WHERE conrelid = 'tombstone'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%Categorization%'
  LOOP
    EXECUTE format('ALTER TABLE tombstone DROP CONSTRAINT %I', found);
  END LOOP;
END $$;
ALTER TABLE tombstone ADD CHECK (kind IN ('Dataset', 'DetectionRun', 'Categorization', 'Cohort'));
