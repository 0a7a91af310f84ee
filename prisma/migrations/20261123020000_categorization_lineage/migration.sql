-- CreateEnum
CREATE TYPE "categorization_status" AS ENUM ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED');

-- CreateEnum
CREATE TYPE "categorization_source" AS ENUM ('IMPORTED', 'COMPUTED', 'ASSIGNED');

-- CreateTable
CREATE TABLE "encoder" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "model_sha256" TEXT NOT NULL,
    "feature_dimension" INTEGER NOT NULL,
    "manifest" JSONB,
    "registered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "encoder_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lesion_feature" (
    "encoder_id" INTEGER NOT NULL,
    "lesion_id" INTEGER NOT NULL,
    "dimension" INTEGER NOT NULL,
    "features" BYTEA NOT NULL,

    CONSTRAINT "lesion_feature_pkey" PRIMARY KEY ("encoder_id","lesion_id")
);

-- CreateTable
CREATE TABLE "categorization_iteration" (
    "categorization_id" INTEGER NOT NULL,
    "iteration" INTEGER NOT NULL,
    "nmi_to_previous" DOUBLE PRECISION,
    "purity_to_previous" DOUBLE PRECISION,
    "silhouette" DOUBLE PRECISION,
    "sizes" INTEGER[],
    "nmi_to_hidden_types" DOUBLE PRECISION,
    "purity_to_hidden_types" DOUBLE PRECISION,

    CONSTRAINT "categorization_iteration_pkey" PRIMARY KEY ("categorization_id","iteration")
);

-- CreateTable
CREATE TABLE "categorization_scan" (
    "categorization_id" INTEGER NOT NULL,
    "cluster_count" INTEGER NOT NULL,
    "silhouette" DOUBLE PRECISION,
    "stability" DOUBLE PRECISION,
    "chosen" BOOLEAN NOT NULL,

    CONSTRAINT "categorization_scan_pkey" PRIMARY KEY ("categorization_id","cluster_count")
);

-- AlterTable
ALTER TABLE "categorization"
  ADD COLUMN "source" "categorization_source" NOT NULL DEFAULT 'IMPORTED',
  ADD COLUMN "status" "categorization_status" NOT NULL DEFAULT 'SUCCEEDED',
  ADD COLUMN "error" TEXT,
  ADD COLUMN "completed" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "total" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "encoder_id" INTEGER,
  ADD COLUMN "feature_dimension" INTEGER,
  ADD COLUMN "execution_provider" TEXT,
  ADD COLUMN "assigned_from_id" INTEGER,
  ADD COLUMN "request" JSONB,
  ADD COLUMN "seed" INTEGER,
  ADD COLUMN "start_weights" TEXT,
  ADD COLUMN "command" TEXT,
  ADD COLUMN "code_version" TEXT,
  ADD COLUMN "data_checksum" TEXT,
  ADD COLUMN "selection_rule" TEXT,
  ADD COLUMN "chosen_iteration" INTEGER,
  ADD COLUMN "started_at" TIMESTAMPTZ(3),
  ADD COLUMN "finished_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE "pseudo_cluster" ADD COLUMN "centroid" BYTEA;
ALTER TABLE "cluster_assignment" ADD COLUMN "margin" DOUBLE PRECISION, ADD COLUMN "silhouette" DOUBLE PRECISION;

-- The typical and the border lesions of a cluster are read in this order.
DROP INDEX "cluster_assignment_pseudo_cluster_id_idx";
CREATE INDEX "cluster_assignment_pseudo_cluster_id_distance_idx" ON "cluster_assignment"("pseudo_cluster_id", "distance");
CREATE INDEX "cluster_assignment_pseudo_cluster_id_margin_idx" ON "cluster_assignment"("pseudo_cluster_id", "margin");

-- CreateIndex
CREATE UNIQUE INDEX "encoder_name_version_model_sha256_key" ON "encoder"("name", "version", "model_sha256");
CREATE UNIQUE INDEX "encoder_id_feature_dimension_key" ON "encoder"("id", "feature_dimension");
CREATE INDEX "lesion_feature_lesion_id_idx" ON "lesion_feature"("lesion_id");
CREATE INDEX "categorization_encoder_id_idx" ON "categorization"("encoder_id");
CREATE INDEX "categorization_assigned_from_id_idx" ON "categorization"("assigned_from_id");

