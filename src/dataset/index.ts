/** The mined data set: importers, versions, filters, reads and statistics of patients, images and lesions. */
export { type Adoption, type MoveOptions, moveImages } from './adoptPixels';
export { type BookmarkedImageFilter, imageFilterSql } from './bookmarkedImageFilter';
export { type BooleanFilter, booleanFilterSql, someFilter } from './booleanFilter';
export { CocoAnnotation, CocoImage, problemsOfEntry, readCocoFile } from './cocoFile';
export { type CocoNumberedImage, cocoIdsSql, findCocoNumberedImages } from './cocoImageIds';
export {
  COHORT_ORDER_FIELDS,
  type CohortFilter,
  type CohortOrderField,
  type CohortRequest,
  type CohortRow,
  cohortKey,
  cohortListing,
  createCohort,
  findCohorts,
  findCohortsByKey,
} from './cohorts';
export { datasetIdSql, type FloatRange, isGiven, oneOfSql, parseDatasetReference } from './conditions';
export type { ImageContents, PatientContents, StudyContents } from './contents';
export {
  type ComparedVersions,
  countKeyedChanges,
  countLesionChanges,
  DATASET_CHANGE_KINDS,
  type DatasetChangeKind,
  type DiffCounts,
  type KeyedKind,
  type LesionChangeRow,
  lesionChangeListing,
} from './datasetDiff';
export { type DatasetMember, nameMembers } from './datasetNames';
export {
  countsOfDatasets,
  DATASET_ORDER_FIELDS,
  type DatasetCounts,
  type DatasetFilter,
  type DatasetOrderField,
  datasetListing,
  findAllDatasets,
  findDatasetByReference,
  findDatasetReferences,
  findDatasets,
  findDatasetsByKey,
  findLatestDatasets,
  unknownDataset,
} from './datasetReads';
export { dlInfoRecords, hasDatasetSource, readDatasetSource } from './datasetSource';
export {
  DATASET_EDIT_SOURCES,
  DATASET_TEXT_FIELDS,
  type DatasetEditRow,
  type DatasetTexts,
  editDataset,
  findEditsOfDatasets,
} from './datasetTexts';
export { deleteCohorts, lockCohorts } from './deleteCohorts';
export { countDatasetParts, deleteDatasetRow, lockDataset } from './deleteDataset';
export { readDlInfoFile } from './dlInfoCsv';
export {
  findImageRootStates,
  findMissingImageRoots,
  holdsSomething,
  IMAGES_MISSING,
  type ImageRootState,
  missingImagesText,
  whyBucketUnreadable,
} from './imageRoots';
export {
  findImageByFileName,
  findImages,
  findImagesByKey,
  findImagesOfSeries,
  findImagesOfStudies,
  IMAGE_ORDER_FIELDS,
  type ImageOrderField,
  type ImageParents,
  imageListing,
} from './images';
export { importCoco } from './importCoco';
export { type ImportOptions, importDlInfo } from './importDlInfo';
export { ImportError, problemText } from './importError';
export type { ImportNote, ImportNoteKind } from './importNotes';
export type { LesionRecord, RowProblem } from './importRecords';
export type { ImportReport } from './importReport';
export type { StoredDataset } from './importStore';
export { DATASET_JSON_TYPES, isJsonDatasetType, type JsonDatasetType, jsonByKey } from './jsonTypes';
export { keptLesionStatistics } from './keptStatistics';
export { findKeySlice, findLesionsOfKeySlice, type KeySliceRecord, type LesionGeometry } from './keySlices';
export { datasetKey, imageIdsSql, imageKey, lesionKey, patientKey, seriesKey, studyKey } from './keys';
export {
  type FacetBucket,
  LESION_FACET_FIELDS,
  type LesionFacet,
  type LesionFacetField,
  lesionFacets,
} from './lesionFacets';
export { type LesionFilter, lesionFilterSql } from './lesionFilter';
export {
  LESION_HISTOGRAM_FIELDS,
  type LesionHistogram,
  type LesionHistogramField,
  lesionHistograms,
} from './lesionHistograms';
export {
  AGE_BAND_YEARS,
  DEFAULT_BINS,
  type DiameterSpec,
  type DiameterStatistics,
  type Histogram,
  type HistogramSpec,
  lesionStatistics,
  MAX_BINS,
  PERCENTILES,
  STATISTICS_GROUPS,
  type StatisticsGroup,
  type StatisticsRequest,
  type StatisticsRow,
} from './lesionStatistics';
export {
  findLesions,
  findLesionsByKey,
  findLesionsOfImages,
  LESION_ORDER_FIELDS,
  type LesionOrderField,
  type LesionParents,
  type LesionScope,
  lesionListing,
} from './lesions';
export { windowOfCoarseType } from './lesionWindow';
export { type PatientFilter, patientFilterSql } from './patientFilter';
export {
  findPatientByIndex,
  findPatients,
  findPatientsByKey,
  PATIENT_ORDER_FIELDS,
  type PatientOrderField,
  patientListing,
} from './patients';
export { ProblemList } from './problemList';
export { type Box, boxDifferencePx, boxOfAxes, RECIST_PADDING_PX } from './recist';
export type { DatasetRow, ImageRow, LesionRow, PatientRow, SeriesRow, StudyRow } from './rows';
export { findSeries, findSeriesByKey, findSeriesOfStudies } from './series';
export { findSliceReaches, type ImageSliceReach } from './sliceReach';
export {
  findRootedVersions,
  placeImages,
  type RootedVersion,
  type StoredKeySlice,
  storedKeySlices,
} from './storedPixels';
export {
  findStudies,
  findStudiesByKey,
  findStudiesOfPatients,
  STUDY_ORDER_FIELDS,
  type StudyOrderField,
  studyListing,
} from './studies';
export { type StudyFilter, studyFilterSql } from './studyFilter';
export { type PixelProblem, type Verification, verifyPixels } from './verifyPixels';
export { COARSE_TYPES, type CoarseType, SEXES, type Sex, SPLITS, type Split } from './vocabulary';
