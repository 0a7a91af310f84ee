import DataLoader from 'dataloader';
import {
  clustersOfLesions,
  coarseTypeAgreements,
  compareCategorizations,
  type FeatureMatrices,
  type FeatureSet,
  findCategorizations,
  findClusterMembers,
  findClustersOfCategorizations,
  findEncoders,
  findFeatureSets,
  findIterations,
  findNewestFeatureSets,
  findPseudoClusters,
  findScans,
  type MemberOrder,
  profilesOfPseudoClusters,
  sizesOfPseudoClusters,
} from '../../categorization';
import {
  countRowsOfParents,
  type Listing,
  type Page,
  type PageWindow,
  type Queryable,
  readPagesOfParents,
} from '../../database';
import {
  countsOfDatasets,
  findDatasetReferences,
  findDatasets,
  findEditsOfDatasets,
  findImageRootStates,
  findImages,
  findImagesOfSeries,
  findImagesOfStudies,
  findLesions,
  findLesionsOfImages,
  findPatients,
  findSeries,
  findSeriesOfStudies,
  findStudies,
  findStudiesOfPatients,
  type ImageParents,
  type LesionParents,
} from '../../dataset';
import { findDetectorNames, findDetectors } from '../../models';
import {
  type AccuracyCurveKey,
  type AccuracyPoint,
  countEvaluationsOfRuns,
  countReviewsOfDetections,
  type FrocSelection,
  findAccuracyCurves,
  findAveragePrecision,
  findComparedAccuracies,
  findCurrentVerdicts,
  findDetectorSpeeds,
  findDetectorStatistics,
  findEvaluations,
  findEvaluationsOfRuns,
  findFrocPoints,
  findNewestEvaluationsOfDetectors,
  findPrecisionRecall,
  findReviews,
  findReviewsOfDetections,
  findStrata,
  type LesionArea,
} from '../../results';
import {
  countChangedImagesOfRuns,
  findDetections,
  findProgressOfRuns,
  findRuns,
  findTimingOfRuns,
  findWebhooksOfRuns,
} from '../../runs';
import { manyByKey, oneByKey } from './loading';

/** The pages and counts of one list under many parents. */
interface ListInParents<Row> {
  pages: DataLoader<number, Page<Row>>;
  counts: DataLoader<number, number>;
}

const categorizationIdOf = (row: { categorizationId: number }): number => row.categorizationId;
const detectorIdOf = (row: { detectorId: number }): number => row.detectorId;
const evaluationIdOf = (row: { evaluationId: number }): number => row.evaluationId;
const idOf = (row: { id: number }): number => row.id;

/**
 * The loaders of one request: rows that are asked for one by one while an answer is made come in one statement a kind. Made anew for
 * each request, and for each event of a subscription, because a loader never forgets.
 */
