// Made of examples/ and schema.graphql by scripts/webTypes.mjs.
import type { TypedDocument } from './ask';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Filter for bookmarked images: all given fields must match; null is the same as omitting a field. */
export type BookmarkedImageFilter = {
  /** Age of the patient at the time of the study in years. */
  ageYears?: FloatRange | null | undefined;
  /** All of these filters must match. An empty list matches everything. */
  and?: Array<BookmarkedImageFilter> | null | undefined;
  /** At least one lesion has one of these coarse types. An empty list matches nothing. */
  coarseType?: Array<CoarseType> | null | undefined;
  /** Global id of a cohort: it contains at least one lesion of the image. A filter with a cohort covers the data set version of it. */
  cohort?: string | null | undefined;
  /** `slug` for the latest version of a data set, `slug@2` for version 2. If a filter names no data set, it covers the latest version of each; NOT_FOUND if there is no such data set. */
  dataset?: string | null | undefined;
  /** One of these file names; a single value need not be a list. An empty list matches nothing. */
  fileName?: Array<string> | null | undefined;
  /** Whether the pixel file was present at the time of the import. */
  hasPixels?: boolean | null | undefined;
  /** At least one lesion of the image fits this filter; one lesion fits all of its fields. */
  lesion?: LesionFilter | null | undefined;
  /** This filter must not match. Rows that lack a value that it tests are included. */
  not?: BookmarkedImageFilter | null | undefined;
  /** At least one of these filters must match. An empty list matches nothing. */
  or?: Array<BookmarkedImageFilter> | null | undefined;
  /** The source's patient index. */
  patientIndex?: number | null | undefined;
  /** Pixel spacing in mm. */
  pixelSpacingMm?: FloatRange | null | undefined;
  /** Global id of a pseudo-cluster that contains at least one lesion of the image. */
  pseudoCluster?: string | null | undefined;
  /** One of these sexes of the patient; a single value need not be a list. An empty list matches nothing. */
  sex?: Array<Sex> | null | undefined;
  /** Distance between neighbouring slices in mm. */
  sliceIntervalMm?: FloatRange | null | undefined;
  /** One of these splits; a single value need not be a list. An empty list matches nothing. */
  split?: Array<Split> | null | undefined;
};

/** What the four numbers of a box are. */
export type BoxConvention =
  /** Left, top, width, height. */
  | 'XYWH'
  /** Left, top, right, bottom. */
  | 'XYXY';

/** How the pseudo-clusters of a categorization were made. */
export type CategorizationSource =
  /** Each lesion was assigned to the nearest centroid of another categorization. */
  | 'ASSIGNED'
  /** Clustered on this server by the features of an encoder. */
  | 'COMPUTED'
  /** Computed by training/categorize.py, the iterative method of Yan et al. 2017, and imported with its lineage. */
  | 'IMPORTED';

/** Coarse lesion type of DeepLesion, which its authors provide for the validation and test splits only. */
export type CoarseType =
  /** Abdomen, other than liver and kidney (source value 2). */
  | 'ABDOMEN'
  /** Bone (source value 1). */
  | 'BONE'
  /** Kidney (source value 6). */
  | 'KIDNEY'
  /** Liver (source value 4). */
  | 'LIVER'
  /** Lung (source value 5). */
  | 'LUNG'
  /** Mediastinum, mostly lymph nodes (source value 3). */
  | 'MEDIASTINUM'
  /** Pelvis (source value 8). */
  | 'PELVIS'
  /** Soft tissue: muscle, skin, fat (source value 7). */
  | 'SOFT_TISSUE'
  /** Unknown (source value -1). */
  | 'UNKNOWN';

/** The detector, and the upload in which to detect. */
export type DetectInImageInput = {
  /** Name of the detector; CONFLICT if it is external, because that runs elsewhere. */
  detector: string;
  /** Version of the detector; the highest version that has a model if omitted. */
  detectorVersion?: string | null | undefined;
  /** A key chosen by the client, 1 to 200 characters: a repeated request of the same client with the same key returns the first result, for at least 24 hours; a different request with the key is a CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** Maximum number of detections per image, 1 to 1000. The detector's default if omitted. */
  maxDetectionsPerImage?: number | null | undefined;
  /** Minimum score, 0 to 1: detections with a lower score are discarded. The detector's default if omitted. */
  scoreThreshold?: number | null | undefined;
  /** Index of one slice of a series. If omitted, the only slice or all slices of a series. */
  sliceIndex?: number | null | undefined;
  /** Id of an upload of an image or series, from PUT /uploads. */
  upload: string;
};

/** What a detection is worth, compared with the annotated lesions of its image. */
export type DetectionOutcomeKind =
  /** It overlaps enough with no annotated lesion. It may still be a lesion that was not annotated. */
  | 'BACKGROUND'
  /** It overlaps enough with a lesion that a detection with a higher score has hit already. */
  | 'DUPLICATE'
  /** It is the detection with the highest score on its lesion. */
  | 'HIT';

/** Where a detector comes from. */
export type DetectorSource =
  /** It runs outside this server, which has no model of it and stores only its detections. */
  | 'EXTERNAL'
  /** It was registered by `registerDetector` or `deeplesion model register`; the database keeps its model. */
  | 'REGISTERED'
  /** Its model folder is, or was, in MODELS_DIR. */
  | 'SHIPPED';

/** Which of two runs found a lesion that the other did not find. */
export type DiscordantSide =
  /** The baseline. */
  | 'BASELINE'
  /** The run that is compared with the baseline. */
  | 'OTHER';

/** Execution provider of ONNX Runtime, which runs models. */
export type ExecutionProvider =
  /** The processor. */
  | 'CPU'
  /** An NVIDIA GPU, by CUDA. */
  | 'CUDA'
  /** Any GPU, by WebGPU. */
  | 'WEBGPU';

/** A detector that runs elsewhere. Texts that are not stated are those that are known. */
export type ExternalDetectorInput = {
  /** Architecture, 1 to 200 characters. */
  architecture?: string | null | undefined;
  /** How to cite it, 1 to 10000 characters. */
  citation?: string | null | undefined;
  /** Whom to ask about it, 1 to 500 characters. */
  contact?: string | null | undefined;
  /** Its licence, 1 to 10000 characters. */
  licence?: string | null | undefined;
  /** Name of the detector. */
  name: string;
  /** Data sets of this server that it was trained on, at most 20; boards mark detectors that saw their patients. An empty list says that it was trained on none of them; if omitted, nothing is said. */
  trainedOn?: Array<TrainingPartInput> | null | undefined;
  /** The data that it was trained with, 1 to 10000 characters. */
  trainingData?: string | null | undefined;
  /** Web page, 1 to 2000 characters: an http or https address. */
  url?: string | null | undefined;
  /** Version: MAJOR.MINOR.PATCH. Other weights or settings are another version. */
  version: string;
};

