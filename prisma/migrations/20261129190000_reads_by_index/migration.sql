-- Pages of lesions are found by an index alone, whose last columns are those that filters name most; so is the set of lesions
-- of a pseudo-cluster.
-- DropIndex
DROP INDEX "lesion_dataset_id_long_diameter_mm_id_idx";

-- CreateIndex
CREATE INDEX "lesion_dataset_id_long_diameter_mm_id_split_coarse_type_idx" ON "lesion"("dataset_id", "long_diameter_mm", "id", "split", "coarse_type");

-- DropIndex
DROP INDEX "cluster_assignment_pseudo_cluster_id_distance_idx";

-- CreateIndex
CREATE INDEX "cluster_assignment_pseudo_cluster_id_distance_lesion_id_idx" ON "cluster_assignment"("pseudo_cluster_id", "distance", "lesion_id");