export function createLoaders(database: Queryable, featureMatrices: FeatureMatrices) {
  const shared = new Map<string, unknown>();
  /** One loader a variant: the rows above a lesion that come along, the arguments of a nested list. */
  const variant = <Loader>(name: string, make: () => Loader): Loader => {
    const known = shared.get(name) as Loader | undefined;
    if (known) return known;
    const made = make();
    shared.set(name, made);
    return made;
  };
  return {
    dataset: oneByKey((ids: readonly number[]) => findDatasets(database, ids), idOf),
    datasetByReference: oneByKey(
      (references: readonly string[]) => findDatasetReferences(database, references),
      ({ reference }) => reference,
    ),
    detectorByName: (version?: string) =>
      variant(`detector ${JSON.stringify(version)}`, () =>
        oneByKey(
          (names: readonly string[]) => findDetectorNames(database, names, version),
          ({ name }) => name,
        ),
      ),
    countsOfDataset: oneByKey(
      (ids: readonly number[]) => countsOfDatasets(database, ids),
      ({ datasetId }) => datasetId,
    ),
    imageRootOfDataset: oneByKey(
      (ids: readonly number[]) => findImageRootStates(database, ids),
      ({ datasetId }) => datasetId,
    ),
    editsOfDataset: manyByKey(
      (ids: readonly number[]) => findEditsOfDatasets(database, ids),
      ({ datasetId }) => datasetId,
    ),
    patient: oneByKey((ids: readonly number[]) => findPatients(database, ids), idOf),
    study: oneByKey((ids: readonly number[]) => findStudies(database, ids), idOf),
    series: oneByKey((ids: readonly number[]) => findSeries(database, ids), idOf),
    image: (parents: ImageParents = {}) =>
      variant(`image ${JSON.stringify(parents)}`, () =>
        oneByKey((ids: readonly number[]) => findImages(database, ids, parents), idOf),
      ),
    lesion: (parents: LesionParents = {}) =>
      variant(`lesion ${JSON.stringify(parents)}`, () =>
        oneByKey((ids: readonly number[]) => findLesions(database, ids, parents), idOf),
      ),
    studiesOfPatient: manyByKey(
      (ids: readonly number[]) => findStudiesOfPatients(database, ids),
      ({ patientId }) => patientId,
    ),
    seriesOfStudy: manyByKey(
      (ids: readonly number[]) => findSeriesOfStudies(database, ids),
      ({ studyId }) => studyId,
    ),
    imagesOfStudy: manyByKey(
      (ids: readonly number[]) => findImagesOfStudies(database, ids),
      ({ studyId }) => studyId,
    ),
    imagesOfSeries: manyByKey(
      (ids: readonly number[]) => findImagesOfSeries(database, ids),
      ({ seriesId }) => seriesId,
    ),
    lesionsOfImage: manyByKey(
      (ids: readonly number[]) => findLesionsOfImages(database, ids),
      ({ imageId }) => imageId,
    ),
    categorization: oneByKey((ids: readonly number[]) => findCategorizations(database, ids), idOf),
    pseudoCluster: oneByKey((ids: readonly number[]) => findPseudoClusters(database, ids), idOf),
    sizeOfPseudoCluster: oneByKey(
      (ids: readonly number[]) => sizesOfPseudoClusters(database, ids),
      ({ pseudoClusterId }) => pseudoClusterId,
    ),
    encoder: oneByKey((ids: readonly number[]) => findEncoders(database, ids), idOf),
    iterationsOfCategorization: manyByKey(
      (ids: readonly number[]) => findIterations(database, ids),
      categorizationIdOf,
    ),
    scanOfCategorization: manyByKey((ids: readonly number[]) => findScans(database, ids), categorizationIdOf),
    clustersOfCategorization: manyByKey(
      (ids: readonly number[]) => findClustersOfCategorizations(database, ids),
      categorizationIdOf,
    ),
    coarseTypeAgreement: oneByKey((ids: readonly number[]) => coarseTypeAgreements(database, ids), categorizationIdOf),
    /** @param otherId row id of the categorization that all are compared with */
    comparisonWith: (otherId: number) =>
      variant(`comparison ${otherId}`, () =>
        oneByKey((ids: readonly number[]) => compareCategorizations(database, ids, otherId), categorizationIdOf),
      ),
    profileOfPseudoCluster: oneByKey(
      (ids: readonly number[]) => profilesOfPseudoClusters(database, ids),
      ({ pseudoClusterId }) => pseudoClusterId,
    ),
    membersOfPseudoCluster: (order: MemberOrder, first: number) =>
      variant(`members ${order} ${first}`, () =>
        manyByKey(
          (ids: readonly number[]) => findClusterMembers(database, ids, order, first),
          ({ pseudoClusterId }) => pseudoClusterId,
        ),
      ),
    /** @param categorizationId null: the newest of the lesion's data set */
    clusterOfLesion: (categorizationId: number | null) =>
      variant(`cluster ${categorizationId}`, () =>
        oneByKey(
          (ids: readonly number[]) => clustersOfLesions(database, ids, categorizationId),
          ({ lesionId }) => lesionId,
        ),
      ),
    featureSet: oneByKey((ids: readonly number[]) => findFeatureSets(database, ids), categorizationIdOf),
    newestFeatureSetOfDataset: oneByKey(
      (ids: readonly number[]) => findNewestFeatureSets(database, ids),
      ({ datasetId }) => datasetId,
    ),
    /** the neighbours of lesions by their row ids */
    similarLesions: (set: FeatureSet, first: number) =>
      variant(
        `similar ${set.categorizationId} ${first}`,
        () => new DataLoader((ids: readonly number[]) => featureMatrices.similarLesions(set, ids, first)),
      ),
    detector: oneByKey((ids: readonly number[]) => findDetectors(database, ids), idOf),
    statisticsOfDetector: oneByKey((ids: readonly number[]) => findDetectorStatistics(database, ids), detectorIdOf),
    speedsOfDetector: manyByKey((ids: readonly number[]) => findDetectorSpeeds(database, ids), detectorIdOf),
    newestEvaluationsOfDetector: manyByKey(
      (ids: readonly number[]) => findNewestEvaluationsOfDetectors(database, ids),
      detectorIdOf,
    ),
    comparedAccuraciesOfEvaluation: manyByKey(
      (ids: readonly number[]) => findComparedAccuracies(database, ids),
      evaluationIdOf,
    ),
    run: oneByKey((ids: readonly number[]) => findRuns(database, ids), idOf),
    progressOfRun: oneByKey(
      (ids: readonly number[]) => findProgressOfRuns(database, ids),
      ({ runId }) => runId,
    ),
    changedImagesOfRun: oneByKey(
      (ids: readonly number[]) => countChangedImagesOfRuns(database, ids),
      ({ runId }) => runId,
    ),
    timingOfRun: oneByKey(
      (ids: readonly number[]) => findTimingOfRuns(database, ids),
      ({ runId }) => runId,
    ),
    webhookOfRun: oneByKey(
      (ids: readonly number[]) => findWebhooksOfRuns(database, ids),
      ({ runId }) => runId,
    ),
    detection: oneByKey((ids: readonly number[]) => findDetections(database, ids), idOf),
    review: oneByKey((ids: readonly number[]) => findReviews(database, ids), idOf),
    reviewsOfDetection: (first: number) =>
      variant(`reviews ${first}`, () =>
        manyByKey(
          (ids: readonly number[]) => findReviewsOfDetections(database, ids, first),
          ({ detectionId }) => detectionId,
        ),
      ),
    reviewCountOfDetection: oneByKey(
      (ids: readonly number[]) => countReviewsOfDetections(database, ids),
      ({ detectionId }) => detectionId,
    ),
    verdictOfDetection: oneByKey(
      (ids: readonly number[]) => findCurrentVerdicts(database, ids),
      ({ detectionId }) => detectionId,
    ),
    evaluation: oneByKey((ids: readonly number[]) => findEvaluations(database, ids), idOf),
    evaluationsOfRun: (first: number) =>
      variant(`evaluations ${first}`, () =>
        manyByKey(
          (ids: readonly number[]) => findEvaluationsOfRuns(database, ids, first),
          ({ runId }) => runId,
        ),
      ),
    evaluationCountOfRun: oneByKey(
      (ids: readonly number[]) => countEvaluationsOfRuns(database, ids),
      ({ runId }) => runId,
    ),
    strataOfEvaluation: manyByKey((ids: readonly number[]) => findStrata(database, ids), evaluationIdOf),
    /** all strata and k of a request in one statement */
    accuracyCurve: new DataLoader<AccuracyCurveKey, AccuracyPoint[], string>(
      (keys) => findAccuracyCurves(database, keys),
      { cacheKeyFn: ({ evaluationId, stratum, topK }) => `${evaluationId} ${topK} ${stratum}` },
    ),
    frocOfEvaluation: (selection: FrocSelection & { falsePositivesPerImage?: number[] }) =>
      variant(`froc ${JSON.stringify(selection)}`, () =>
        manyByKey((ids: readonly number[]) => findFrocPoints(database, ids, selection), evaluationIdOf),
      ),
    precisionRecallOfEvaluation: (iouThreshold: number) =>
      variant(`precision-recall ${iouThreshold}`, () =>
        manyByKey((ids: readonly number[]) => findPrecisionRecall(database, ids, iouThreshold), evaluationIdOf),
      ),
    averagePrecisionOfEvaluation: (area: LesionArea) =>
      variant(`average precision ${area}`, () =>
        oneByKey((ids: readonly number[]) => findAveragePrecision(database, ids, area), evaluationIdOf),
      ),
    listInParents: <Row>(name: string, listing: Listing<Row>, window: PageWindow): ListInParents<Row> =>
      variant(name, () => ({
        pages: new DataLoader(async (ids: readonly number[]) => {
          const pages = await readPagesOfParents(database, listing, window, ids);
          return ids.map((id) => pages.get(id) ?? { rows: [], positions: [], hasMore: false });
        }),
        counts: new DataLoader(async (ids: readonly number[]) => {
          const counts = await countRowsOfParents(database, listing, ids);
          return ids.map((id) => counts.get(id) ?? 0);
        }),
      })),
  };
}

export type Loaders = ReturnType<typeof createLoaders>;
