-- Who gave a verdict: known by a key, or only by a name that the client sent. All earlier verdicts are of the second kind.
ALTER TABLE "detection_review" ADD COLUMN "owner" TEXT;
ALTER TABLE "detection_review" ADD COLUMN "is_authenticated" BOOLEAN NOT NULL DEFAULT false;

-- The invariants.

ALTER TABLE detection_review ADD CHECK (owner IS NOT NULL OR NOT is_authenticated);