-- AddForeignKey
ALTER TABLE "lesion_feature" ADD CONSTRAINT "lesion_feature_encoder_id_dimension_fkey" FOREIGN KEY ("encoder_id", "dimension") REFERENCES "encoder"("id", "feature_dimension") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "lesion_feature" ADD CONSTRAINT "lesion_feature_lesion_id_fkey" FOREIGN KEY ("lesion_id") REFERENCES "lesion"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "categorization" ADD CONSTRAINT "categorization_encoder_id_fkey" FOREIGN KEY ("encoder_id") REFERENCES "encoder"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "categorization" ADD CONSTRAINT "categorization_assigned_from_id_fkey" FOREIGN KEY ("assigned_from_id") REFERENCES "categorization"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "categorization_iteration" ADD CONSTRAINT "categorization_iteration_categorization_id_fkey" FOREIGN KEY ("categorization_id") REFERENCES "categorization"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "categorization_scan" ADD CONSTRAINT "categorization_scan_categorization_id_fkey" FOREIGN KEY ("categorization_id") REFERENCES "categorization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The invariants.

ALTER TABLE encoder ADD CHECK (feature_dimension >= 1), ADD CHECK (model_sha256 ~ '^[0-9a-f]{64}$');
ALTER TABLE lesion_feature ADD CHECK (octet_length(features) = 4 * dimension);
-- Random floats do not shrink; trying costs every read.
ALTER TABLE lesion_feature ALTER COLUMN features SET STORAGE EXTERNAL;

UPDATE categorization SET finished_at = created_at,
  completed = (SELECT count(*) FROM cluster_assignment AS a WHERE a.categorization_id = categorization.id),
  total = (SELECT count(*) FROM cluster_assignment AS a WHERE a.categorization_id = categorization.id);
ALTER TABLE categorization
  ADD CHECK (0 <= completed AND completed <= total),
  ADD CHECK ((status IN ('SUCCEEDED', 'FAILED')) = (finished_at IS NOT NULL)),
  ADD CHECK ((status = 'FAILED') = (error IS NOT NULL)),
  ADD CHECK (feature_dimension >= 1),
  ADD CHECK (seed >= 0),
  ADD CHECK (chosen_iteration >= 0),
  ADD CHECK (source = 'IMPORTED' OR request IS NOT NULL),
  ADD CHECK (source = 'ASSIGNED' OR assigned_from_id IS NULL);

ALTER TABLE categorization_iteration
  ADD CHECK (iteration >= 0),
  ADD CHECK (nmi_to_previous BETWEEN 0 AND 1),
  ADD CHECK (purity_to_previous BETWEEN 0 AND 1),
  ADD CHECK (silhouette BETWEEN -1 AND 1),
  ADD CHECK (0 <= ALL (sizes)),
  ADD CHECK (nmi_to_hidden_types BETWEEN 0 AND 1),
  ADD CHECK (purity_to_hidden_types BETWEEN 0 AND 1);

ALTER TABLE categorization_scan
  ADD CHECK (cluster_count >= 1),
  ADD CHECK (silhouette BETWEEN -1 AND 1),
  ADD CHECK (stability BETWEEN -1 AND 1);
CREATE UNIQUE INDEX categorization_scan_chosen_key ON categorization_scan (categorization_id) WHERE chosen;

ALTER TABLE pseudo_cluster ADD CHECK (octet_length(centroid) > 0 AND octet_length(centroid) % 4 = 0);
ALTER TABLE cluster_assignment
  ADD CHECK (margin > '-Infinity' AND margin < 'Infinity'),
  ADD CHECK (silhouette BETWEEN -1 AND 1);

-- A categorization ends once: the legal moves, refused by the database itself.
CREATE FUNCTION check_categorization_status_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = OLD.status
    OR (OLD.status = 'QUEUED' AND NEW.status IN ('RUNNING', 'FAILED'))
    OR (OLD.status = 'RUNNING' AND NEW.status IN ('SUCCEEDED', 'FAILED'))
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'categorization % cannot move from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER categorization_status_move BEFORE UPDATE OF status ON categorization FOR EACH ROW EXECUTE FUNCTION check_categorization_status_move();