/** A closed interval; a bound that is omitted is open. A missing value is not in any interval. */
export type FloatRange = {
  /** Greater than or equal to this value. */
  gte?: number | null | undefined;
  /** Less than or equal to this value. */
  lte?: number | null | undefined;
};

/** Status of a job. A job ends with exactly one of SUCCEEDED, FAILED and CANCELLED. */
export type JobStatus =
  /** It was cancelled. */
  | 'CANCELLED'
  /** It failed; `error` gives the reason. */
  | 'FAILED'
  /** Accepted; the work has not started yet. */
  | 'QUEUED'
  /** The work has started. */
  | 'RUNNING'
  /** It has been completed; individual images or lesions may have failed. */
  | 'SUCCEEDED';

/** Whether an entry of a board is ranked. */
export type LeaderboardStanding =
  /** It has no result for some images of the board, so that it is not measured. */
  | 'INCOMPLETE'
  /** It is compared with all other ranked entries. */
  | 'RANKED'
  /** It declares that it was trained on the patients of the board: it is measured, and not ranked. */
  | 'SAW_TEST_PATIENTS';

/** A field by whose values lesions are counted, and the field of `LesionFilter` that selects one of them. */
export type LesionFacetField =
  /** The patient's age at the time of the study, in bands of ten years; `ageYears`. */
  | 'AGE_BAND'
  /** The coarse lesion type; `coarseType`. */
  | 'COARSE_TYPE'
  /** The authors' flag for a possibly noisy measurement; `possiblyNoisy`. */
  | 'POSSIBLY_NOISY'
  /** The pseudo-cluster in the categorization that the filter names by `pseudoCluster`, otherwise in the newest one that has succeeded of each data set version; `pseudoCluster`. */
  | 'PSEUDO_CLUSTER'
  /** The patient's sex; `sex`. */
  | 'SEX'
  /** The split; `split`. */
  | 'SPLIT';

/** Filter for lesions: all given fields must match; null is the same as omitting a field. */
export type LesionFilter = {
  /** Age of the patient at the time of the study in years. */
  ageYears?: FloatRange | null | undefined;
  /** All of these filters must match. An empty list matches everything. */
  and?: Array<LesionFilter> | null | undefined;
  /** One of these coarse types; a single value need not be a list. An empty list matches nothing. */
  coarseType?: Array<CoarseType> | null | undefined;
  /** Global id of a cohort: it contains the lesion. A filter with a cohort covers the data set version of it. */
  cohort?: string | null | undefined;
  /** `slug` for the latest version of a data set, `slug@2` for version 2. If a filter names no data set, it covers the latest version of each; NOT_FOUND if there is no such data set. */
  dataset?: string | null | undefined;
  /** Whether the pixel file of its image was present at the time of the import. */
  hasPixels?: boolean | null | undefined;
  /** Relative position in the body from head to feet, 0 to 1 (`Lesion.normalizedLocation.z`). */
  locationZ?: FloatRange | null | undefined;
  /** Long RECIST diameter in mm. */
  longDiameterMm?: FloatRange | null | undefined;
  /** This filter must not match. Rows that lack a value that it tests are included. */
  not?: LesionFilter | null | undefined;
  /** At least one of these filters must match. An empty list matches nothing. */
  or?: Array<LesionFilter> | null | undefined;
  /** The source's patient index. */
  patientIndex?: number | null | undefined;
  /** The authors' flag for a possibly noisy measurement. */
  possiblyNoisy?: boolean | null | undefined;
  /** Global id of a pseudo-cluster that contains the lesion. */
  pseudoCluster?: string | null | undefined;
  /** One of these sexes of the patient; a single value need not be a list. An empty list matches nothing. */
  sex?: Array<Sex> | null | undefined;
  /** Short RECIST diameter in mm. */
  shortDiameterMm?: FloatRange | null | undefined;
  /** One of these row numbers of the source file, starting at 0. An empty list matches nothing. */
  sourceRowIndex?: Array<number> | null | undefined;
  /** One of these splits; a single value need not be a list. An empty list matches nothing. */
  split?: Array<Split> | null | undefined;
};

/** Keys by which lesion statistics can be grouped. */
export type LesionGrouping =
  /** The patient's age at the time of the study, in bands of ten years. */
  | 'AGE_BAND'
  /** The coarse lesion type. */
  | 'COARSE_TYPE'
  /** The data set version. */
  | 'DATASET'
  /** The pseudo-cluster in the newest categorization of the lesion's data set. */
  | 'PSEUDO_CLUSTER'
  /** The patient's sex. */
  | 'SEX'
  /** Split, in the order train, validation, test, unassigned. */
  | 'SPLIT';

/** A number of each lesion. */
export type LesionHistogramField =
  /** The patient's age at the time of the study in years. */
  | 'AGE_YEARS'
  /** Position from head to feet, 0 to 1 (DL_info.csv: Normalized_lesion_location, third value). */
  | 'LOCATION_Z'
  /** Long RECIST diameter in mm. */
  | 'LONG_DIAMETER_MM'
  /** Pixel spacing of the image in mm. */
  | 'PIXEL_SPACING_MM'
  /** Short RECIST diameter in mm. */
  | 'SHORT_DIAMETER_MM'
  /** Distance between neighbouring slices in mm. */
  | 'SLICE_INTERVAL_MM';

/** The reason why a run did not find a lesion. */
export type MissReason =
  /** No box overlaps the lesion. */
  | 'NO_BOX'
  /** A box reaches the threshold, but it is not among the top-k detections of its image. */
  | 'SCORE_TOO_LOW'
  /** Boxes overlap the lesion, but none reaches the threshold. */
  | 'TOO_FAR';

