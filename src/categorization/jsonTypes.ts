/** Pseudo-clusters as JSON text. */
import { type JsonRelation, type JsonType, jsonGlobalId, jsonNumber, jsonTextOrNull } from '../database';

export const PSEUDO_CLUSTER_JSON_TYPE: JsonType = {
  table: 'pseudo_cluster',
  values: {
    id: jsonGlobalId(
      'PseudoCluster',
      (row) =>
        `(SELECT uuid FROM categorization WHERE categorization.id = ${row}.categorization_id), ':', ${row}.cluster_index`,
    ),
    clusterIndex: jsonNumber('cluster_index'),
    label: jsonTextOrNull('label'),
  },
  objects: {},
  relations: {},
};

/** The cluster of a lesion in the newest categorization that assigns it, as `clustersOfLesions` finds it. */
export const NEWEST_CLUSTER_OF_LESION: JsonRelation = {
  type: 'PseudoCluster',
  // Not by a join, which PostgreSQL would have to sort for each lesion: this takes two thirds of the time of Q1 of bench/graphql.
  on: (row, above) =>
    `${row}.id = (SELECT member.pseudo_cluster_id FROM cluster_assignment AS member WHERE member.lesion_id = ${above}.id
      ORDER BY member.categorization_id DESC LIMIT 1)`,
  count: 'atMostOne',
};
