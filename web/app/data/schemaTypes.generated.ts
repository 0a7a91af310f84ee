// Made of schema.graphql and of all documents below web/ by scripts/webTypes.mjs.

/** Who accepts which terms, and for what. */
export type AcceptTermsInput = {
  /** Affiliation of the person, 1 to 200 characters. */
  affiliation: string;
  /** The data set: its slug. */
  dataset: string;
  /** Name of the person, 1 to 200 characters. */
  name: string;
  /** What the data are for, 1 to 2000 characters. */
  purpose: string;
  /** Version of the terms that were read, which has to be the current one. */
  termsVersion: string;
};

/** Filter for keys: all given fields must match; null is the same as omitting a field. */
export type ApiKeyFilter = {
  /** Whether it is neither revoked nor expired. */
  active?: boolean | null | undefined;
  /** The exact name. */
  name?: string | null | undefined;
};

/** Filter for audit events: all given fields must match; null is the same as omitting a field. */
export type AuditEventFilter = {
  /** Name of the mutation, route or command, or `sign in`. */
  action?: string | null | undefined;
  /** Beginning of a key such as `dl_ID`, name of a key or a person, or address as in `actor.address`. */
  actor?: string | null | undefined;
  /** Earliest time (UTC), inclusive. */
  from?: string | null | undefined;
  /** What became of it. */
  outcome?: AuditOutcome | null | undefined;
  /** Latest time (UTC), exclusive. */
  to?: string | null | undefined;
};

/** What became of an attempt. */
export type AuditOutcome =
  /** It was done. */
  | 'DONE'
  /** It failed because of a fault of the server. */
  | 'FAILED'
  /** It was refused; `code` gives the reason. */
  | 'REFUSED';

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

/** Whether box width is x2 − x1 or x2 − x1 + 1. */
export type BoxMeasure =
  /** x2 − x1, as in COCO. */
  | 'CONTINUOUS'
  /** x2 − x1 + 1, as in PASCAL VOC: the last pixel belongs to the box. */
  | 'INCLUSIVE';

/** The job to cancel. */
export type CancelJobInput = {
  /** Id of a detection run, a categorization, an export or a detection in an upload. */
  id: string;
};

/** How the pseudo-clusters of a categorization were made. */
export type CategorizationSource =
  /** Each lesion was assigned to the nearest centroid of another categorization. */
  | 'ASSIGNED'
  /** Clustered on this server by the features of an encoder. */
  | 'COMPUTED'
  /** Computed by training/categorize.py, the iterative method of Yan et al. 2017, and imported with its lineage. */
  | 'IMPORTED';

/** The lesions to assign to pseudo-clusters, and the method. */
export type CategorizeLesionsInput = {
  /** Global id of a categorization of any data set. If given, there is no new clustering: lesions are assigned to the nearest centroid of that categorization, with its encoder, K and cluster names. */
  assignTo?: string | null | undefined;
  /** Number of pseudo-clusters, K, 1 to 1000; 5 if omitted (Yan et al. 2017). */
  clusterCount?: number | null | undefined;
  /** `slug` for the latest version of a data set, `slug@2` for version 2. */
  dataset: string;
  /** Name of the encoder; may be omitted if there is only one. */
  encoder?: string | null | undefined;
  /** Version of the encoder; the highest version if omitted. */
  encoderVersion?: string | null | undefined;
  /** The lesions to assign; all lesions of the data set if omitted. Training uses `possiblyNoisy: false`. */
  filter?: LesionFilter | null | undefined;
  /** A key chosen by the client, 1 to 200 characters: a repeated request of the same client with the same key returns the first result, for at least 24 hours; a different request with the key is a CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** Name of the categorization, 1 to 200 characters, unique within the data set version. */
  name: string;
  /** Seed of the clustering, 0 or more; 1 if omitted. */
  seed?: number | null | undefined;
};

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

