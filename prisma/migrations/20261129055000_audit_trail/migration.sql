-- Who did what: rows that are only added, each of which holds the checksum of the one before.
CREATE TABLE "audit_event" (
    "number" INTEGER NOT NULL DEFAULT 0,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "key_id" TEXT,
    "key_name" TEXT,
    "address" TEXT,
    "action" TEXT NOT NULL,
    "target" TEXT,
    "outcome" TEXT NOT NULL,
    "code" TEXT,
    "request_id" TEXT,
    "changes" TEXT,
    "previous_sha256" TEXT NOT NULL DEFAULT '',
    "sha256" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("number")
);

-- CreateIndex
CREATE INDEX "audit_event_at_idx" ON "audit_event"("at");

-- The end of the chain, so that the loss of its last rows shows as well.
CREATE TABLE "audit_head" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "count" INTEGER NOT NULL DEFAULT 0,
    "sha256" TEXT NOT NULL DEFAULT repeat('0', 64),

    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("id")
);

INSERT INTO audit_head (id) VALUES (1);

-- The invariants.

ALTER TABLE audit_head ADD CHECK (id = 1);
ALTER TABLE audit_event ADD CHECK (outcome IN ('DONE', 'REFUSED', 'FAILED'));
ALTER TABLE audit_event ADD CHECK ((outcome = 'REFUSED') = (code IS NOT NULL));
ALTER TABLE audit_event ADD CHECK (changes IS NULL OR length(changes) <= 4000 AND jsonb_typeof(changes::jsonb) = 'object');

-- What the checksum of a row is of; src/access/auditChain.ts computes the same text.
CREATE FUNCTION audit_content(event audit_event) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT json_build_array(
    event.number, to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), event.key_id, event.key_name,
    event.address, event.action, event.target, event.outcome, event.code, event.request_id, event.changes,
    event.previous_sha256
  )::text
$$;

-- The row of the head is locked until the transaction ends, so that numbers have no gaps: rows are added as the last
-- step of a transaction.
CREATE FUNCTION chain_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  head audit_head;
BEGIN
  SELECT * INTO STRICT head FROM audit_head WHERE id = 1 FOR UPDATE;
  NEW.number := head.count + 1;
  NEW.at := date_trunc('milliseconds', clock_timestamp());
  NEW.previous_sha256 := head.sha256;
  NEW.sha256 := encode(sha256(convert_to(audit_content(NEW), 'UTF8')), 'hex');
  UPDATE audit_head SET count = NEW.number, sha256 = NEW.sha256 WHERE id = 1;
  RETURN NEW;
END
$$;

CREATE TRIGGER chain_audit_event BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION chain_audit_event();

CREATE FUNCTION keep_audit_trail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is only added to';
END
$$;

CREATE TRIGGER keep_audit_event BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_trail();
-- The trigger of audit_event moves it, and nothing else does.
CREATE TRIGGER keep_audit_head BEFORE INSERT OR UPDATE OR DELETE ON audit_head
  FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION keep_audit_trail();
CREATE TRIGGER keep_audit_head_from_truncate BEFORE TRUNCATE ON audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_trail();
