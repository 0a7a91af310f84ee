import { toGlobalId } from '../../src/globalId';
import { STRATA, THRESHOLDS, uuidOf } from './seed';

/** A JSON value. */
// biome-ignore lint/suspicious/noExplicitAny: answers of two different schemas, compared as a whole after `plain`
type Json = any;

/** A request to one server, and the content of its answer in a form that both share. */
interface Dialect {
  query: string;
  variables?: Record<string, unknown>;
  plain(data: Json): unknown;
}

export interface BenchQuery {
  name: string;
  title: string;
  ours: Dialect;
  postgraphile: Dialect;
}

const CLUSTER = 3;
const LESION = 12_345;
const RUNS = [2, 7];
const curveOf = (stratum: string): string =>
  `accuracyCurve(stratum: "${stratum}", topK: 5) { iouThreshold accuracy correct total }`;

export const QUERIES: BenchQuery[] = [
  {
    name: 'Q1',
    title: '50 patients → studies → images → lesions → cluster',
    ours: {
      query: `query Q1 { patients(first: 50, filter: { dataset: "bench" }) { nodes { patientIndex sex studies { studyIndex ageYears images {
        fileName sliceIndex width height pixelSpacingMm split lesions { sourceRowIndex longDiameterMm shortDiameterMm coarseType
        boundingBox { x1 y1 x2 y2 } pseudoCluster { label } } } } } } }`,
      plain: (data) =>
        data.patients.nodes.map(({ studies, ...patient }: Json) => ({
          ...patient,
          studies: studies.map(({ images, ...study }: Json) => ({ ...study, images: byFileName(images) })),
        })),
    },
    postgraphile: {
      query: `query Q1 { allPatients(first: 50, condition: { datasetId: 1 }) { nodes { patientIndex sex
        studiesByPatientId: studiesByPatientIdAndDatasetIdAndPatientIndex { nodes { studyIndex ageYears bookmarkedImagesByStudyId { nodes {
        fileName sliceIndex width height pixelSpacingMm split lesionsByImageId { nodes { sourceRowIndex longDiameterMm shortDiameterMm coarseType
        x1 y1 x2 y2 clusterAssignmentsByLesionId { nodes { pseudoClusterByPseudoClusterId { label } } } } } } } } } } } }`,
      plain: (data) =>
        data.allPatients.nodes.map(({ studiesByPatientId, ...patient }: Json) => ({
          ...patient,
          studies: studiesByPatientId.nodes.map(({ bookmarkedImagesByStudyId, ...study }: Json) => ({
            ...study,
            images: byFileName(bookmarkedImagesByStudyId.nodes).map(({ lesionsByImageId, ...image }: Json) => ({
              ...image,
              lesions: lesionsByImageId.nodes.map(plainLesion),
            })),
          })),
        })),
    },
  },
  {
    name: 'Q2',
    title: '100 lesions by cluster, split and diameter, ordered by diameter, with image, study, patient',
    ours: {
      query: `query Q2($cluster: ID!) { lesions(first: 100,
        filter: { dataset: "bench", pseudoCluster: $cluster, split: TRAIN, longDiameterMm: { gte: 10, lte: 40 } },
        orderBy: { field: LONG_DIAMETER_MM }) { nodes { sourceRowIndex longDiameterMm shortDiameterMm coarseType boundingBox { x1 y1 x2 y2 }
        image { fileName sliceIndex width height pixelSpacingMm study { studyIndex ageYears patient { patientIndex sex } } } } } }`,
      variables: { cluster: toGlobalId('PseudoCluster', { categorization: uuidOf(1), clusterIndex: CLUSTER - 1 }) },
      plain: (data) => data.lesions.nodes,
    },
    postgraphile: {
      query: `query Q2($cluster: Int!) { lesionsOfCluster(first: 100, cluster: $cluster, part: TRAIN, lowMm: 10, highMm: 40) { nodes {
        sourceRowIndex longDiameterMm shortDiameterMm coarseType x1 y1 x2 y2
        bookmarkedImageByImageId { fileName sliceIndex width height pixelSpacingMm studyByStudyId { studyIndex ageYears
        patientByPatientId: patientByPatientIdAndDatasetIdAndPatientIndex { patientIndex sex } } } } } }`,
      variables: { cluster: CLUSTER },
      plain: (data) => data.lesionsOfCluster.nodes.map(plainLesionWithParents),
    },
  },
  {
    name: 'Q3',
    title: 'count and mean diameter by cluster × split',
    ours: {
      query: `query Q3 { lesionStatistics(filter: { dataset: "bench" }, groupBy: [PSEUDO_CLUSTER, SPLIT]) { split pseudoCluster { label }
        lesionCount longDiameterMm { mean } } }`,
      plain: (data) =>
        data.lesionStatistics
          .map((group: Json) =>
            [group.pseudoCluster.label, group.split, group.lesionCount, group.longDiameterMm.mean.toFixed(6)].join(' '),
          )
          .sort(),
    },
    postgraphile: {
      query: `query Q3 { allClusteredLesions { groupedAggregates(groupBy: [LABEL, SPLIT]) { keys distinctCount { rowId }
        average { longDiameterMm } } } }`,
      plain: (data) =>
        data.allClusteredLesions.groupedAggregates
          .map(({ keys, distinctCount, average }: Json) =>
            [...keys, distinctCount.rowId, Number(average.longDiameterMm).toFixed(6)].join(' '),
          )
          .sort(),
    },
  },
  {
    name: 'Q4',
    title: 'two runs with 60 metric points each',
    ours: {
      query: `query Q4($ids: [ID!]!) { nodes(ids: $ids) { ... on DetectionRun { status topK detector { name version } evaluations { lesionCount
        ${STRATA.map((stratum, index) => `s${index}: ${curveOf(stratum)}`).join(' ')} } } } }`,
      variables: { ids: RUNS.map((id) => toGlobalId('DetectionRun', { uuid: uuidOf(id) })) },
      plain: (data) =>
        data.nodes.map(({ status, topK, detector, evaluations }: Json) => ({
          status,
          topK,
          detector,
          lesionCount: evaluations[0].lesionCount,
          curves: STRATA.map((_stratum, index) =>
            evaluations[0][`s${index}`].map((point: Json) => [
              Math.round(point.iouThreshold * 1000),
              point.correct,
              point.total,
              point.accuracy.toFixed(9),
            ]),
          ),
        })),
    },
    postgraphile: {
      query: `query Q4 { ${RUNS.map(
        (
          id,
        ) => `r${id}: detectionRunByRowId(rowId: ${id}) { status topK detectorByDetectorId { name version } evaluationsByRunId { nodes { lesionCount
        metricPointsByEvaluationId(condition: { kind: "ACCURACY" }) { nodes { stratum iouThresholdMilli value numerator denominator } } } } }`,
      ).join(' ')} }`,
      plain: (data) =>
        RUNS.map((id) => data[`r${id}`]).map(({ status, topK, detectorByDetectorId, evaluationsByRunId }: Json) => {
          const { lesionCount, metricPointsByEvaluationId } = evaluationsByRunId.nodes[0];
          return {
            status,
            topK,
            detector: detectorByDetectorId,
            lesionCount,
            curves: STRATA.map((stratum) =>
              THRESHOLDS.map((milli) => {
                const point = metricPointsByEvaluationId.nodes.find(
                  (one: Json) => one.stratum === stratum && one.iouThresholdMilli === milli,
                );
                return [milli, point.numerator, point.denominator, point.value.toFixed(9)];
              }),
            ),
          };
        }),
    },
  },
  {
    name: 'Q5',
    title: 'one lesion by id with image, study, patient',
    ours: {
      query: `query Q5($id: ID!) { node(id: $id) { ... on Lesion { sourceRowIndex longDiameterMm shortDiameterMm coarseType
        boundingBox { x1 y1 x2 y2 }
        image { fileName sliceIndex width height pixelSpacingMm study { studyIndex ageYears patient { patientIndex sex } } } } } }`,
      variables: { id: toGlobalId('Lesion', { dataset: 'bench@1', sourceRowIndex: LESION - 1 }) },
      plain: (data) => data.node,
    },
    postgraphile: {
      query: `query Q5($id: Int!) { lesionByRowId(rowId: $id) { sourceRowIndex longDiameterMm shortDiameterMm coarseType x1 y1 x2 y2
        bookmarkedImageByImageId { fileName sliceIndex width height pixelSpacingMm studyByStudyId { studyIndex ageYears
        patientByPatientId: patientByPatientIdAndDatasetIdAndPatientIndex { patientIndex sex } } } } }`,
      variables: { id: LESION },
      plain: (data) => plainLesionWithParents(data.lesionByRowId),
    },
  },
];

/** We order the images of a study by slice, PostGraphile by row. */
function byFileName(images: Json[]): Json[] {
  return [...images].sort((one, other) => (one.fileName < other.fileName ? -1 : 1));
}

function plainLesion({ x1, y1, x2, y2, clusterAssignmentsByLesionId, ...lesion }: Json): Json {
  const pseudoCluster = clusterAssignmentsByLesionId?.nodes[0].pseudoClusterByPseudoClusterId;
  return { ...lesion, boundingBox: { x1, y1, x2, y2 }, ...(pseudoCluster && { pseudoCluster }) };
}

function plainLesionWithParents({ bookmarkedImageByImageId, ...lesion }: Json): Json {
  const { studyByStudyId, ...image } = bookmarkedImageByImageId;
  const { patientByPatientId: patient, ...study } = studyByStudyId;
  return { ...plainLesion(lesion), image: { ...image, study: { ...study, patient } } };
}
