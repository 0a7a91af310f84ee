-- Pixel files that lie elsewhere than in DeepLesion's layout: flat folders, a folder for each archive, names of other programs.
ALTER TABLE "bookmarked_image" ADD COLUMN "pixel_path" TEXT;

-- No path leads out of the image root by its words.
ALTER TABLE bookmarked_image ADD CHECK (pixel_path <> '' AND pixel_path NOT LIKE '/%' AND pixel_path !~ '(^|/)\.\.(/|$)');

-- Whether links that lead out of the image root are followed: the import met some in the folder that it was given.
ALTER TABLE "dataset" ADD COLUMN "follow_links" BOOLEAN NOT NULL DEFAULT false;
