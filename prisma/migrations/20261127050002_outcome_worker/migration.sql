-- Which worker wrote an image's outcome. No foreign key: workers leave their table, outcomes stay.
ALTER TABLE "run_image" ADD COLUMN "worker_id" UUID;
