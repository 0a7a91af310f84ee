/** Detections that were made elsewhere: what a file tells before it is submitted, and where a run comes from. */
import { Float, ID, Int, ObjectType } from 'type-graphql';
import type { BoxConvention, Suspicion } from '../../evaluation';
import type { PixelConvention } from '../../imaging';
import {
  type ScoreTransform,
  type SubmissionFormat,
  type SubmissionProblem,
  type SubmissionReport,
  type SubmissionRow,
  suspicionText,
} from '../../submissions';
import { BoundingBox } from '../core/geometry';
import { declareList } from '../core/listBounds';
import { Column, Property } from '../core/property';
import { BookmarkedImage } from '../dataset/bookmarkedImage';
import { PixelConventionEnum, SplitEnum } from '../dataset/enums';
import { DetectionRun } from './detectionRun';
import {
  BoxConventionEnum,
  ProblemKindEnum,
  ScoreTransformEnum,
  SubmissionFormatEnum,
  SuspicionKindEnum,
} from './submissionEnums';

const PROBLEMS = { most: 100, usual: 10, because: 'At most 100 are told (problems.ts).' };
const SUSPICIONS = { most: 5, usual: 1, because: 'One per kind at most (suspicions.ts).' };
const FIELDS = { most: 20, because: 'At most 20 names are kept (jsonRows.ts).' };
declareList('DetectionSubmission.problems', PROBLEMS);
declareList('DetectionSubmission.suspicions', SUSPICIONS);
declareList('DetectionSubmission.ignoredFields', FIELDS);
declareList('SubmissionReport.problems', PROBLEMS);
declareList('SubmissionReport.suspicions', SUSPICIONS);
declareList('SubmissionReport.ignoredFields', FIELDS);
declareList('SubmissionReport.coverage', { most: 4, usual: 4, because: 'There are four splits.' });
declareList('SubmissionReport.scoreHistogram', { most: 20, because: 'It has 20 bins (sortBoxes.ts).' });
declareList('SubmissionReport.examples', {
  most: 5,
  usual: 5,
  because: 'Five examples are chosen (validateSubmission.ts).',
});
declareList('SubmissionExample.boxes', {
  most: 20,
  usual: 10,
  because: 'At most 20 are told (validateSubmission.ts).',
});

@ObjectType('SubmissionProblem', { description: 'One thing that is wrong with a file of detections.' })
export class SubmissionProblemType {
  constructor(readonly row: SubmissionProblem) {}

  @Column(
    () => Int,
    'Line of a text file, or number of the entry of COCO results or of the row of Parquet, from 1; 0 for the whole file.',
  )
  declare readonly line: number;

  @Column(() => ProblemKindEnum, 'Machine-readable reason.')
  declare readonly kind: SubmissionProblem['kind'];

  @Column(() => String, 'What was expected, and what came.')
  declare readonly message: string;
}

@ObjectType({
  description:
    'Something that may be wrong with all boxes of a file: they fit the lesions much better if they are read another way.',
})
export class SubmissionSuspicion {
  constructor(
    readonly row: Suspicion,
    private readonly stated: Parameters<typeof suspicionText>[1],
  ) {}

  @Column(() => SuspicionKindEnum, 'What may be wrong.')
  declare readonly kind: Suspicion['kind'];

  @Property(() => String, 'The same as a sentence, with the figures that gave rise to it.')
  get message(): string {
    return suspicionText(this.row, this.stated);
  }

  @Column(
    () => Float,
    'What would have to be done: SHIFTED: pixels along x and y to be added; SCALED: factor; OTHER_IMAGES: 1 for the boxes ' +
      'of the next image by file name, -1 for those of the previous one; 0 for the others.',
  )
  declare readonly correction: number;

  @Column(() => Float, 'Mean IoU of the best box of each lesion as the boxes were read, 0 to 1.')
  declare readonly meanIou: number;

  @Column(() => Float, 'The same after the correction, 0 to 1.')
  declare readonly correctedMeanIou: number;

