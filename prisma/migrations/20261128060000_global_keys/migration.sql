-- What ids outside the database are made of, instead of row numbers: names and indexes of the source for what a data set version contains, UUIDs
-- for what is made on a server.

-- CreateTable
CREATE TABLE "database_identity" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),

    CONSTRAINT "database_identity_pkey" PRIMARY KEY ("id")
);
-- One row: a cursor holds it, so that it is refused by another database.
CREATE UNIQUE INDEX database_identity_single ON database_identity ((true));
INSERT INTO database_identity DEFAULT VALUES;

-- AlterTable
ALTER TABLE "categorization" ADD COLUMN "uuid" UUID NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE "detection_run" ADD COLUMN "uuid" UUID NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE "evaluation" ADD COLUMN "uuid" UUID NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE "detection_review" ADD COLUMN "uuid" UUID NOT NULL DEFAULT gen_random_uuid();

-- CreateIndex
CREATE UNIQUE INDEX "categorization_uuid_key" ON "categorization"("uuid");
CREATE UNIQUE INDEX "detection_run_uuid_key" ON "detection_run"("uuid");
CREATE UNIQUE INDEX "evaluation_uuid_key" ON "evaluation"("uuid");
CREATE UNIQUE INDEX "detection_review_uuid_key" ON "detection_review"("uuid");

-- A study knows its patient's place in the source, and a series that of both.
ALTER TABLE "study" ADD COLUMN "dataset_id" INTEGER, ADD COLUMN "patient_index" INTEGER;
UPDATE study SET dataset_id = patient.dataset_id, patient_index = patient.patient_index FROM patient WHERE patient.id = study.patient_id;
ALTER TABLE "study" ALTER COLUMN "dataset_id" SET NOT NULL, ALTER COLUMN "patient_index" SET NOT NULL;
ALTER TABLE "series" ADD COLUMN "dataset_id" INTEGER, ADD COLUMN "patient_index" INTEGER, ADD COLUMN "study_index" INTEGER;
UPDATE series SET dataset_id = study.dataset_id, patient_index = study.patient_index, study_index = study.study_index
  FROM study WHERE study.id = series.study_id;
ALTER TABLE "series" ALTER COLUMN "dataset_id" SET NOT NULL, ALTER COLUMN "patient_index" SET NOT NULL,
  ALTER COLUMN "study_index" SET NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "patient_id_dataset_id_patient_index_key" ON "patient"("id", "dataset_id", "patient_index");
CREATE UNIQUE INDEX "study_dataset_id_patient_index_study_index_key" ON "study"("dataset_id", "patient_index", "study_index");
CREATE UNIQUE INDEX "study_id_dataset_id_patient_index_study_index_key"
  ON "study"("id", "dataset_id", "patient_index", "study_index");
CREATE UNIQUE INDEX "series_dataset_id_patient_index_study_index_series_index_key"
  ON "series"("dataset_id", "patient_index", "study_index", "series_index");

-- The copies are those of the parent, whoever writes them.
ALTER TABLE "study" DROP CONSTRAINT "study_patient_id_fkey";
ALTER TABLE "study" ADD CONSTRAINT "study_patient_id_dataset_id_patient_index_fkey" FOREIGN KEY ("patient_id", "dataset_id", "patient_index")
  REFERENCES "patient"("id", "dataset_id", "patient_index") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "series" DROP CONSTRAINT "series_study_id_fkey";
ALTER TABLE "series" ADD CONSTRAINT "series_study_id_dataset_id_patient_index_study_index_fkey"
  FOREIGN KEY ("study_id", "dataset_id", "patient_index", "study_index")
  REFERENCES "study"("id", "dataset_id", "patient_index", "study_index") ON DELETE CASCADE ON UPDATE CASCADE;

-- The UUID of an imported categorization is one of its content (RFC 9562, version 8): data set version, name, and which lesion is in which
-- cluster. The same folder gives the same UUID on every server.
CREATE FUNCTION imported_categorization_uuid(categorization_row integer) RETURNS uuid LANGUAGE sql STABLE AS $$
  WITH content AS (
    SELECT sha256(convert_to(concat_ws(E'\n', dataset.slug || '@' || dataset.version, c.name, (
      SELECT string_agg(lesion.source_row_index || ':' || cluster.cluster_index, ',' ORDER BY lesion.source_row_index)
      FROM cluster_assignment AS member
      JOIN lesion ON lesion.id = member.lesion_id
      JOIN pseudo_cluster AS cluster ON cluster.id = member.pseudo_cluster_id
      WHERE member.categorization_id = c.id
    )), 'UTF8')) AS digest
    FROM categorization AS c JOIN dataset ON dataset.id = c.dataset_id
    WHERE c.id = categorization_row
  )
  SELECT encode(set_byte(set_byte(substr(digest, 1, 16), 6, get_byte(digest, 6) & 15 | 128), 8, get_byte(digest, 8) & 63 | 128), 'hex')::uuid
  FROM content
$$;
UPDATE categorization SET uuid = imported_categorization_uuid(id) WHERE source = 'IMPORTED';