/** What a deletion concerns. */
export type CountedThing =
  /** Categorizations that were assigned by its centroids; they are kept and lose their reference to it. */
  | 'ASSIGNED_CATEGORIZATIONS'
  /** Assignments of lesions to its pseudo-clusters. */
  | 'ASSIGNMENTS'
  /** Categorizations of the data set version. */
  | 'CATEGORIZATIONS'
  /** Cohorts of the data set version. */
  | 'COHORTS'
  /** Lesions of the cohort; they stay, only the list of them is deleted. */
  | 'COHORT_LESIONS'
  /** Detections; if a categorization is deleted, they are kept and lose their pseudo-cluster. */
  | 'DETECTIONS'
  /** Detection runs over the data set version. */
  | 'DETECTION_RUNS'
  /** Evaluations; if a categorization is deleted, those whose strata are its pseudo-clusters. */
  | 'EVALUATIONS'
  /** Bookmarked images of the data set version; their pixel files stay. */
  | 'IMAGES'
  /** Lesions of the data set version. */
  | 'LESIONS'
  /** Patients of the data set version. */
  | 'PATIENTS'
  /** Pseudo-clusters of the categorization. */
  | 'PSEUDO_CLUSTERS'
  /** Detection runs that retry this one; they are kept and lose `retryOf`. */
  | 'RETRIES'
  /** Verdicts of radiologists on the detections. */
  | 'REVIEWS'
  /** Images of the detection run. */
  | 'RUN_IMAGES';

/** The key to create. Its scopes are those of `role` and of `scopes` together. */
export type CreateApiKeyInput = {
  /** Slugs of the only data sets that it may touch: those of your own key by default. */
  datasets?: Array<string> | null | undefined;
  /** Time from which it is no longer valid (UTC): that of your own key by default. */
  expiresAt?: string | null | undefined;
  /** A key chosen by the client, 1 to 200 characters: a repeated request of the same client with the same key returns the first result, for at least 24 hours; a different request with the key is a CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** Name of the person or program that holds it, 1 to 200 characters. With the scope `review` it must not be that of another owner's key for reviews, because verdicts are signed with it. */
  name: string;
  /** What it is for, 1 to 1000 characters. */
  note?: string | null | undefined;
  /** Limits of its own, of which none may be more than yours. What is omitted is as with your own key, or else as this server has it for all keys. */
  quotas?: Array<QuotaInput> | null | undefined;
  /** A named set of scopes: reader, client, reviewer, curator, operator. */
  role?: string | null | undefined;
  /** Single scopes: read, export, detect, upload, submit, review, curate, register, operate, keys. */
  scopes?: Array<string> | null | undefined;
};

/** The lesions to freeze. */
export type CreateCohortInput = {
  /** `slug` for the latest version of a data set, `slug@2` for version 2. */
  dataset: string;
  /** The lesions; all lesions of the data set version if omitted. At least one has to match. */
  filter?: LesionFilter | null | undefined;
  /** A key chosen by the client, 1 to 200 characters: a repeated request of the same client with the same key returns the first result, for at least 24 hours; a different request with the key is a CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** Name of the cohort, 1 to 200 characters. */
  name: string;
};

/** What became of a row from one data set version to another. */
export type DatasetChangeKind =
  /** Only the second version has it. */
  | 'ADDED'
  /** Both versions have it, with other values. */
  | 'CHANGED'
  /** Only the first version has it. */
  | 'REMOVED';

/** A version of the terms of use of a data set. */
export type DatasetTermsInput = {
  /** Terms of the Data Use Ontology (GA4GH), such as `DUO:0000042`, at most 20. */
  duoCodes?: Array<string> | null | undefined;
  /** The whole text, plain, 1 to 100000 characters. */
  text: string;
  /** Title, 1 to 200 characters. */
  title: string;
  /** Address of a page with the terms, http or https. */
  url?: string | null | undefined;
  /** Version: 1 to 40 letters, digits, dots, dashes and underscores. Other terms need another version. */
  version: string;
};

/** Who sees a data set. */
export type DatasetVisibility =
  /** Keys that are bound to it, and callers with `operate` that are not bound to others. For all others it is absent. */
  | 'PRIVATE'
  /** Anyone with the scope `read`. */
  | 'PUBLIC'
  /** Anyone with the scope `read` sees that it is there; its content is for those who have accepted its terms. */
  | 'TERMS';

/** What is to be deleted, and how. */
export type DeletionInput = {
  /** Delete it although something else depends on it, together with that. */
  cascade?: boolean;
  /** Only count what would be deleted, and say what would prevent it. */
  dryRun?: boolean;
  /** Global id of what is to be deleted. */
  id: string;
  /** Why, 1 to 1000 characters. Anyone who asks for the id later is told this reason. */
  reason: string;
};

