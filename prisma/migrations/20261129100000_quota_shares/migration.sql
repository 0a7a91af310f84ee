-- What each address of a key has used of its quotas, so that several servers give it one share.

-- CreateTable
CREATE TABLE "quota_share" (
    "owner" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "used" DOUBLE PRECISION NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "quota_share_pkey" PRIMARY KEY ("owner","name","address")
);

-- AddForeignKey
ALTER TABLE "quota_share" ADD CONSTRAINT "quota_share_owner_name_fkey" FOREIGN KEY ("owner", "name") REFERENCES "quota_use"("owner", "name") ON DELETE CASCADE ON UPDATE CASCADE;

-- The invariants.

ALTER TABLE quota_share ADD CHECK (used >= 0);