-- The stratum of a pseudo-cluster is called by its index. A name that another stratum of the evaluation has still is not taken before that has its new one.
UPDATE metric_point SET stratum = 'pseudo-cluster of index ' || cluster.cluster_index
  FROM pseudo_cluster AS cluster WHERE metric_point.stratum = 'pseudo-cluster:' || cluster.id;
UPDATE metric_point SET stratum = replace(stratum, ' of index ', ':') WHERE stratum LIKE 'pseudo-cluster of index %';

-- A protocol names its categorization by the UUID, and tells how many reviews of the data set version count.
CREATE FUNCTION pg_temp.canonical(value jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  CASE jsonb_typeof(value)
    WHEN 'object' THEN
      RETURN '{' || coalesce((SELECT string_agg(to_json(member.key)::text || ':' || pg_temp.canonical(member.value), ',' ORDER BY member.key COLLATE "C")
        FROM jsonb_each(value) AS member), '') || '}';
    WHEN 'array' THEN
      RETURN '[' || coalesce((SELECT string_agg(pg_temp.canonical(item.value), ',' ORDER BY item.ordinality)
        FROM jsonb_array_elements(value) WITH ORDINALITY AS item), '') || ']';
    ELSE RETURN value::text;
  END CASE;
END $$;
CREATE FUNCTION pg_temp.protocol_key(protocol jsonb) RETURNS text LANGUAGE sql AS
  $$ SELECT encode(sha256(convert_to(pg_temp.canonical(protocol), 'UTF8')), 'hex') $$;
WITH renamed AS (
  SELECT evaluation.id, evaluation.protocol
    || CASE WHEN jsonb_typeof(evaluation.protocol #> '{categorization,id}') = 'number' THEN
      jsonb_build_object('categorization', jsonb_build_object('name', evaluation.protocol #> '{categorization,name}', 'id',
        (SELECT c.uuid FROM categorization AS c WHERE c.id = (evaluation.protocol #>> '{categorization,id}')::int4)))
      ELSE '{}' END
    || CASE WHEN jsonb_typeof(evaluation.protocol #> '{reviews,upTo}') = 'number' THEN
      jsonb_build_object('reviews', jsonb_build_object('upTo', (
        SELECT count(*) FROM detection_run AS beside JOIN detection ON detection.run_id = beside.id
        JOIN detection_review AS review ON review.detection_id = detection.id
        WHERE beside.dataset_id = run.dataset_id AND review.id <= (evaluation.protocol #>> '{reviews,upTo}')::int4)))
      ELSE '{}' END AS protocol
  FROM evaluation JOIN detection_run AS run ON run.id = evaluation.run_id
)
UPDATE evaluation SET protocol = renamed.protocol,
  -- A key that was not made of the protocol in just this way stays: at worst the same protocol is evaluated once more.
  protocol_key = CASE WHEN pg_temp.protocol_key(evaluation.protocol) = evaluation.protocol_key THEN pg_temp.protocol_key(renamed.protocol)
    ELSE evaluation.protocol_key END
  FROM renamed WHERE renamed.id = evaluation.id AND renamed.protocol <> evaluation.protocol;

-- Requests that were stored name pseudo-clusters and images as requests do from now on.
CREATE FUNCTION pg_temp.with_cluster_keys(value jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  CASE jsonb_typeof(value)
    WHEN 'object' THEN
      RETURN coalesce((SELECT jsonb_object_agg(member.key, CASE
        WHEN member.key = 'pseudoCluster' AND jsonb_typeof(member.value) = 'number' THEN coalesce(
          (SELECT jsonb_build_object('categorization', c.uuid, 'clusterIndex', cluster.cluster_index)
           FROM pseudo_cluster AS cluster JOIN categorization AS c ON c.id = cluster.categorization_id
           WHERE cluster.id = member.value::text::int4),
          jsonb_build_object('categorization', '00000000-0000-0000-0000-000000000000', 'clusterIndex', 0))
        ELSE pg_temp.with_cluster_keys(member.value) END) FROM jsonb_each(value) AS member), '{}');
    WHEN 'array' THEN
      RETURN coalesce((SELECT jsonb_agg(pg_temp.with_cluster_keys(item.value) ORDER BY item.ordinality)
        FROM jsonb_array_elements(value) WITH ORDINALITY AS item), '[]');
    ELSE RETURN value;
  END CASE;
END $$;
UPDATE categorization SET request = pg_temp.with_cluster_keys(request) WHERE request::text LIKE '%"pseudoCluster"%';
UPDATE detection_run SET request = pg_temp.with_cluster_keys(request) WHERE request::text LIKE '%"pseudoCluster"%';
UPDATE detection_run SET request = jsonb_set(request, '{imageIds}', (
    SELECT coalesce(jsonb_agg(jsonb_build_object('dataset', dataset.slug || '@' || dataset.version, 'fileName', image.file_name) ORDER BY wanted.ordinality), '[]')
    FROM jsonb_array_elements_text(detection_run.request -> 'imageIds') WITH ORDINALITY AS wanted
    JOIN bookmarked_image AS image ON image.id = wanted.value::int4 JOIN dataset ON dataset.id = image.dataset_id))
  WHERE jsonb_typeof(request -> 'imageIds') = 'array';