/** What a detection is worth, compared with the annotated lesions of its image. */
export type DetectionOutcomeKind =
  /** It overlaps enough with no annotated lesion. It may still be a lesion that was not annotated. */
  | 'BACKGROUND'
  /** It overlaps enough with a lesion that a detection with a higher score has hit already. */
  | 'DUPLICATE'
  /** It is the detection with the highest score on its lesion. */
  | 'HIT';

/** Whether a finished run has a result for every image. */
export type DetectionRunCompleteness =
  /** The detector returned a result for every image. */
  | 'COMPLETE'
  /** Some images failed or were never processed; evaluations exclude their lesions. */
  | 'PARTIAL';

/** Filter for detection runs: all given fields must match; null is the same as omitting a field. */
export type DetectionRunFilter = {
  /** All of these filters must match. An empty list matches everything. */
  and?: Array<DetectionRunFilter> | null | undefined;
  /** `slug` for the latest version of a data set, `slug@2` for version 2; NOT_FOUND if there is no such data set. */
  dataset?: string | null | undefined;
  /** Name of the detector. */
  detector?: string | null | undefined;
  /** Version of the detector. */
  detectorVersion?: string | null | undefined;
  /** This filter must not match. Rows that lack a value that it tests are included. */
  not?: DetectionRunFilter | null | undefined;
  /** At least one of these filters must match. An empty list matches nothing. */
  or?: Array<DetectionRunFilter> | null | undefined;
  /** One of these statuses; a single value need not be a list. An empty list matches nothing. */
  status?: Array<DetectionRunStatus> | null | undefined;
  /** At least one of these tags; a single value need not be a list. An empty list matches nothing. */
  tag?: Array<string> | null | undefined;
};

/** Status of a detection run, for filters. A run ends with exactly one of SUCCEEDED, FAILED and CANCELLED. */
export type DetectionRunStatus =
  /** The run was cancelled. */
  | 'CANCELLED'
  /** It failed; `error` gives the reason. */
  | 'FAILED'
  /** Accepted; no worker has started yet. */
  | 'QUEUED'
  /** A worker has started. */
  | 'RUNNING'
  /** Every image has been processed; individual images may have failed. */
  | 'SUCCEEDED';

/** Which of two runs found a lesion that the other did not find. */
export type DiscordantSide =
  /** The baseline. */
  | 'BASELINE'
  /** The run that is compared with the baseline. */
  | 'OTHER';

/** How a part of the server is. */
export type DoctorStatus =
  /** It does not work. */
  | 'FAIL'
  /** As it should be. */
  | 'OK'
  /** It works, and somebody should look at it. */
  | 'WARN';

/** Why a detection or a lesion counts as an error. */
export type ErrorKind =
  /** The box overlaps no lesion, or hardly any. */
  | 'BACKGROUND'
  /** The box overlaps a lesion of another class, and less than the threshold. Does not occur where classes are ignored. */
  | 'BOTH'
  /** The box would hit, if it were of the class of the lesion. Does not occur where classes are ignored. */
  | 'CLASSIFICATION'
  /** Detections with higher scores have taken the lesions that the box overlaps enough. */
  | 'DUPLICATE'
  /** The box overlaps a lesion, and less than the threshold. */
  | 'LOCALIZATION'
  /** No detection hits the lesion, and none would do so at another place or with another class. */
  | 'MISSED';

