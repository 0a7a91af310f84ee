-- The W3C traceparent of the request that made a run, so that the spans of workers continue its trace.
ALTER TABLE "detection_run" ADD COLUMN "trace_parent" TEXT;
ALTER TABLE "detection_run" ADD CONSTRAINT "detection_run_trace_parent_form"
  CHECK ("trace_parent" ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$');