/** Why an outcome is what it is: of a missed lesion, of a false positive in a stratum, and of what is left out. */
export type OutcomeReason =
  /** Left out: the score is below the minimum of the protocol. */
  | 'BELOW_SCORE_FLOOR'
  /** Left out: only so many detections of an image with the highest scores count. */
  | 'BEYOND_LIMIT'
  /** Missed: the nearest detection overlaps enough, and finds another lesion. */
  | 'FINDS_ANOTHER'
  /** Left out: all lesions of the image are possibly noisy. */
  | 'IMAGE_LEFT_OUT'
  /** Left out: the run has no result for the image. */
  | 'IMAGE_WITHOUT_RESULT'
  /** Missed: no detection of the image overlaps the lesion. */
  | 'NO_BOX'
  /** A false positive of the stratum that lies on a lesion outside the stratum. */
  | 'OTHER_STRATUM'
  /** Left out: the lesion is flagged as possibly noisy, and the protocol leaves those out. */
  | 'POSSIBLY_NOISY'
  /** Missed: the nearest detection overlaps enough, and its score or rank is too low to count. */
  | 'SCORE_TOO_LOW'
  /** Missed: the best overlap is not enough. */
  | 'TOO_FAR';

/** Pixel coordinate convention of the source: x increases to the right, y downwards; coordinates may be fractional. */
export type PixelConvention =
  /** As in DeepLesion: the centre of the first pixel is at 1.0, its left edge at 0.5. */
  | 'ONE_BASED'
  /** As in COCO: the left edge of the first pixel is at 0.0, its centre at 0.5. */
  | 'ZERO_BASED';

/** A radiologist's verdict on a detection. */
export type ReviewDetectionInput = {
  /** Global id of the detection. */
  detectionId: string;
  /** A key chosen by the client, 1 to 200 characters: a repeated request of the same client with the same key returns the first result, for at least 24 hours; a different request with the key is a CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** Optional remark, at most 5000 characters. */
  remark?: string | null | undefined;
  /** Name of the reviewer, 1 to 200 characters. With a key it is the name of the key, and may be omitted; another name is BAD_USER_INPUT. Without a key it is required, and the verdict is not authenticated. */
  reviewer?: string | null | undefined;
  /** The verdict. */
  verdict: ReviewVerdict;
};

/** A radiologist's verdict on a detection. About half of the lesions in DeepLesion are not annotated, so a false positive may be a lesion. */
export type ReviewVerdict =
  /** The detection is a lesion. */
  | 'LESION'
  /** The detection is not a lesion. */
  | 'NOT_A_LESION'
  /** The slice alone is not sufficient for a verdict. */
  | 'UNSURE'
  /** The reviewer takes the earlier verdict back. Without another verdict, the detection is not reviewed. */
  | 'WITHDRAWN';

/** The detector, the images and the settings of the evaluation. */
export type RunDetectionInput = {
  /** `slug` for the latest version of a data set, `slug@2` for version 2. */
  dataset: string;
  /** Name of the detector; CONFLICT if it is external, because that runs elsewhere. */
  detector: string;
  /** Version of the detector; the highest version that has a model if omitted. */
  detectorVersion?: string | null | undefined;
  /** Filter for the images; all images of the data set if both filter and imageIds are omitted. */
  filter?: BookmarkedImageFilter | null | undefined;
  /** A key chosen by the client, 1 to 200 characters: a repeated request of the same client with the same key returns the first result, for at least 24 hours; a different request with the key is a CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** Global ids of bookmarked images of the data set. */
  imageIds?: Array<string> | null | undefined;
  /** IoU thresholds of the evaluation, in addition to 0.05 to 0.95: between 0 and 1, at most three decimals. */
  iouThresholds?: Array<number> | null | undefined;
  /** Maximum number of detections per image, 1 to 1000. The detector's default if omitted. */
  maxDetectionsPerImage?: number | null | undefined;
  /** Priority of the run in the queue. If omitted, a run of up to four images is INTERACTIVE, any other run NORMAL. */
  priority?: RunPriority | null | undefined;
  /** Minimum score, 0 to 1: detections with a lower score are discarded. The detector's default if omitted. */
  scoreThreshold?: number | null | undefined;
  /** Strata of your own for the evaluation: at most 50. They become part of the protocol of every evaluation of the run, and every curve takes their names. */
  strata?: Array<StratumInput> | null | undefined;
  /** Number of top-scoring detections per image that count in the accuracy curve (top-k), 1 to 1000, in addition to 1 and 5; 5 if omitted (Yan et al. 2017). */
  topK?: number | null | undefined;
  /** An http or https URL to which one POST request is sent at least once when the run has finished: JSON with id, status, progress and times, and the address of the page of the run if the server has a PUBLIC_URL, signed according to Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature). The server only sends requests to the hosts in its setting WEBHOOK_HOSTS. */
  webhookUrl?: string | null | undefined;
};

/** Priority of a run in the queue. Workers are shared fairly between clients, image by image, so that no client waits for everything that another client has queued. A client is identified by its address. */
export type RunPriority =
  /** Without urgency: an image counts as four images in the fair share. */
  | 'BACKGROUND'
  /** For a user who waits for the result: an image counts as a quarter of an image in the fair share. Intended for a few images. */
  | 'INTERACTIVE'
  /** The regular fair share. */
  | 'NORMAL';

/** How the scores of a file become numbers of 0 to 1. */
export type ScoreTransform =
  /** Share of the scores of the file that are not higher, for any numbers: their order and equal scores are kept. */
  | 'RANK'
  /** 1 / (1 + exp(−score)), for logits. */
  | 'SIGMOID';

/** The patient's sex according to the source. */
export type Sex =
  /** Female (source value F). */
  | 'FEMALE'
  /** Male (source value M). */
  | 'MALE'
  /** The source is empty or has another value. */
  | 'UNKNOWN';

/** Split of the data set. All rows of a patient are in the same split. */
export type Split =
  /** Test, for reported metrics (source value 3). */
  | 'TEST'
  /** Training (source value 1). */
  | 'TRAIN'
  /** The source gives no split. */
  | 'UNASSIGNED'
  /** Validation, for choosing among trained models (source value 2). */
  | 'VALIDATION';

/** A named subset of the lesions. Detections are never filtered: a hit on a lesion outside the subset is a false positive. */
export type StratumInput = {
  /** Which lesions; it must not name a dataset, because the lesions are those of the run. */
  filter: LesionFilter;
  /** Name of the stratum, as used by the curves: 1 to 60 characters without a colon, and not `ALL`. */
  name: string;
};

/** Format of a file of detections. Text formats may be packed by gzip. */
export type SubmissionFormat =
  /** COCO results: one JSON array of `{ image_id, category_id, bbox, score }`. */
  | 'COCO_RESULTS'
  /** CSV with a header: image, x1, y1, x2, y2 (or bbox), score, category (optional). */
  | 'CSV'
  /** One JSON object in each line, with the keys of the columns of CSV. */
  | 'NDJSON'
  /** Parquet with the columns of CSV. */
  | 'PARQUET';

