-- CreateTable
CREATE TABLE "api_key" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL DEFAULT gen_random_uuid(),
    "key_id" TEXT NOT NULL,
    "secret_sha256" TEXT NOT NULL,
    "holder" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "scopes" TEXT[],
    "datasets" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "note" TEXT,
    "created_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "api_key_uuid_key" ON "api_key"("uuid");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_key_id_key" ON "api_key"("key_id");

-- CreateIndex
CREATE INDEX "api_key_holder_idx" ON "api_key"("holder");

-- CreateIndex
CREATE INDEX "api_key_created_by_idx" ON "api_key"("created_by");

-- The invariants.

ALTER TABLE api_key ADD CHECK (key_id ~ '^[A-Z2-7]{8}$');
ALTER TABLE api_key ADD CHECK (secret_sha256 ~ '^[0-9a-f]{64}$');
ALTER TABLE api_key ADD CHECK (cardinality(scopes) > 0);
ALTER TABLE api_key ADD CHECK (expires_at IS NULL OR expires_at > created_at);

-- A key that was revoked stays revoked, and what it may do is never extended.
CREATE FUNCTION keep_api_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at
    OR NOT NEW.scopes <@ OLD.scopes OR NEW.secret_sha256 <> OLD.secret_sha256 OR NEW.holder <> OLD.holder
    OR OLD.expires_at < coalesce(NEW.expires_at, 'infinity')
  THEN
    RAISE EXCEPTION 'a key is neither revived nor extended';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER keep_api_key BEFORE UPDATE ON api_key FOR EACH ROW EXECUTE FUNCTION keep_api_key();
