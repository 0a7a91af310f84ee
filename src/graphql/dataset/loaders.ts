import {
  cohortKey,
  countsOfDatasets,
  datasetKey,
  findCohorts,
  findCohortsByKey,
  findDatasetReferences,
  findDatasets,
  findDatasetsByKey,
  findEditsOfDatasets,
  findImageRootStates,
  findImages,
  findImagesByKey,
  findImagesOfSeries,
  findImagesOfStudies,
  findLesions,
  findLesionsByKey,
  findLesionsOfImages,
  findPatients,
  findPatientsByKey,
  findSeries,
  findSeriesByKey,
  findSeriesOfStudies,
  findSliceReaches,
  findStudies,
  findStudiesByKey,
  findStudiesOfPatients,
  type ImageParents,
  imageKey,
  type LesionParents,
  lesionKey,
  patientKey,
  seriesKey,
  studyKey,
} from '../../dataset';
import type { GlobalKeys } from '../../globalId';
import { idOf, type LoaderMakers, manyByKey, oneByGlobalKey, oneByKey } from '../core/loading';

/** The loaders of data sets, patients, studies, series, images and lesions. */
export const datasetLoaders = {
  dataset: ({ database }) => oneByKey((ids: readonly number[]) => findDatasets(database, ids), idOf),
  datasetByKey: ({ database, prime }) =>
    oneByGlobalKey(
      'Dataset',
      (keys: readonly GlobalKeys['Dataset'][]) => findDatasetsByKey(database, keys),
      datasetKey,
      (row) => prime('dataset', row),
    ),
  datasetByReference: ({ database }) =>
    oneByKey(
      (references: readonly string[]) => findDatasetReferences(database, references),
      ({ reference }) => reference,
    ),
  cohort: ({ database }) => oneByKey((ids: readonly number[]) => findCohorts(database, ids), idOf),
  cohortByKey: ({ database, prime }) =>
    oneByGlobalKey(
      'Cohort',
      (keys: readonly GlobalKeys['Cohort'][]) => findCohortsByKey(database, keys),
      cohortKey,
      (row) => prime('cohort', row),
    ),
  countsOfDataset: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => countsOfDatasets(database, ids),
      ({ datasetId }) => datasetId,
    ),
  imageRootOfDataset: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => findImageRootStates(database, ids),
      ({ datasetId }) => datasetId,
    ),
  editsOfDataset: ({ database }) =>
    manyByKey(
      (ids: readonly number[]) => findEditsOfDatasets(database, ids),
      ({ datasetId }) => datasetId,
    ),
  patient: ({ database, named }) => oneByKey((ids: readonly number[]) => findPatients(database, ids).then(named), idOf),
  patientByKey: ({ database, named, prime }) =>
    oneByGlobalKey(
      'Patient',
      (keys: readonly GlobalKeys['Patient'][]) => findPatientsByKey(database, keys).then(named),
      patientKey,
      (row) => prime('patient', row),
    ),
  study: ({ database, named }) => oneByKey((ids: readonly number[]) => findStudies(database, ids).then(named), idOf),
  studyByKey: ({ database, named, prime }) =>
    oneByGlobalKey(
      'Study',
      (keys: readonly GlobalKeys['Study'][]) => findStudiesByKey(database, keys).then(named),
      studyKey,
      (row) => prime('study', row),
    ),
  series: ({ database, named }) => oneByKey((ids: readonly number[]) => findSeries(database, ids).then(named), idOf),
  seriesByKey: ({ database, named, prime }) =>
    oneByGlobalKey(
      'Series',
      (keys: readonly GlobalKeys['Series'][]) => findSeriesByKey(database, keys).then(named),
      seriesKey,
      (row) => prime('series', row),
    ),
  image:
    ({ database, named, variant }) =>
    (parents: ImageParents = {}) =>
      variant(`image ${JSON.stringify(parents)}`, () =>
        oneByKey((ids: readonly number[]) => findImages(database, ids, parents).then(named), idOf),
      ),
  lesion:
    ({ database, named, variant }) =>
    (parents: LesionParents = {}) =>
      variant(`lesion ${JSON.stringify(parents)}`, () =>
        oneByKey((ids: readonly number[]) => findLesions(database, ids, parents).then(named), idOf),
      ),
  imageByKey:
    ({ database, named, variant }) =>
    (parents: ImageParents = {}) =>
      variant(`image by key ${JSON.stringify(parents)}`, () =>
        oneByGlobalKey(
          'BookmarkedImage',
          (keys: readonly GlobalKeys['BookmarkedImage'][]) => findImagesByKey(database, keys, parents).then(named),
          imageKey,
        ),
      ),
  lesionByKey:
    ({ database, named, variant }) =>
    (parents: LesionParents = {}) =>
      variant(`lesion by key ${JSON.stringify(parents)}`, () =>
        oneByGlobalKey(
          'Lesion',
          (keys: readonly GlobalKeys['Lesion'][]) => findLesionsByKey(database, keys, parents).then(named),
          lesionKey,
        ),
      ),
  studiesOfPatient: ({ database, named }) =>
    manyByKey(
      (ids: readonly number[]) => findStudiesOfPatients(database, ids).then(named),
      ({ patientId }) => patientId,
    ),
  seriesOfStudy: ({ database, named }) =>
    manyByKey(
      (ids: readonly number[]) => findSeriesOfStudies(database, ids).then(named),
      ({ studyId }) => studyId,
    ),
  imagesOfStudy: ({ database, named }) =>
    manyByKey(
      (ids: readonly number[]) => findImagesOfStudies(database, ids).then(named),
      ({ studyId }) => studyId,
    ),
  imagesOfSeries: ({ database, named }) =>
    manyByKey(
      (ids: readonly number[]) => findImagesOfSeries(database, ids).then(named),
      ({ seriesId }) => seriesId,
    ),
  sliceReachOfImage: ({ database }) =>
    oneByKey(
      (ids: readonly number[]) => findSliceReaches(database, ids),
      ({ imageId }) => imageId,
    ),
  lesionsOfImage: ({ database, named }) =>
    manyByKey(
      (ids: readonly number[]) => findLesionsOfImages(database, ids).then(named),
      ({ imageId }) => imageId,
    ),
} satisfies LoaderMakers;
