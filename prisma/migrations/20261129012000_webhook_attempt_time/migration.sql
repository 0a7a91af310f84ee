-- When a message was last sent; "changed_at" also changes when it is queued.
ALTER TABLE "run_webhook" ADD COLUMN "last_attempt_at" TIMESTAMPTZ(3);
UPDATE "run_webhook" SET "last_attempt_at" = "changed_at" WHERE "attempts" > 0;
