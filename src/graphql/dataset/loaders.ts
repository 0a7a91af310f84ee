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
import { idOf, type LoaderMakers, manyByKey, oneByKey } from '../core/loading';

/** The loaders of data sets, patients, studies, series, images and lesions. */
export const datasetLoaders = {
  dataset: ({ database }) => oneByKey((ids: readonly number[]) => findDatasets(database, ids), idOf),
  datasetByReference: ({ database }) =>
    oneByKey(
      (references: readonly string[]) => findDatasetReferences(database, references),
      ({ reference }) => reference,
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
  patient: ({ database }) => oneByKey((ids: readonly number[]) => findPatients(database, ids), idOf),
  study: ({ database }) => oneByKey((ids: readonly number[]) => findStudies(database, ids), idOf),
  series: ({ database }) => oneByKey((ids: readonly number[]) => findSeries(database, ids), idOf),
  image:
    ({ database, variant }) =>
    (parents: ImageParents = {}) =>
      variant(`image ${JSON.stringify(parents)}`, () =>
        oneByKey((ids: readonly number[]) => findImages(database, ids, parents), idOf),
      ),
  lesion:
    ({ database, variant }) =>
    (parents: LesionParents = {}) =>
      variant(`lesion ${JSON.stringify(parents)}`, () =>
        oneByKey((ids: readonly number[]) => findLesions(database, ids, parents), idOf),
      ),
  studiesOfPatient: ({ database }) =>
    manyByKey(
      (ids: readonly number[]) => findStudiesOfPatients(database, ids),
      ({ patientId }) => patientId,
    ),
  seriesOfStudy: ({ database }) =>
    manyByKey(
      (ids: readonly number[]) => findSeriesOfStudies(database, ids),
      ({ studyId }) => studyId,
    ),
  imagesOfStudy: ({ database }) =>
    manyByKey(
      (ids: readonly number[]) => findImagesOfStudies(database, ids),
      ({ studyId }) => studyId,
    ),
  imagesOfSeries: ({ database }) =>
    manyByKey(
      (ids: readonly number[]) => findImagesOfSeries(database, ids),
      ({ seriesId }) => seriesId,
    ),
  lesionsOfImage: ({ database }) =>
    manyByKey(
      (ids: readonly number[]) => findLesionsOfImages(database, ids),
      ({ imageId }) => imageId,
    ),
} satisfies LoaderMakers;
