-- A split whose ground truth is hidden: its lesions, and all that is made of them, are for those who curate. A matter of the
-- slug, as the visibility of a data set is: it holds for all versions, also for those that are imported later.
CREATE TABLE "hidden_split" (
    "slug" TEXT NOT NULL,
    "split" "split" NOT NULL,
    "submission_limit" INTEGER NOT NULL,
    "period_days" INTEGER NOT NULL,
    "hidden_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hidden_split_pkey" PRIMARY KEY ("slug", "split"),
    -- Slugs stand in statements (src/access/boundReads.ts).
    CONSTRAINT "hidden_split_slug_check" CHECK ("slug" ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    CONSTRAINT "hidden_split_limit_check" CHECK ("submission_limit" BETWEEN 1 AND 1000 AND "period_days" BETWEEN 1 AND 365)
);

-- A run over images of a hidden split. The row outlives the run, so that deleting runs gives no new tries.
CREATE TABLE "hidden_split_try" (
    "id" SERIAL NOT NULL,
    "slug" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "split" "split" NOT NULL,
    "owner" TEXT NOT NULL,
    "run_uuid" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hidden_split_try_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "hidden_split_try_run_uuid_split_key" ON "hidden_split_try"("run_uuid", "split");

CREATE INDEX "hidden_split_try_slug_split_owner_created_at_idx" ON "hidden_split_try"("slug", "split", "owner", "created_at");

-- Which data sets and splits an external detector was trained on, as its submitter declares; null if nothing is declared.
ALTER TABLE "detector" ADD COLUMN "trained_on" JSONB;
ALTER TABLE "detector" ADD CONSTRAINT "detector_trained_on_check"
    CHECK ("trained_on" IS NULL OR ("source" = 'EXTERNAL' AND jsonb_typeof("trained_on") = 'array'));
