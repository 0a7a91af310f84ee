-- People who sign in by OpenID Connect, and their sessions. Of the secret in a browser's cookie, only a checksum is stored.
CREATE TABLE "person" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "reviewer" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_sign_in_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "person_session" (
    "id" SERIAL NOT NULL,
    "person_id" INTEGER NOT NULL,
    "secret_sha256" TEXT NOT NULL,
    "groups" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "person_session_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "person_uuid_key" ON "person"("uuid");

-- CreateIndex
CREATE UNIQUE INDEX "person_reviewer_key" ON "person"("reviewer");

-- CreateIndex
CREATE UNIQUE INDEX "person_issuer_subject_key" ON "person"("issuer", "subject");

-- CreateIndex
CREATE UNIQUE INDEX "person_session_secret_sha256_key" ON "person_session"("secret_sha256");

-- CreateIndex
CREATE INDEX "person_session_person_id_idx" ON "person_session"("person_id");

-- CreateIndex
CREATE INDEX "person_session_expires_at_idx" ON "person_session"("expires_at");

-- AddForeignKey
ALTER TABLE "person_session" ADD CONSTRAINT "person_session_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The invariants.

ALTER TABLE person ADD CHECK (name <> '' AND reviewer <> '' AND length(reviewer) <= 200);
ALTER TABLE person_session ADD CHECK (secret_sha256 ~ '^[0-9a-f]{64}$');
ALTER TABLE person_session ADD CHECK (expires_at > created_at);