/** A file of detections, how it is to be read, and what made it. */
export type SubmitDetectionsInput = {
  /** XYWH for COCO results and XYXY for columns x1, y1, x2, y2 if omitted; the lists `bbox` of other formats need it. */
  boxConvention?: BoxConvention | null | undefined;
  /** `slug` for the latest version of a data set, `slug@2` for version 2. */
  dataset: string;
  /** The detector. */
  detector: ExternalDetectorInput;
  /** Format of the file. */
  format: SubmissionFormat;
  /** A key chosen by the client, 1 to 200 characters: a repeated request of the same client with the same key returns the first result, for at least 24 hours; a different request with the key is a CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** The images that were run. */
  images: SubmittedImagesInput;
  /** IoU thresholds of the evaluation, in addition to 0.05 to 0.95: between 0 and 1, at most three decimals. */
  iouThresholds?: Array<number> | null | undefined;
  /** Note of the run, 1 to 10000 characters. */
  note?: string | null | undefined;
  /** Pixel convention of the boxes: ZERO_BASED for COCO results if omitted, the data set's own for other formats. */
  pixelConvention?: PixelConvention | null | undefined;
  /** Needed if scores are not in 0 to 1. */
  scoreTransform?: ScoreTransform | null | undefined;
  /** Number of top-scoring detections per image that count in the accuracy curve (top-k), 1 to 1000, in addition to 1 and 5; 5 if omitted. */
  topK?: number | null | undefined;
  /** Id of the file from PUT /uploads. */
  uploadId: string;
};

/** The images that the detector was run on: exactly one of these. An image without boxes counts as one in which nothing was detected; a box on any other image is refused. */
export type SubmittedImagesInput = {
  /** All images that fulfil the filter. */
  filter?: BookmarkedImageFilter | null | undefined;
  /** Global ids of bookmarked images of the data set. */
  imageIds?: Array<string> | null | undefined;
  /** The images that the file names. A row of CSV, NDJSON or Parquet without box and score only names its image. */
  listInFile?: boolean | null | undefined;
  /** All images of these splits. */
  split?: Array<Split> | null | undefined;
};

/** Splits of a data set that a detector was trained on. */
export type TrainingPartInput = {
  /** The data set: its slug, for all versions. */
  dataset: string;
  /** The splits. */
  splits: Array<Split>;
};

export type DatasetsQueryVariables = Exact<{ [key: string]: never; }>;


export type DatasetsQuery = { datasets: { nodes: Array<{ slug: string, version: number, name: string, licence: string, synthetic: boolean, counts: { patients: number, studies: number, images: number, imagesWithPixels: number, lesions: number } | null }> } };

export type LargestLungLesionsQueryVariables = Exact<{ [key: string]: never; }>;


export type LargestLungLesionsQuery = { lesions: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, sourceRowIndex: number, longDiameterMm: number | null, shortDiameterMm: number | null, boundingBox: { x1: number, y1: number, x2: number, y2: number }, image: { fileName: string, url: string | null, study: { ageYears: number | null, patient: { patientIndex: number, sex: Sex } } } }> } };

export type LiverLesionsQueryVariables = Exact<{
  dataset: string;
  longerThanMm: number;
  after?: string | null | undefined;
}>;


export type LiverLesionsQuery = { lesions: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, longDiameterMm: number | null, shortDiameterMm: number | null, split: Split, image: { fileName: string, sliceIndex: number }, patient: { patientIndex: number, sex: Sex } }> } };

export type LiverLesionsToExportQueryVariables = Exact<{
  dataset: string;
  filter?: LesionFilter | null | undefined;
}>;


export type LiverLesionsToExportQuery = { dataset: { slug: string, version: number, licence: string, citation: string } | null, lesions: { totalCount: number } };

export type FilteredLesionsQueryVariables = Exact<{
  filter?: LesionFilter | null | undefined;
  first?: number | null | undefined;
}>;


export type FilteredLesionsQuery = { lesions: { totalCount: number, nodes: Array<{ id: string, coarseType: CoarseType, longDiameterMm: number | null, patient: { patientIndex: number } }> } };

export type DiametersQueryVariables = Exact<{
  filter?: LesionFilter | null | undefined;
  groupBy?: Array<LesionGrouping> | LesionGrouping | null | undefined;
}>;


export type DiametersQuery = { lesionStatistics: Array<{ split: Split | null, coarseType: CoarseType | null, lesionCount: number, patientCount: number, longDiameterMm: { mean: number | null, standardDeviation: number | null, p5: number | null, p50: number | null, p95: number | null, histogram: { edges: Array<number>, counts: Array<number>, below: number, above: number, nullCount: number } | null } }> };

export type FacetsQueryVariables = Exact<{ [key: string]: never; }>;


export type FacetsQuery = { lesionFacets: Array<{ field: LesionFacetField, buckets: Array<{ key: string | null, label: string, count: number }> }>, lesionHistograms: Array<{ field: LesionHistogramField, edges: Array<number>, counts: Array<number>, nullCount: number }> };

export type SliceQueryVariables = Exact<{
  dataset: string;
}>;


export type SliceQuery = { bookmarkedImages: { nodes: Array<{ id: string, fileName: string, width: number, height: number, pixelSpacingMm: number | null, url: string | null, huUrl: string | null, windows: Array<{ low: number, high: number }>, slices: Array<{ offset: number, offsetMm: number | null, huUrl: string }> }> } };

export type CategorizationsQueryVariables = Exact<{ [key: string]: never; }>;


export type CategorizationsQuery = { categorizations: { nodes: Array<{ name: string, method: string, source: CategorizationSource, status: JobStatus, clusterCount: number, selectionRule: string | null, chosenIteration: number | null, encoder: { name: string, version: string } | null, iterations: Array<{ iteration: number, nmiToPrevious: number | null, purityToPrevious: number | null, silhouette: number | null, sizes: Array<number> }>, quality: { silhouette: number | null, sizes: Array<number> }, agreementWithCoarseTypes: { lesions: number, nmi: number | null, purity: number, floorPurity: number } | null, pseudoClusters: { nodes: Array<{ clusterIndex: number, label: string | null, size: number, montageUrl: string, longDiameterMm: { p25: number | null, p50: number | null, p75: number | null }, location: { z: { mean: number | null, standardDeviation: number | null } }, coarseTypes: Array<{ coarseType: CoarseType, share: number }>, typicalLesions: Array<{ longDiameterMm: number | null, image: { url: string | null } }> }> } }> } };

export type SimilarLesionsQueryVariables = Exact<{
  dataset: string;
}>;