/** The detection run to evaluate, and the evaluation protocol. */
export type EvaluateDetectionRunInput = {
  /** Whether box width is x2 − x1 or x2 − x1 + 1 in the accuracy. */
  accuracyBoxMeasure?: BoxMeasure | null | undefined;
  /** Whether an overlap equal to the threshold is a hit in the accuracy. */
  accuracyComparator?: OverlapComparator | null | undefined;
  /** Overlap measure for a hit in the accuracy. */
  accuracyCriterion?: OverlapCriterion | null | undefined;
  /** With reviews: INCLUDE, whether only reviews count whose reviewer was identified by a key: all by default. */
  authenticatedReviewsOnly?: boolean | null | undefined;
  /** Name of the categorization whose pseudo-clusters are strata: the newest of the data set by default. */
  categorization?: string | null | undefined;
  /** Whether box width is x2 − x1 or x2 − x1 + 1 in the FROC. */
  frocBoxMeasure?: BoxMeasure | null | undefined;
  /** Whether an overlap equal to the threshold is a hit in the FROC. */
  frocComparator?: OverlapComparator | null | undefined;
  /** Overlap measure for a hit in the FROC. */
  frocCriterion?: OverlapCriterion | null | undefined;
  /** How the FROC counts a second box on a lesion. */
  frocDuplicates?: FrocDuplicates | null | undefined;
  /** Overlap thresholds of the FROC: 0.5 by default. */
  frocThresholds?: Array<number> | null | undefined;
  /** Global id of the detection run. */
  id: string;
  /** A key chosen by the client, 1 to 200 characters: a repeated request of the same client with the same key returns the first result, for at least 24 hours; a different request with the key is a CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** IoU thresholds in addition to 0.05 to 0.95 and those of the run: between 0 and 1, at most three decimals. */
  iouThresholds?: Array<number> | null | undefined;
  /** How possibly noisy lesions are treated: LEAVE_OUT by default. */
  possiblyNoisyLesions?: PossiblyNoisyLesions | null | undefined;
  /** The evaluation convention, whose rules the other fields can override: PAPER by default. */
  preset?: EvaluationPreset | null | undefined;
  /** Number of resamples of the bootstrap over patients, 100 to 10000: 1000 by default. */
  resamples?: number | null | undefined;
  /** Whether lesions confirmed by radiologists count like annotated ones: IGNORE by default. */
  reviews?: ReviewPolicy | null | undefined;
  /** With reviews: INCLUDE, the number of reviews of the data set version that count, as given by reviewsUpTo in the protocol of an earlier evaluation: all reviews by default. */
  reviewsUpTo?: number | null | undefined;
  /** Minimum score, 0 to 1: detections with a lower score do not count in any metric. All detections count if omitted. */
  scoreFloor?: number | null | undefined;
  /** Seed of the bootstrap, 0 or more: 1 by default. */
  seed?: number | null | undefined;
  /** Strata of your own, in addition to those of the run: at most 50. They become part of the protocol, and every curve takes their names. */
  strata?: Array<StratumInput> | null | undefined;
  /** Numbers of top-scoring detections per image that count (top-k), 1 to 1000, in addition to 1, 5 and that of the run; a single value need not be a list. */
  topK?: Array<number> | null | undefined;
};

/** A published evaluation convention: the rules for a hit. */
export type EvaluationPreset =
  /** As in pycocotools: IoU at or above the threshold, continuous box widths, one lesion per box, a second box on a lesion is a false positive. */
  | 'COCO'
  /** As in the public DeepLesion code: IoU at or above the threshold, inclusive box widths, a second box on a lesion is neither a hit nor a false positive. */
  | 'DEEPLESION_FROC'
  /** Accuracy as in Yan et al. 2017: IoU above the threshold, continuous box widths. FROC as in the public DeepLesion code. */
  | 'PAPER';

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

/** Machine-readable reason why an image has no detections; `error` gives the same reason as text. */
export type FailureKind =
  /** The model's output is not valid boxes and scores. */
  | 'BAD_MODEL_OUTPUT'
  /** Its workers died or failed repeatedly. */
  | 'GIVEN_UP'
  /** The model exceeded the memory limit. */
  | 'MEMORY'
  /** Its pixel file is missing. */
  | 'NO_PIXEL_FILE'
  /** Any other reason, such as an error of the execution provider. */
  | 'OTHER'
  /** The inference process died twice while processing it. */
  | 'PROCESS_LOST'
  /** The size of its pixel file differs from that in the data set, or a neighbouring slice has another size. */
  | 'SIZE_DIFFERS'
  /** The model exceeded the time limit. */
  | 'TIMEOUT'
  /** Its pixel file, or that of a neighbouring slice, is not a complete 16-bit greyscale PNG. */
  | 'UNREADABLE_IMAGE';

/** A closed interval; a bound that is omitted is open. A missing value is not in any interval. */
export type FloatRange = {
  /** Greater than or equal to this value. */
  gte?: number | null | undefined;
  /** Less than or equal to this value. */
  lte?: number | null | undefined;
};

/** How the FROC counts a second box on a lesion. */
export type FrocDuplicates =
  /** It is a false positive, as in COCO; a box matches at most one lesion. */
  | 'FALSE_POSITIVE'
  /** It is not counted, as in the public DeepLesion code; a box may hit several lesions. */
  | 'NEITHER_HIT_NOR_FALSE_POSITIVE';

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

