-- Who follows all runs is told of a new one as well. The payload is the run's id, as for its changes.
CREATE TRIGGER detection_run_created_notify AFTER INSERT ON detection_run FOR EACH ROW EXECUTE FUNCTION notify_run_change();
