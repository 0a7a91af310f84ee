-- The history of what a data set version says of itself to people: its rows never change, its texts may.
CREATE TYPE "dataset_text_field" AS ENUM ('NAME', 'LICENCE', 'CITATION', 'DESCRIPTION');
CREATE TYPE "dataset_edit_source" AS ENUM ('EDIT', 'IMPORT');

CREATE TABLE "dataset_edit" (
    "id" SERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "field" "dataset_text_field" NOT NULL,
    "old_text" TEXT NOT NULL,
    "new_text" TEXT NOT NULL,
    "source" "dataset_edit_source" NOT NULL,
    "editor" TEXT,
    "edited_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dataset_edit_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "dataset_edit_dataset_id_id_idx" ON "dataset_edit"("dataset_id", "id");

ALTER TABLE "dataset_edit" ADD CONSTRAINT "dataset_edit_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "dataset_edit" ADD CONSTRAINT "dataset_edit_changes_check" CHECK ("old_text" <> "new_text");