/** Delivery state of a completion webhook. */
export type JobWebhookState =
  /** The receiver responded with a 2xx status. */
  | 'DELIVERED'
  /** The job has ended; delivery is about to be queued. */
  | 'DUE'
  /** Delivery failed after the last attempt; `lastError` gives the reason. */
  | 'FAILED'
  /** Delivery is in progress or waits for a retry. */
  | 'QUEUED'
  /** The job has not ended. */
  | 'WAITING';

/** A name for a pseudo-cluster. */
export type LabelPseudoClusterInput = {
  /** The name, 1 to 200 characters, e.g. `lung nodule`; null removes the name. */
  label?: string | null | undefined;
  /** Global id of the pseudo-cluster. */
  pseudoClusterId: string;
};

/** What a board is sorted by. */
export type LeaderboardMetricInput = {
  /** With FROC_SENSITIVITY: the rate, above 0 and at most 1000; the mean over 0.5, 1, 2, 4, 8 and 16 if omitted. */
  falsePositivesPerImage?: number | null | undefined;
  /** Overlap threshold of a hit, any above 0 and below 1 with at most three decimals. */
  iouThreshold?: number;
  /** Which metric. */
  kind?: LeaderboardMetricKind;
  /** With ACCURACY: number of top-scoring detections per image that count (top-k), 1 to 1000; 5 if omitted. */
  topK?: number | null | undefined;
};

/** What a board is sorted by. */
export type LeaderboardMetricKind =
  /** Share of lesions that one of the `topK` detections of their image hits. */
  | 'ACCURACY'
  /** Average precision over 101 recalls, as COCO has it. */
  | 'AVERAGE_PRECISION'
  /** Sensitivity at a rate of false positives per image, or its mean over 0.5, 1, 2, 4, 8 and 16. */
  | 'FROC_SENSITIVITY';

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

/** Ordering of lesions. */
export type LesionOrder = {
  /** The direction. */
  direction?: SortDirection;
  /** The field to order by. */
  field: LesionOrderField;
};

/** Fields by which lesions can be ordered. */
export type LesionOrderField =
  /** Coarse type, in the order of the source values. */
  | 'COARSE_TYPE'
  /** The order of insertion, which is stable and the default. */
  | 'ID'
  /** Long RECIST diameter in mm. */
  | 'LONG_DIAMETER_MM'
  /** Short RECIST diameter in mm. */
  | 'SHORT_DIAMETER_MM'
  /** Row number in the source file. */
  | 'SOURCE_ROW_INDEX'
  /** Split, in the order train, validation, test, unassigned. */
  | 'SPLIT';

/** The reason why a run did not find a lesion. */
export type MissReason =
  /** No box overlaps the lesion. */
  | 'NO_BOX'
  /** A box reaches the threshold, but it is not among the top-k detections of its image. */
  | 'SCORE_TOO_LOW'
  /** Boxes overlap the lesion, but none reaches the threshold. */
  | 'TOO_FAR';

/** What became of a detection or a lesion. */
export type OutcomeKind =
  /** A false positive that overlaps with no lesion by backgroundIou or more. It may still be a lesion that was not annotated. */
  | 'BACKGROUND'
  /** The detection overlaps enough with lesions that detections with higher scores have found. It is a false positive only in the matching of COCO. */
  | 'DUPLICATE'
  /** The detection is the first, by falling score, to find the lesion. One that is the first to find two lesions is two hits. */
  | 'HIT'
  /** A detection or a lesion that the metric does not count; the reason says why. */
  | 'LEFT_OUT'
  /** A false positive that overlaps with a lesion by at least backgroundIou, and too little for a hit. */
  | 'LOCALIZATION'
  /** A lesion that no detection finds. */
  | 'MISSED';

/** Ordering of outcomes. */
export type OutcomeOrder = {
  /** The direction. */
  direction?: SortDirection;
  /** The field to order by. */
  field: OutcomeOrderField;
};

/** Fields by which outcomes can be ordered. */
export type OutcomeOrderField =
  /** The image, in the order of the data set, then the rank; the default. */
  | 'IMAGE'
  /** False positives and missed lesions of the image. */
  | 'IMAGE_ERRORS'
  /** The long diameter of the lesion; outcomes without one last. */
  | 'LONG_DIAMETER'
  /** The overlap. */
  | 'OVERLAP'
  /** The score; lesions last. */
  | 'SCORE';

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

