-- What callers have used of their quotas, and the limits that a key has of its own.

-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "quotas" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "quota_use" (
    "owner" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "used" DOUBLE PRECISION NOT NULL,
    "quota_limit" DOUBLE PRECISION NOT NULL,
    "window_seconds" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "quota_use_pkey" PRIMARY KEY ("owner","name")
);

-- The invariants.

ALTER TABLE api_key ADD CHECK (jsonb_typeof(quotas) = 'object');
ALTER TABLE quota_use ADD CHECK (used >= 0);
ALTER TABLE quota_use ADD CHECK (quota_limit >= 1 AND window_seconds > 0);
