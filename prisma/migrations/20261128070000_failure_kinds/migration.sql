-- Why an image failed, set by whoever found out. It was read out of the text of the error before, by patterns that a new wording broke.
CREATE TYPE "failure_kind" AS ENUM ('NO_PIXEL_FILE', 'SIZE_DIFFERS', 'UNREADABLE_IMAGE', 'BAD_MODEL_OUTPUT', 'TIMEOUT', 'MEMORY', 'PROCESS_LOST', 'GIVEN_UP', 'OTHER');

ALTER TABLE "run_image" ADD COLUMN "failure_kind" "failure_kind";
ALTER TABLE "upload_detection_slice" ADD COLUMN "failure_kind" "failure_kind";

-- Not the other way round: workers of the version before, which may still be at work, write failures without a kind.
ALTER TABLE run_image ADD CHECK (failure_kind IS NULL OR state = 'FAILED');
ALTER TABLE upload_detection_slice ADD CHECK (failure_kind IS NULL OR state = 'FAILED');

-- For the last time: the kinds of what failed before.
CREATE FUNCTION pg_temp.kind_of_error(error TEXT) RETURNS "failure_kind" LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN error ~ '^The data set has no pixel file|^The pixel file of' THEN 'NO_PIXEL_FILE'
    WHEN error ~ 'the data set says [0-9]+ × [0-9]+,|^Slice [0-9]+ of .* series has [0-9]+' THEN 'SIZE_DIFFERS'
    WHEN error ~ '^Expected (boxes|scores) |^Expected at most [0-9]+ boxes|^Box [0-9]+ ' THEN 'BAD_MODEL_OUTPUT'
    WHEN error ~ 'took longer than' THEN 'TIMEOUT'
    WHEN error ~ 'of memory and was stopped' THEN 'MEMORY'
    WHEN error ~ '^The inference process ' THEN 'PROCESS_LOST'
    WHEN error ~ '^Given up' THEN 'GIVEN_UP'
    WHEN error ~ 'PNG|is damaged|is truncated|cannot be opened|regular file|is a link|[0-9] pixels|bytes' THEN 'UNREADABLE_IMAGE'
    ELSE 'OTHER'
  END::"failure_kind"
$$;
UPDATE run_image SET failure_kind = pg_temp.kind_of_error(error) WHERE state = 'FAILED';
UPDATE upload_detection_slice SET failure_kind = pg_temp.kind_of_error(error) WHERE state = 'FAILED';
DROP FUNCTION pg_temp.kind_of_error;