export type SimilarLesionsQuery = { pseudoClusters: { nodes: Array<{ label: string | null, size: number, typicalLesions: Array<{ id: string, coarseType: CoarseType, longDiameterMm: number | null, url: string | null, similar: Array<{ distance: number, lesion: { id: string, coarseType: CoarseType, longDiameterMm: number | null, url: string | null, patient: { patientIndex: number } } }> | null }> }> } };

export type DetectorsQueryVariables = Exact<{ [key: string]: never; }>;


export type DetectorsQuery = { detectors: { nodes: Array<{ name: string, version: string, ready: boolean, architecture: string | null, classes: Array<string> | null, modelCard: unknown }> } };

export type StartARunMutationVariables = Exact<{
  input: RunDetectionInput;
}>;


export type StartARunMutation = { runDetection: { run: { id: string, status: JobStatus, progress: { completed: number, failed: number, total: number } } } };

export type FollowARunSubscriptionVariables = Exact<{
  run: string;
}>;


export type FollowARunSubscription = { jobProgress:
    | { id: string, status: JobStatus, estimatedEndAt: string | null, error: string | null, progress: { completed: number, failed: number, total: number } }
    | { id: string, status: JobStatus, estimatedEndAt: string | null, error: string | null, progress: { completed: number, failed: number, total: number } }
    | { id: string, status: JobStatus, estimatedEndAt: string | null, error: string | null, progress: { completed: number, failed: number, total: number } }
    | { id: string, status: JobStatus, estimatedEndAt: string | null, error: string | null, progress: { completed: number, failed: number, total: number } }
   };

export type DetectInAnOwnImageMutationVariables = Exact<{
  input: DetectInImageInput;
}>;


export type DetectInAnOwnImageMutation = { detectInImage: { detection: { id: string, status: JobStatus, detector: { name: string, version: string } } } };

export type AccuracyCurveQueryVariables = Exact<{ [key: string]: never; }>;


export type AccuracyCurveQuery = { detectionRuns: { nodes: Array<{ id: string, executionProviders: Array<ExecutionProvider>, detector: { name: string, version: string }, dataset: { slug: string, version: number }, timing: { meanMsPerImage: number | null, imagesPerSecond: number | null }, evaluations: Array<{ id: string, averagePrecision: number | null, strata: Array<{ name: string, lesionCount: number }>, accuracyCurve: Array<{ iouThreshold: number, accuracy: number | null, correct: number, total: number, ciLow: number | null, ciHigh: number | null }> | null, top1: Array<{ iouThreshold: number, accuracy: number | null, correct: number, total: number }> | null, froc: Array<{ falsePositivesPerImage: number, sensitivity: number | null }> | null }> }> } };

export type CurvesPerClusterQueryVariables = Exact<{
  dataset: string;
}>;


export type CurvesPerClusterQuery = { detectionRuns: { nodes: Array<{ detector: { name: string, version: string }, evaluations: Array<{ id: string, strata: Array<{ name: string, label: string, lesionCount: number, accuracyCurve: Array<{ iouThreshold: number, accuracy: number | null, correct: number, total: number, ciLow: number | null, ciHigh: number | null }> | null }> }> }> } };

export type FrocQueryVariables = Exact<{
  dataset: string;
  rates: Array<number> | number;
}>;


export type FrocQuery = { detectionRuns: { nodes: Array<{ detector: { name: string, version: string }, evaluations: Array<{ froc: Array<{ falsePositivesPerImage: number, sensitivity: number | null, truePositives: number, total: number, scoreThreshold: number | null, reachedFalsePositivesPerImage: boolean }> | null }> }> } };

export type OneFalsePositivePerImageQueryVariables = Exact<{
  dataset: string;
}>;


export type OneFalsePositivePerImageQuery = { detectionRuns: { nodes: Array<{ detector: { name: string, version: string }, evaluations: Array<{ operatingPoint: { scoreThreshold: number | null, sensitivity: number | null, falsePositivesPerImage: number | null, precision: number | null, truePositives: number, lesionCount: number, falsePositives: number, imageCount: number, sensitivityInterval: { low: number, high: number } | null } | null }> }> } };

export type CompareRunsQueryVariables = Exact<{
  evaluations: Array<string> | string;
}>;


export type CompareRunsQuery = { compareEvaluations: { baseline: { lesionCount: number, run: { detector: { name: string, version: string } } }, differences: Array<{ imageCount: number, other: { run: { detector: { name: string, version: string } } }, points: Array<{ iouThreshold: number, difference: number | null, ciLow: number | null, ciHigh: number | null, mcNemarP: number, onlyBaseline: number, onlyOther: number, total: number }>, discordantLesions: Array<{ foundBy: DiscordantSide, reason: MissReason, bestOverlap: number, lesion: { id: string, coarseType: CoarseType, longDiameterMm: number | null } | null }> | null }> | null } };

export type NoWorseQueryVariables = Exact<{
  candidate: string;
  reference: string;
}>;


export type NoWorseQuery = { assertNoWorse: { holds: boolean, candidate: number | null, reference: number | null, difference: number | null, ciLow: number | null, ciHigh: number | null, lesionCount: number, sentence: string } };

export type WhoIsBestQueryVariables = Exact<{
  dataset: string;
}>;


export type WhoIsBestQuery = { leaderboard: { metric: string, imageCount: number, lesionCount: number | null, patientCount: number | null, resolvableDifference: number | null, entries: Array<{ rank: number | null, rankLow: number | null, rankHigh: number | null, group: number | null, tiedWithBest: boolean | null, value: number | null, ciLow: number | null, ciHigh: number | null, standing: LeaderboardStanding, coverage: number, verified: boolean, sawTestPatients: boolean | null, detector: { name: string, version: string } }> } };

export type ErrorsOfARunQueryVariables = Exact<{
  run: string;
  image: string;
}>;


export type ErrorsOfARunQuery = { detectionRun: { imageOutcome: { image: { fileName: string }, missed: Array<{ id: string, coarseType: CoarseType, longDiameterMm: number | null }>, detections: Array<{ kind: DetectionOutcomeKind, iou: number, detection: { rank: number, score: number, boundingBox: { x1: number, y1: number, x2: number, y2: number } } }> } | null } | null };

export type MissedLesionsQueryVariables = Exact<{
  evaluation: string;
}>;


export type MissedLesionsQuery = { evaluation: { outcomes: { counts: { hits: number, missed: number, falsePositives: number }, nodes: Array<{ reason: OutcomeReason | null, overlap: number | null, lesion: { id: string, coarseType: CoarseType, longDiameterMm: number | null } | null, image: { fileName: string } }> } | null } | null };