/** What reviews say of a detection now. */
export type OutcomeVerdict =
  /** The majority says that it is a lesion. */
  | 'LESION'
  /** It has no verdict, or all are withdrawn. */
  | 'NONE'
  /** The majority says that it is not a lesion. */
  | 'NOT_A_LESION'
  /** It has verdicts, and no majority. */
  | 'UNSURE';

/** Whether an overlap equal to the threshold is a hit. */
export type OverlapComparator =
  /** Only an overlap above the threshold is a hit. */
  | 'GREATER'
  /** An overlap at or above the threshold is a hit. */
  | 'GREATER_OR_EQUAL';

/** Measure of the overlap of a detection with a lesion. */
export type OverlapCriterion =
  /** Intersection over the area of the detection box. */
  | 'IOBB'
  /** The larger of IOBB and IOGT. */
  | 'IOBBGT'
  /** Intersection over the area of the ground-truth box. */
  | 'IOGT'
  /** Intersection over union. */
  | 'IOU';

/** Pixel coordinate convention of the source: x increases to the right, y downwards; coordinates may be fractional. */
export type PixelConvention =
  /** As in DeepLesion: the centre of the first pixel is at 1.0, its left edge at 0.5. */
  | 'ONE_BASED'
  /** As in COCO: the left edge of the first pixel is at 0.0, its centre at 0.5. */
  | 'ZERO_BASED';

/** How an evaluation treats lesions with the flag `possiblyNoisy`. */
export type PossiblyNoisyLesions =
  /** They count like all other lesions. */
  | 'KEEP'
  /** They are excluded, and so is an image without other lesions, as in the public codes. */
  | 'LEAVE_OUT';

/** A limit that a key has of its own. */
export type QuotaInput = {
  /** How much there is in each minute or day, a whole number; null is without limit. */
  limit?: number | null | undefined;
  /** `fields` (fields in responses of the graph, a minute), `images` (images for detections, a day), `upload-bytes`, `export-bytes` and `submissions` (a day). */
  name: string;
};

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

/** How an evaluation treats the verdicts of radiologists. */
export type ReviewPolicy =
  /** Only annotated lesions are ground truth. */
  | 'IGNORE'
  /** Lesions confirmed by reviews, on any run of the data set, count as ground truth like annotated lesions. */
  | 'INCLUDE';

/** Filter for the review queue of a run: all given fields must match; null is the same as omitting a field. */
export type ReviewQueueFilter = {
  /** Maximum rank among the detections of the image: k for its top-k detections. */
  rankAtMost?: number | null | undefined;
  /** Minimum score, 0 to 1. */
  scoreAtLeast?: number | null | undefined;
  /** Maximum score, 0 to 1. */
  scoreAtMost?: number | null | undefined;
  /** For a second reading: only verdicts of this reviewer remove a detection from the queue. If omitted, the verdict of any reviewer does. */
  unreviewedBy?: string | null | undefined;
};

/** Ordering of the review queue of a run. */
export type ReviewQueueOrder = {
  /** The direction. */
  direction?: SortDirection;
  /** The field to order by. */
  field: ReviewQueueOrderField;
};

/** Fields by which the review queue can be ordered. */
export type ReviewQueueOrderField =
  /** By image, then by rank within the image, so that a reviewer loads each image once. */
  | 'IMAGE_AND_RANK'
  /** Score; descending is the order if none is given. */
  | 'SCORE';

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

/** The key to revoke. */
export type RevokeApiKeyInput = {
  /** Global id of the key. */
  id: string;
};

/** The key to replace. */
export type RotateApiKeyInput = {
  /** Global id of the key. */
  id: string;
  /** A key chosen by the client, 1 to 200 characters: a repeated request of the same client with the same key returns the first result, for at least 24 hours; a different request with the key is a CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** How many hours the replaced key stays valid, 0 to 720; 0 revokes it at once. */
  overlapHours?: number;
};

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

/** State of one image of a detection run. */
export type RunImageState =
  /** Its detections are stored; there may be none. */
  | 'COMPLETED'
  /** It has no detections; `error` gives the reason. */
  | 'FAILED'
  /** Not processed yet. */
  | 'PENDING';

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

/** Who is to see a data set from now on. */
export type SetDatasetVisibilityInput = {
  /** The data set: its slug. All its versions are seen by the same callers. */
  dataset: string;
  /** With TERMS: the terms. If omitted, those that it had last; a data set without any needs them. */
  terms?: DatasetTermsInput | null | undefined;
  /** Who is to see it. */
  visibility: DatasetVisibility;
};

