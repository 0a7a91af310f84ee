-- Where the milliseconds of an image went. Four bytes each: a run of all of DeepLesion has 32,120 images, and a clock of microseconds needs no more.
-- Null for images that were done before.
ALTER TABLE "run_image"
  ADD COLUMN "decode_ms" REAL,
  ADD COLUMN "prepare_ms" REAL,
  ADD COLUMN "network_ms" REAL,
  ADD COLUMN "postprocess_ms" REAL;

ALTER TABLE run_image
  ADD CHECK (decode_ms >= 0),
  ADD CHECK (prepare_ms >= 0),
  ADD CHECK (network_ms >= 0),
  ADD CHECK (postprocess_ms >= 0);