  @Column(() => Int, 'Number of lesions that were compared.')
  declare readonly lesions: number;
}

@ObjectType({ description: 'Where the detections of a submitted run come from: a file, and how it was read.' })
export class DetectionSubmission {
  constructor(readonly row: SubmissionRow) {}

  @Column(() => SubmissionFormatEnum, 'Format of the file.')
  declare readonly format: SubmissionFormat;

  @Column(() => ID, 'Id of the upload that held the file. The file is deleted with the upload; this record stays.')
  declare readonly uploadId: string;

  @Column(() => Float, 'Size of the file in bytes, as it was sent.')
  declare readonly fileBytes: number;

  @Column(() => String, 'SHA-256 of the file as it was sent, in hexadecimal; null until it has been read.', {
    nullable: true,
  })
  declare readonly fileSha256: string | null;

  @Column(() => Float, 'Progress of the reading in bytes of the file.')
  declare readonly bytesRead: number;

  @Column(() => BoxConventionEnum, 'What the four numbers of a box are; null if it is known only from the file.', {
    nullable: true,
  })
  declare readonly boxConvention: BoxConvention | null;

  @Column(() => PixelConventionEnum, 'Pixel convention of the file; the detections are in that of the data set.')
  declare readonly pixelConvention: PixelConvention;

  @Column(() => ScoreTransformEnum, 'How scores were transformed; null if they are those of the file.', {
    nullable: true,
  })
  declare readonly scoreTransform: ScoreTransform | null;

  @Column(() => Boolean, 'Whether the images that were run are those that the file names.')
  declare readonly isListInFile: boolean;

  @Column(() => Int, 'Number of detections; null until they are stored.', { nullable: true })
  declare readonly boxCount: number | null;

  @Column(() => Int, 'Number of boxes that reached beyond their image and were cut; null until they are stored.', {
    nullable: true,
  })
  declare readonly clippedCount: number | null;

  @Column(() => [String], 'Columns or keys of the file that were not used.')
  declare readonly ignoredFields: string[];

  @Column(() => Int, 'Number of problems for which the file was refused; 0 if it was taken.')
  declare readonly problemCount: number;

  @Property(() => [SubmissionProblemType], 'The first 100 of them.')
  get problems(): SubmissionProblemType[] {
    return this.row.problems.map((problem) => new SubmissionProblemType(problem));
  }

  @Property(() => [SubmissionSuspicion], 'What may be wrong with all boxes. The detections were stored all the same.')
  get suspicions(): SubmissionSuspicion[] {
    const { suspicions, boxConvention, pixelConvention } = this.row;
    // Suspicions are found in what was read, when the convention is known.
    const stated = { boxConvention: boxConvention ?? 'XYXY', pixelConvention };
    return suspicions.map((one) => new SubmissionSuspicion(one, stated));
  }
}

@ObjectType({ description: 'The images of one split of the data set version.' })
export class SubmissionCoverage {
  constructor(readonly row: SubmissionReport['coverage'][number]) {}

  @Column(() => SplitEnum, 'The split.')
  declare readonly split: SubmissionReport['coverage'][number]['split'];

  @Column(() => Int, 'Number of its images.')
  declare readonly images: number;

  @Column(() => Int, 'Number of images that were run.')
  declare readonly declared: number;

  @Column(() => Int, 'Number of images with boxes.')
  declare readonly withBoxes: number;
}

@ObjectType({ description: 'The least and the greatest score of a file, as they are in it.' })
export class SubmissionScoreRange {
  constructor(readonly row: { least: number; most: number }) {}

  @Column(() => Float, 'The least score.')
  declare readonly least: number;

  @Column(() => Float, 'The greatest score.')
  declare readonly most: number;
}

@ObjectType({ description: 'A box of an example.' })
export class SubmissionBox {
  constructor(readonly row: SubmissionReport['examples'][number]['boxes'][number]) {}

  @Property(() => BoundingBox, "The box in the data set's pixel convention, cut to its image.")
  get boundingBox(): BoundingBox {
    return new BoundingBox(this.row);
  }

