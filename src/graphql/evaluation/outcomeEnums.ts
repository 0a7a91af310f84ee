/** The enums of outcomes. */
import { OUTCOME_KINDS } from '../../evaluation';
import {
  ERROR_CLASSES,
  IMAGE_ERROR_FIELDS,
  OUTCOME_METRICS,
  OUTCOME_ORDER_FIELDS,
  OUTCOME_REASONS,
  OUTCOME_VERDICTS,
} from '../../results';
import { defineEnum } from '../core/enums';

export const OutcomeKindEnum = defineEnum('OutcomeKind', 'What became of a detection or a lesion.', OUTCOME_KINDS, {
  HIT: 'The detection is the first, by falling score, to find the lesion. One that is the first to find two lesions is two hits.',
  DUPLICATE:
    'The detection overlaps enough with lesions that detections with higher scores have found. It is a false positive ' +
    'only in the matching of COCO.',
  LOCALIZATION: 'A false positive that overlaps with a lesion by at least backgroundIou, and too little for a hit.',
  BACKGROUND:
    'A false positive that overlaps with no lesion by backgroundIou or more. It may still be a lesion that was not annotated.',
  MISSED: 'A lesion that no detection finds.',
  LEFT_OUT: 'A detection or a lesion that the metric does not count; the reason says why.',
});

export const OutcomeReasonEnum = defineEnum(
  'OutcomeReason',
  'Why an outcome is what it is: of a missed lesion, of a false positive in a stratum, and of what is left out.',
  OUTCOME_REASONS,
  {
    NO_BOX: 'Missed: no detection of the image overlaps the lesion.',
    TOO_FAR: 'Missed: the best overlap is not enough.',
    SCORE_TOO_LOW: 'Missed: the nearest detection overlaps enough, and its score or rank is too low to count.',
    FINDS_ANOTHER: 'Missed: the nearest detection overlaps enough, and finds another lesion.',
    OTHER_STRATUM: 'A false positive of the stratum that lies on a lesion outside the stratum.',
    POSSIBLY_NOISY: 'Left out: the lesion is flagged as possibly noisy, and the protocol leaves those out.',
    IMAGE_LEFT_OUT: 'Left out: all lesions of the image are possibly noisy.',
    IMAGE_WITHOUT_RESULT: 'Left out: the run has no result for the image.',
    BELOW_SCORE_FLOOR: 'Left out: the score is below the minimum of the protocol.',
    BEYOND_LIMIT: 'Left out: only so many detections of an image with the highest scores count.',
  },
);

export const OutcomeVerdictEnum = defineEnum(
  'OutcomeVerdict',
  'What reviews say of a detection now.',
  OUTCOME_VERDICTS,
  {
    LESION: 'The majority says that it is a lesion.',
    NOT_A_LESION: 'The majority says that it is not a lesion.',
    UNSURE: 'It has verdicts, and no majority.',
    NONE: 'It has no verdict, or all are withdrawn.',
  },
);

export const OutcomeMetricEnum = defineEnum(
  'OutcomeMetric',
  'The metric of the evaluation whose rules decide what is a hit.',
  OUTCOME_METRICS,
  {
    FROC: 'The rules of the FROC of the protocol, as for operatingPoint.',
    AVERAGE_PRECISION:
      'The matching of COCO, as for errors: a detection takes one lesion, and at most 100 detections per image count.',
    ACCURACY:
      'The rules of the accuracy of the protocol: topK detections per image count, and each may find several lesions.',
  },
);

export const OutcomeOrderFieldEnum = defineEnum(
  'OutcomeOrderField',
  'Fields by which outcomes can be ordered.',
  OUTCOME_ORDER_FIELDS,
  {
    IMAGE: 'The image, in the order of the data set, then the rank; the default.',
    SCORE: 'The score; lesions last.',
    OVERLAP: 'The overlap.',
    LONG_DIAMETER: 'The long diameter of the lesion; outcomes without one last.',
    IMAGE_ERRORS: 'False positives and missed lesions of the image.',
  },
);

export const ErrorClassesEnum = defineEnum(
  'ErrorClasses',
  'Whether errors are told apart by the classes of a multi-class detector.',
  ERROR_CLASSES,
  {
    IGNORED: 'Classes are ignored, as in the metrics of the evaluation.',
    PSEUDO_CLUSTERS:
      'A detection hits only a lesion of the pseudo-cluster that it says, in the categorization of the detector.',
  },
);

export const ImageErrorFieldEnum = defineEnum(
  'ImageErrorField',
  'Fields by which the images of an evaluation can be ordered.',
  IMAGE_ERROR_FIELDS,
  {
    ERRORS: 'False positives and missed lesions together.',
    FALSE_POSITIVES: 'Number of false positives.',
    MISSED: 'Number of missed lesions.',
    IMAGE: 'The image, in the order of the data set.',
  },
);
