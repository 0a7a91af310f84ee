-- When a pseudo-cluster was named, on the database's clock, whoever updates it.
ALTER TABLE "pseudo_cluster" ADD COLUMN "labelled_at" TIMESTAMPTZ(3);

-- The invariants.

ALTER TABLE pseudo_cluster ADD CHECK (labelled_at IS NULL OR label IS NOT NULL);

CREATE FUNCTION note_label() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.labelled_at := CASE WHEN NEW.label IS NULL THEN NULL ELSE now() END;
  RETURN NEW;
END
$$;

CREATE TRIGGER note_label BEFORE UPDATE OF label ON pseudo_cluster
  FOR EACH ROW WHEN (OLD.label IS DISTINCT FROM NEW.label) EXECUTE FUNCTION note_label();