/** The patient's sex according to the source. */
export type Sex =
  /** Female (source value F). */
  | 'FEMALE'
  /** Male (source value M). */
  | 'MALE'
  /** The source is empty or has another value. */
  | 'UNKNOWN';

/** The direction of an ordering. */
export type SortDirection =
  /** Ascending; missing values last. */
  | 'ASC'
  /** Descending; missing values last. */
  | 'DESC';

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

/** What the lesions of a stratum have in common. */
export type StratumKind =
  /** All evaluated lesions. */
  | 'ALL'
  /** Their coarse type. */
  | 'COARSE_TYPE'
  /** They fit the filter of a stratum that the request for the evaluation or the run named. */
  | 'OWN'
  /** Their pseudo-cluster in the categorization of the protocol. */
  | 'PSEUDO_CLUSTER'
  /** The band of their long diameter: under 10 mm, 10 to 30 mm, over 30 mm. */
  | 'SIZE';

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

/** Why a box, or a whole file, is refused. */
export type SubmissionProblemKind =
  /** The category is no whole number from 0 on. */
  | 'CATEGORY'
  /** Columns are missing, or do not say what a box is. */
  | 'COLUMNS'
  /** The file unpacks to too much text. */
  | 'DECOMPRESSION_BOMB'
  /** The same box with the same category is there twice. */
  | 'DUPLICATE'
  /** The file is empty, or names no images. */
  | 'EMPTY'
  /** The text is not UTF-8. */
  | 'ENCODING'
  /** The file has another format than the stated one. */
  | 'FORMAT_DIFFERS'
  /** The file holds annotations, not detections. */
  | 'GROUND_TRUTH'
  /** Width or height is not above 0. */
  | 'INVERTED_BOX'
  /** A value is missing. */
  | 'MISSING_VALUE'
  /** A value is no number. */
  | 'NOT_A_NUMBER'
  /** A number is NaN or infinite. */
  | 'NOT_FINITE'
  /** The box lies wholly outside its image. */
  | 'OUTSIDE_IMAGE'
  /** The score is not in 0 to 1, and no scoreTransform is stated. */
  | 'SCORE_RANGE'
  /** It is a mask or a crowd. */
  | 'SEGMENTATION'
  /** The text is not in the grammar of its format. */
  | 'SYNTAX'
  /** Arrays and objects are nested too deeply. */
  | 'TOO_DEEP'
  /** A line, entry or row group is too long. */
  | 'TOO_LONG'
  /** The file has more than 10 million boxes. */
  | 'TOO_MANY_BOXES'
  /** An image has more than 1,000 boxes. */
  | 'TOO_MANY_ON_IMAGE'
  /** Reading the file took too long or too much memory. */
  | 'TOO_MUCH_WORK'
  /** The file is truncated or broken. */
  | 'TRUNCATED'
  /** The image is not among those that were run. */
  | 'UNDECLARED_IMAGE'
  /** The data set has no such image. */
  | 'UNKNOWN_IMAGE';

/** What may be wrong with all boxes of a file. */
export type SubmissionSuspicionKind =
  /** They are XYWH and were read as XYXY, or vice versa. */
  | 'OTHER_BOX_CONVENTION'
  /** Each image has the boxes of its neighbour by file name. */
  | 'OTHER_IMAGES'
  /** They refer to images of twice or half the size. */
  | 'SCALED'
  /** They are one pixel off along x and y: counted from 1 in place of 0, or vice versa. */
  | 'SHIFTED'
  /** x and y are swapped. */
  | 'SWAPPED_AXES';

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

/** Kind of an upload, as determined from its content. */
export type UploadKind =
  /** Detections that were made elsewhere, as COCO results, CSV, NDJSON or Parquet, for submitDetections. */
  | 'DETECTIONS'
  /** One DICOM CT slice. */
  | 'DICOM'
  /** A zip archive of the DICOM slices of one series. */
  | 'DICOM_SERIES'
  /** A zip archive of model.json and model.onnx, for registerDetector. */
  | 'MODEL'
  /** One 16-bit PNG in DeepLesion's convention. */
  | 'PNG'
  /** A zip archive of such PNG slices. */
  | 'PNG_SERIES';