export type FindingsQueryVariables = Exact<{ [key: string]: never; }>;


export type FindingsQuery = { detectionRuns: { nodes: Array<{ detections: { nodes: Array<{ id: string, score: number, boundingBox: { x1: number, y1: number, x2: number, y2: number }, image: { url: string | null, lesions: Array<{ boundingBox: { x1: number, y1: number, x2: number, y2: number } }> }, reviews: Array<{ verdict: ReviewVerdict, reviewer: string, remark: string | null }> }> } }> } };

export type ReviewQueueQueryVariables = Exact<{
  run: string;
}>;


export type ReviewQueueQuery = { reviewProgress: { candidates: number, reviewed: number, lesion: number, notLesion: number, unsure: number }, reviewQueue: { totalCount: number, nodes: Array<{ id: string, score: number, boundingBox: { x1: number, y1: number, x2: number, y2: number }, image: { fileName: string, url: string | null } }> } };

export type GiveAVerdictMutationVariables = Exact<{
  input: ReviewDetectionInput;
}>;


export type GiveAVerdictMutation = { reviewDetection: { review: { verdict: ReviewVerdict, reviewer: string, remark: string | null, createdAt: string }, detection: { id: string, reviewCount: number, currentVerdict: ReviewVerdict | null } } };

export type SubmitMyResultsMutationVariables = Exact<{
  input: SubmitDetectionsInput;
}>;


export type SubmitMyResultsMutation = { submitDetections: { run: { id: string, status: JobStatus, detector: { name: string, version: string, source: DetectorSource } } } };

export type CitationQueryVariables = Exact<{
  dataset: string;
}>;


export type CitationQuery = { dataset: { slug: string, version: number, name: string, licence: string, citation: string, synthetic: boolean, sourceFile: string, sourceSha256: string, importedAt: string } | null };

export type ServerQueryVariables = Exact<{ [key: string]: never; }>;


export type ServerQuery = { serverInfo: { version: string, codeVersion: string, executionProviders: Array<string>, machineExecutionProviders: Array<{ id: string, available: boolean, reason: string | null }>, limits: { maxPageSize: number, depth: number, complexity: number } } };

/** Which data sets are here, how large are they, and under which licence? */
export const dataSets: TypedDocument<DatasetsQuery, DatasetsQueryVariables> = {
  name: 'Datasets',
  text: "query Datasets {\n  datasets {\n    nodes {\n      slug\n      version\n      name\n      licence\n      synthetic\n      counts { patients studies images imagesWithPixels lesions }\n    }\n  }\n}",
};

/** Which lung lesions of the test split are the largest, and what do they look like? */
export const largestLungLesions: TypedDocument<LargestLungLesionsQuery, LargestLungLesionsQueryVariables> = {
  name: 'LargestLungLesions',
  text: "query LargestLungLesions {\n  lesions(\n    first: 10\n    filter: { split: TEST, coarseType: LUNG }\n    orderBy: { field: LONG_DIAMETER_MM, direction: DESC }\n  ) {\n    totalCount\n    pageInfo { hasNextPage endCursor }\n    nodes {\n      id\n      sourceRowIndex\n      longDiameterMm\n      shortDiameterMm\n      boundingBox { x1 y1 x2 y2 }\n      image {\n        fileName\n        url(window: \"lung\", overlay: \"lesions\", size: 512)\n        study { ageYears patient { patientIndex sex } }\n      }\n    }\n  }\n}",
};

/** How do I get all liver lesions over 3 cm as a table? */
export const liverLesionsOver3Cm: TypedDocument<LiverLesionsQuery, LiverLesionsQueryVariables> = {
  name: 'LiverLesions',
  text: "query LiverLesions($dataset: String!, $longerThanMm: Float!, $after: String) {\n  lesions(\n    first: 500\n    after: $after\n    filter: { dataset: $dataset, coarseType: LIVER, longDiameterMm: { gte: $longerThanMm } }\n    orderBy: { field: LONG_DIAMETER_MM, direction: DESC }\n  ) {\n    totalCount\n    pageInfo { hasNextPage endCursor }\n    nodes {\n      id\n      longDiameterMm\n      shortDiameterMm\n      split\n      image { fileName sliceIndex }\n      patient { patientIndex sex }\n    }\n  }\n}",
};

/** How do I get all liver lesions as a table file? */
export const exportLiverLesions: TypedDocument<LiverLesionsToExportQuery, LiverLesionsToExportQueryVariables> = {
  name: 'LiverLesionsToExport',
  text: "query LiverLesionsToExport($dataset: String!, $filter: LesionFilter) {\n  dataset(slug: $dataset) { slug version licence citation }\n  lesions(filter: $filter, first: 1) { totalCount }\n}",
};

/** Which lesions of women of 60 and older are large, or in liver or kidney? */
export const filters: TypedDocument<FilteredLesionsQuery, FilteredLesionsQueryVariables> = {
  name: 'FilteredLesions',
  text: "query FilteredLesions($filter: LesionFilter, $first: Int = 50) {\n  lesions(filter: $filter, first: $first) {\n    totalCount\n    nodes { id coarseType longDiameterMm patient { patientIndex } }\n  }\n}",
};

/** How are the long diameters distributed, by split and type? */
export const statistics: TypedDocument<DiametersQuery, DiametersQueryVariables> = {
  name: 'Diameters',
  text: "query Diameters($filter: LesionFilter, $groupBy: [LesionGrouping!] = [SPLIT, COARSE_TYPE]) {\n  lesionStatistics(filter: $filter, groupBy: $groupBy) {\n    split\n    coarseType\n    lesionCount\n    patientCount\n    longDiameterMm {\n      mean\n      standardDeviation\n      p5\n      p50\n      p95\n      histogram(bins: 10, min: 0, max: 100) { edges counts below above nullCount }\n    }\n  }\n}",
};

/** How many lesions would a further condition of a search keep? */
export const facets: TypedDocument<FacetsQuery, FacetsQueryVariables> = {
  name: 'Facets',
  text: "query Facets {\n  lesionFacets(filter: { split: TEST, longDiameterMm: { gte: 8 } }) {\n    field\n    buckets { key label count }\n  }\n  lesionHistograms(filter: { split: TEST, longDiameterMm: { gte: 8 } }, fields: [LONG_DIAMETER_MM, AGE_YEARS], bins: 8) {\n    field\n    edges\n    counts\n    nullCount\n  }\n}",
};

