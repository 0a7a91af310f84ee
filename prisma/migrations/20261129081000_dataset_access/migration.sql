-- Who sees a data set is a matter of its slug, as keys are bound to slugs: it holds for all versions, also for those that are
-- imported later, and it stays when the last version is deleted. A slug without a row is public.
CREATE TYPE "dataset_visibility" AS ENUM ('PUBLIC', 'TERMS', 'PRIVATE');

-- A version of the terms of use of a data set. What somebody has accepted never changes.
CREATE TABLE "dataset_terms" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "slug" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "url" TEXT,
    "duo_codes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dataset_terms_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "dataset_terms_slug_check" CHECK ("slug" ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    CONSTRAINT "dataset_terms_version_check" CHECK ("version" ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$')
);

CREATE UNIQUE INDEX "dataset_terms_slug_version_key" ON "dataset_terms"("slug", "version");

CREATE FUNCTION "refuse_change_of_terms"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Terms that may have been accepted never change: add a version.' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER "terms_never_change" BEFORE UPDATE ON "dataset_terms"
    FOR EACH ROW EXECUTE FUNCTION "refuse_change_of_terms"();

CREATE TABLE "dataset_access" (
    "slug" TEXT NOT NULL,
    "visibility" "dataset_visibility" NOT NULL,
    "terms_id" UUID,

    CONSTRAINT "dataset_access_pkey" PRIMARY KEY ("slug"),
    -- Slugs stand in statements (src/access/boundReads.ts).
    CONSTRAINT "dataset_access_slug_check" CHECK ("slug" ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    CONSTRAINT "dataset_access_terms_check" CHECK ("visibility" <> 'TERMS' OR "terms_id" IS NOT NULL)
);

CREATE INDEX "dataset_access_terms_id_idx" ON "dataset_access"("terms_id");

ALTER TABLE "dataset_access" ADD CONSTRAINT "dataset_access_terms_id_fkey"
    FOREIGN KEY ("terms_id") REFERENCES "dataset_terms"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Who accepted which version: the holder of a key, so that a key that replaces it need not accept again, or a person.
CREATE TABLE "terms_acceptance" (
    "id" SERIAL NOT NULL,
    "terms_id" UUID NOT NULL,
    "holder" UUID NOT NULL,
    "key_id" TEXT,
    "name" TEXT NOT NULL,
    "affiliation" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "accepted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "terms_acceptance_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "terms_acceptance_terms_id_holder_key" ON "terms_acceptance"("terms_id", "holder");

CREATE INDEX "terms_acceptance_holder_idx" ON "terms_acceptance"("holder");

ALTER TABLE "terms_acceptance" ADD CONSTRAINT "terms_acceptance_terms_id_fkey"
    FOREIGN KEY ("terms_id") REFERENCES "dataset_terms"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Whose runs and categorizations were deleted: a caller that may not see a data set is not told what there was of it.
-- What was deleted before was of public data sets.
ALTER TABLE "tombstone" ADD COLUMN "dataset" TEXT;
UPDATE "tombstone" SET "dataset" = split_part("key", '@', 1) WHERE "kind" = 'Dataset';
