-- A checksum of each key slice's pixel file, taken at the import, and whether a run found another file in its place.
ALTER TABLE "bookmarked_image" ADD COLUMN "pixel_sha256" TEXT;
ALTER TABLE "bookmarked_image" ADD CONSTRAINT "bookmarked_image_pixel_sha256_check" CHECK ("pixel_sha256" ~ '^[0-9a-f]{64}$');

ALTER TABLE "run_image" ADD COLUMN "pixels_changed" BOOLEAN;