/** How do I get the picture of a slice, and its Hounsfield units? */
export const sliceAndHounsfieldUnits: TypedDocument<SliceQuery, SliceQueryVariables> = {
  name: 'Slice',
  text: "query Slice($dataset: String!) {\n  bookmarkedImages(first: 1, filter: { dataset: $dataset, hasPixels: true }) {\n    nodes {\n      id\n      fileName\n      width\n      height\n      pixelSpacingMm\n      windows { low high }\n      url(window: \"soft-tissue\", overlay: \"lesions\", size: 512)\n      huUrl\n      slices { offset offsetMm huUrl }\n    }\n  }\n}",
};

/** What is in the pseudo-clusters of the newest categorization, and how good is it? */
export const categorizations: TypedDocument<CategorizationsQuery, CategorizationsQueryVariables> = {
  name: 'Categorizations',
  text: "query Categorizations {\n  categorizations(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {\n    nodes {\n      name\n      method\n      source\n      status\n      encoder { name version }\n      clusterCount\n      selectionRule\n      chosenIteration\n      iterations { iteration nmiToPrevious purityToPrevious silhouette sizes }\n      quality { silhouette sizes }\n      agreementWithCoarseTypes { lesions nmi purity floorPurity }\n      pseudoClusters {\n        nodes {\n          clusterIndex\n          label\n          size\n          longDiameterMm { p25 p50 p75 }\n          location { z { mean standardDeviation } }\n          coarseTypes { coarseType share }\n          montageUrl(count: 16, size: 96)\n          typicalLesions(first: 3) { longDiameterMm image { url(overlay: \"lesions\") } }\n        }\n      }\n    }\n  }\n}",
};

/** Which lesions look like this one? */
export const similarLesions: TypedDocument<SimilarLesionsQuery, SimilarLesionsQueryVariables> = {
  name: 'SimilarLesions',
  text: "query SimilarLesions($dataset: String!) {\n  pseudoClusters(first: 1, filter: { dataset: $dataset }) {\n    nodes {\n      label\n      size\n      typicalLesions(first: 1) {\n        id\n        coarseType\n        longDiameterMm\n        url(size: 128)\n        similar(first: 5) {\n          distance\n          lesion { id coarseType longDiameterMm url(size: 128) patient { patientIndex } }\n        }\n      }\n    }\n  }\n}",
};

/** Which detectors are here, and on what data were they trained, by their model cards? */
export const detectors: TypedDocument<DetectorsQuery, DetectorsQueryVariables> = {
  name: 'Detectors',
  text: "query Detectors {\n  detectors {\n    nodes { name version ready architecture classes modelCard }\n  }\n}",
};

/** How do I start a detection run and wait for its end? */
export const startARun: TypedDocument<StartARunMutation, StartARunMutationVariables> = {
  name: 'StartARun',
  text: "mutation StartARun($input: RunDetectionInput!) {\n  runDetection(input: $input) {\n    run { id status progress { completed failed total } }\n  }\n}",
};

/** How do I follow the progress of a run without asking again and again? */
export const followARun: TypedDocument<FollowARunSubscription, FollowARunSubscriptionVariables> = {
  name: 'FollowARun',
  text: "subscription FollowARun($run: ID!) {\n  jobProgress(id: $run) {\n    id\n    status\n    progress { completed failed total }\n    estimatedEndAt\n    error\n  }\n}",
};

/** How do I detect lesions in an image of my own? */
export const detectInAnOwnImage: TypedDocument<DetectInAnOwnImageMutation, DetectInAnOwnImageMutationVariables> = {
  name: 'DetectInAnOwnImage',
  text: "mutation DetectInAnOwnImage($input: DetectInImageInput!) {\n  detectInImage(input: $input) {\n    detection { id status detector { name version } }\n  }\n}",
};

/** How accurate is the newest run, at each IoU threshold? */
export const accuracyCurve: TypedDocument<AccuracyCurveQuery, AccuracyCurveQueryVariables> = {
  name: 'AccuracyCurve',
  text: "query AccuracyCurve {\n  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {\n    nodes {\n      id\n      detector { name version }\n      dataset { slug version }\n      executionProviders\n      timing { meanMsPerImage imagesPerSecond }\n      evaluations {\n        id\n        strata { name lesionCount }\n        accuracyCurve { iouThreshold accuracy correct total ciLow ciHigh }\n        top1: accuracyCurve(topK: 1) { iouThreshold accuracy correct total }\n        froc { falsePositivesPerImage sensitivity }\n        averagePrecision\n      }\n    }\n  }\n}",
};

/** How accurate are both detectors, per pseudo-cluster? */
export const curvesPerCluster: TypedDocument<CurvesPerClusterQuery, CurvesPerClusterQueryVariables> = {
  name: 'CurvesPerCluster',
  text: "query CurvesPerCluster($dataset: String!) {\n  detectionRuns(\n    first: 2\n    filter: { dataset: $dataset, status: SUCCEEDED }\n    orderBy: { field: CREATED_AT, direction: DESC }\n  ) {\n    nodes {\n      detector { name version }\n      evaluations(first: 1) {\n        id\n        strata {\n          name\n          label\n          lesionCount\n          accuracyCurve { iouThreshold accuracy correct total ciLow ciHigh }\n        }\n      }\n    }\n  }\n}",
};

/** How sensitive is a detector at a given number of false positives per image? */
export const froc: TypedDocument<FrocQuery, FrocQueryVariables> = {
  name: 'Froc',
  text: "query Froc($dataset: String!, $rates: [Float!]!) {\n  detectionRuns(\n    first: 1\n    filter: { dataset: $dataset, status: SUCCEEDED }\n    orderBy: { field: CREATED_AT, direction: DESC }\n  ) {\n    nodes {\n      detector { name version }\n      evaluations(first: 1) {\n        froc(falsePositivesPerImage: $rates) {\n          falsePositivesPerImage\n          sensitivity\n          truePositives\n          total\n          scoreThreshold\n          reachedFalsePositivesPerImage\n        }\n      }\n    }\n  }\n}",
};

/** At which score threshold does a detector make one false positive per image, and what does it find there? */
export const oneFalsePositivePerImage: TypedDocument<OneFalsePositivePerImageQuery, OneFalsePositivePerImageQueryVariables> = {
  name: 'OneFalsePositivePerImage',
  text: "query OneFalsePositivePerImage($dataset: String!) {\n  detectionRuns(\n    first: 1\n    filter: { dataset: $dataset, status: SUCCEEDED }\n    orderBy: { field: CREATED_AT, direction: DESC }\n  ) {\n    nodes {\n      detector { name version }\n      evaluations(first: 1) {\n        operatingPoint(falsePositivesPerImage: 1) {\n          scoreThreshold\n          sensitivity\n          sensitivityInterval { low high }\n          falsePositivesPerImage\n          precision\n          truePositives\n          lesionCount\n          falsePositives\n          imageCount\n        }\n      }\n    }\n  }\n}",
};