  @Column(() => Float, 'Its score, 0 to 1, after the transformation.')
  declare readonly score: number;
}

@ObjectType({ description: 'An image with boxes of the file, to look at.' })
export class SubmissionExample {
  constructor(image: BookmarkedImage, boxes: SubmissionReport['examples'][number]['boxes']) {
    this.image = image;
    this.boxes = boxes.map((box) => new SubmissionBox(box));
  }

  @Property(() => BookmarkedImage, 'The image.')
  readonly image: BookmarkedImage;

  @Property(() => [SubmissionBox], 'Up to 20 boxes of the image, highest scores first.')
  readonly boxes: SubmissionBox[];
}

@ObjectType('SubmissionReport', { description: 'What a file of detections tells before it is submitted.' })
export class SubmissionReportType {
  constructor(
    readonly row: SubmissionReport,
    examples: SubmissionExample[],
  ) {
    this.examples = examples;
  }

  @Property(() => [SubmissionExample], 'Up to five images with boxes, from all over the file, to look at.')
  readonly examples: SubmissionExample[];

  @Property(
    () => Boolean,
    'Whether submitDetections takes the file: there are no problems. Suspicions do not refuse it.',
  )
  get isValid(): boolean {
    return this.row.problemCount === 0;
  }

  @Column(() => Int, 'Number of problems.')
  declare readonly problemCount: number;

  @Property(() => [SubmissionProblemType], 'The first 100 problems.')
  get problems(): SubmissionProblemType[] {
    return this.row.problems.map((problem) => new SubmissionProblemType(problem));
  }

  @Property(() => [SubmissionSuspicion], 'What may be wrong with all boxes.')
  get suspicions(): SubmissionSuspicion[] {
    return this.row.suspicions.map((one) => new SubmissionSuspicion(one, this.row));
  }

  @Column(
    () => Float,
    'Mean IoU of the best of the five top boxes for each lesion, 0 to 1; null if none can be compared.',
    {
      nullable: true,
    },
  )
  declare readonly meanIou: number | null;

  @Column(() => Int, 'Number of lesions on images with boxes.')
  declare readonly lesions: number;

  @Column(() => BoxConventionEnum, 'How the four numbers of a box were read.')
  declare readonly boxConvention: BoxConvention;

  @Column(() => PixelConventionEnum, 'How the pixels of the file were counted.')
  declare readonly pixelConvention: PixelConvention;

  @Column(() => Int, 'Number of boxes that fit.')
  declare readonly boxCount: number;

  @Column(() => Int, 'Number of boxes that reach beyond their image and are cut.')
  declare readonly clippedCount: number;

  @Column(() => Int, 'Number of images that were run.')
  declare readonly imageCount: number;

  @Column(() => Int, 'Number of images with boxes.')
  declare readonly imagesWithBoxes: number;

  @Property(() => [SubmissionCoverage], 'The images by split.')
  get coverage(): SubmissionCoverage[] {
    return this.row.coverage.map((split) => new SubmissionCoverage(split));
  }

  @Property(() => SubmissionScoreRange, 'Scores as they are in the file; null if there are none.', { nullable: true })
  get scoreRange(): SubmissionScoreRange | null {
    return this.row.scoreRange && new SubmissionScoreRange(this.row.scoreRange);
  }

  @Column(
    () => [Int],
    'Histogram of the scores after the transformation: numbers of boxes in 20 bins of equal width from 0 to 1. Empty if ' +
      'the file could not be read.',
  )
  declare readonly scoreHistogram: number[];

  @Column(() => [String], 'Columns or keys of the file that are not used.')
  declare readonly ignoredFields: string[];
}

@ObjectType({ description: 'Result of submitDetections. It is returned as soon as the run has been accepted.' })
export class SubmitDetectionsPayload {
  constructor(run: DetectionRun) {
    this.run = run;
  }

  @Property(() => DetectionRun, 'The run; the existing run if the idempotencyKey was used before.')
  readonly run: DetectionRun;
}
