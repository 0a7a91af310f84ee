-- Who follows a run is told of every change instead of asking again and again; the payload is the run's id.
-- Equal notifications of one transaction are sent once.
CREATE FUNCTION notify_run_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('detection_run', CASE TG_TABLE_NAME WHEN 'run_image' THEN to_jsonb(NEW) ->> 'run_id' ELSE to_jsonb(NEW) ->> 'id' END);
  RETURN NULL;
END $$;
CREATE TRIGGER detection_run_notify AFTER UPDATE OF status ON detection_run FOR EACH ROW EXECUTE FUNCTION notify_run_change();
CREATE TRIGGER run_image_notify AFTER UPDATE OF state ON run_image FOR EACH ROW EXECUTE FUNCTION notify_run_change();