/** Is one detector better than another, or is the difference within the noise? */
export const compareRuns: TypedDocument<CompareRunsQuery, CompareRunsQueryVariables> = {
  name: 'CompareRuns',
  text: "query CompareRuns($evaluations: [ID!]!) {\n  compareEvaluations(ids: $evaluations) {\n    baseline { run { detector { name version } } lesionCount }\n    differences {\n      other { run { detector { name version } } }\n      imageCount\n      points { iouThreshold difference ciLow ciHigh mcNemarP onlyBaseline onlyOther total }\n      discordantLesions(first: 5) {\n        foundBy\n        reason\n        bestOverlap\n        lesion { id coarseType longDiameterMm }\n      }\n    }\n  }\n}",
};

/** Is a new detector no worse than another one, by more than 5 percentage points? */
export const noWorse: TypedDocument<NoWorseQuery, NoWorseQueryVariables> = {
  name: 'NoWorse',
  text: "query NoWorse($candidate: ID!, $reference: ID!) {\n  assertNoWorse(candidate: $candidate, reference: $reference, margin: 0.05, metric: SENSITIVITY, falsePositivesPerImage: 4) {\n    holds\n    candidate\n    reference\n    difference\n    ciLow\n    ciHigh\n    lesionCount\n    sentence\n  }\n}",
};

/** Who is best, and is it sure? */
export const whoIsBest: TypedDocument<WhoIsBestQuery, WhoIsBestQueryVariables> = {
  name: 'WhoIsBest',
  text: "query WhoIsBest($dataset: String!) {\n  leaderboard(dataset: $dataset, split: TEST, metric: { kind: ACCURACY, iouThreshold: 0.5, topK: 5 }) {\n    metric\n    imageCount\n    lesionCount\n    patientCount\n    resolvableDifference\n    entries {\n      rank\n      rankLow\n      rankHigh\n      group\n      tiedWithBest\n      value\n      ciLow\n      ciHigh\n      standing\n      coverage\n      verified\n      sawTestPatients\n      detector { name version }\n    }\n  }\n}",
};

/** Which lesions did a run miss, and which of its detections are false positives, as a table? */
export const errorsOfARun: TypedDocument<ErrorsOfARunQuery, ErrorsOfARunQueryVariables> = {
  name: 'ErrorsOfARun',
  text: "query ErrorsOfARun($run: ID!, $image: ID!) {\n  detectionRun(id: $run) {\n    imageOutcome(imageId: $image, iouThreshold: 0.5, scoreThreshold: 0.5) {\n      image { fileName }\n      missed { id coarseType longDiameterMm }\n      detections { kind iou detection { rank score boundingBox { x1 y1 x2 y2 } } }\n    }\n  }\n}",
};

/** Which lesions did it miss, the largest first, and why? */
export const missedLesions: TypedDocument<MissedLesionsQuery, MissedLesionsQueryVariables> = {
  name: 'MissedLesions',
  text: "query MissedLesions($evaluation: ID!) {\n  evaluation(id: $evaluation) {\n    outcomes(kinds: [MISSED], scoreAtLeast: 0.3, iouThreshold: 0.5, orderBy: { field: LONG_DIAMETER, direction: DESC }, first: 20) {\n      counts { hits missed falsePositives }\n      nodes { reason overlap lesion { id coarseType longDiameterMm } image { fileName } }\n    }\n  }\n}",
};

/** Which detections of the newest run have the highest scores, and what is annotated there? */
export const findingsToReview: TypedDocument<FindingsQuery, FindingsQueryVariables> = {
  name: 'Findings',
  text: "query Findings {\n  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {\n    nodes {\n      detections(first: 10, orderBy: { field: SCORE, direction: DESC }) {\n        nodes {\n          id\n          score\n          boundingBox { x1 y1 x2 y2 }\n          image { url(overlay: \"lesions\") lesions { boundingBox { x1 y1 x2 y2 } } }\n          reviews { verdict reviewer remark }\n        }\n      }\n    }\n  }\n}",
};

/** Which false positives of a run should a radiologist look at first? */
export const reviewQueue: TypedDocument<ReviewQueueQuery, ReviewQueueQueryVariables> = {
  name: 'ReviewQueue',
  text: "query ReviewQueue($run: ID!) {\n  reviewProgress(run: $run) { candidates reviewed lesion notLesion unsure }\n  reviewQueue(run: $run, first: 10, filter: { scoreAtLeast: 0.3 }) {\n    totalCount\n    nodes {\n      id\n      score\n      boundingBox { x1 y1 x2 y2 }\n      image { fileName url(overlay: \"lesions\") }\n    }\n  }\n}",
};

/** How does a radiologist confirm that a detection is a lesion? */
export const giveAVerdict: TypedDocument<GiveAVerdictMutation, GiveAVerdictMutationVariables> = {
  name: 'GiveAVerdict',
  text: "mutation GiveAVerdict($input: ReviewDetectionInput!) {\n  reviewDetection(input: $input) {\n    review { verdict reviewer remark createdAt }\n    detection { id reviewCount currentVerdict }\n  }\n}",
};

/** How do I submit the results of my own detector, and compare it with another one? */
export const submitMyResults: TypedDocument<SubmitMyResultsMutation, SubmitMyResultsMutationVariables> = {
  name: 'SubmitMyResults',
  text: "mutation SubmitMyResults($input: SubmitDetectionsInput!) {\n  submitDetections(input: $input) {\n    run { id status detector { name version source } }\n  }\n}",
};

/** How do I cite the data, and how do others find out that they have the same data? */
export const citation: TypedDocument<CitationQuery, CitationQueryVariables> = {
  name: 'Citation',
  text: "query Citation($dataset: String!) {\n  dataset(slug: $dataset) {\n    slug\n    version\n    name\n    licence\n    citation\n    synthetic\n    sourceFile\n    sourceSha256\n    importedAt\n  }\n}",
};

/** Which version of the server answers, and within which limits? */
export const server: TypedDocument<ServerQuery, ServerQueryVariables> = {
  name: 'Server',
  text: "query Server {\n  serverInfo {\n    version\n    codeVersion\n    executionProviders\n    machineExecutionProviders { id available reason }\n    limits { maxPageSize depth complexity }\n  }\n}",
};
