/** Images and models of the caller's own, and what was detected in them. They are in no data set, and gone when they expire. */
import { GraphQLDateTime } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import type { DetectedBox, StageTimes } from '../../inference';

import type { JobProgress } from '../../job';
import { nameOfRemovedTag, type UploadDetectionRow, type UploadDetectionSliceRow, type UploadRow } from '../../uploads';
import { BoundingBox } from '../core/geometry';
import { Column, Property } from '../core/property';
import { HounsfieldWindow } from '../dataset/hounsfieldWindow';
import { DetectionJob } from '../detection/detectionJob';
import { DetectionRunStatusEnum, FailureKindEnum, RunImageStateEnum } from '../detection/enums';
import { StageTiming } from '../detection/stageTiming';
import { UploadKindEnum } from './enums';

@ObjectType({
  description:
    'An attribute that the DICOM file held, that the Basic Application Level Confidentiality Profile (PS3.15, table E.1-1) removes, and that was not kept.',
})
export class RemovedTag {
  constructor(private readonly digits: string) {}

  @Property(() => String, 'Group and element: `(0010,0010)`.')
  get tag(): string {
    return `(${this.digits.slice(0, 4)},${this.digits.slice(4)})`;
  }

  @Property(() => String, "The standard's name of it; `Private Attribute` for all that makers of scanners add.")
  get name(): string {
    return nameOfRemovedTag(this.digits) ?? '';
  }
}

@ObjectType({
  description:
    "An image, series or model of the caller's own, sent by `PUT /uploads`. It is in no data set. Of images nothing is kept but pixels and numbers.",
})
export class Upload {
  constructor(readonly row: UploadRow) {}

  @Column(() => ID, 'Id that the upload was answered with. Whoever knows it may use the upload.')
  declare readonly id: string;

  @Column(() => UploadKindEnum, 'What it is.')
  declare readonly kind: UploadRow['kind'];

  @Column(
    () => [Int],
    'Indices of its slices, from head to feet; where two are more than one apart, slices are missing. None of a model.',
  )
  declare readonly sliceIndices: number[];

  @Column(() => Int, 'Width of a slice in pixels; null of a model.', { nullable: true })
  declare readonly width: number | null;

  @Column(() => Int, 'Height of a slice in pixels; null of a model.', { nullable: true })
  declare readonly height: number | null;

  @Column(() => Float, 'Side of a pixel in mm; null where nobody said.', { nullable: true })
  declare readonly pixelSpacingMm: number | null;

  @Column(() => Float, 'Distance between neighbouring slices in mm; null where it is not known.', { nullable: true })
  declare readonly sliceIntervalMm: number | null;

  @Property(() => [HounsfieldWindow], 'Windows that the DICOM file suggests; the first is the default of its pictures.')
  get windows(): HounsfieldWindow[] {
    return HounsfieldWindow.list(this.row.windows);
  }

  @Property(() => [RemovedTag], 'What the DICOM files held of persons, places and times, and was not kept.')
  get removedTags(): RemovedTag[] {
    return this.row.removedTags.map((tag) => new RemovedTag(tag));
  }

  @Column(
    () => [String],
    'What is worth knowing of how the file was read: which files of a zip were left out and why, which pixels are padding, what is missing.',
  )
  declare readonly warnings: string[];

  @Column(() => GraphQLDateTime, 'When it is deleted, with all that was detected in it (UTC).')
  declare readonly expiresAt: Date;
}

@ObjectType({ description: 'How many slices of an upload are done.' })
export class UploadDetectionProgress {
  constructor(readonly row: JobProgress) {}

  @Column(() => Int, 'Slices with detections, none among them.')
  declare readonly completed: number;

  @Column(() => Int, 'Slices that failed.')
  declare readonly failed: number;

  @Column(() => Int, 'All slices that were asked for.')
  declare readonly total: number;
}

@ObjectType({ description: "One detector on an image or series of the caller's own." })
export class UploadDetection extends DetectionJob<UploadDetectionRow> {
  @Column(() => ID, 'Id for uploadDetection(id).')
  declare readonly id: string;

  @Column(() => DetectionRunStatusEnum, 'Where it is. FAILED where no slice could be answered.')
  declare readonly status: UploadDetectionRow['status'];
}

@ObjectType({ description: 'Where the time of one slice went; wall-clock milliseconds.' })
export class UploadDetectionTiming extends StageTiming {
  constructor({ loadMs, ...stages }: StageTimes & { loadMs: number }) {
    super(stages);
    this.loadMs = loadMs;
  }

  @Property(() => Float, 'Waiting for a free place, and for the model where it was not loaded yet; ms.')
  readonly loadMs: number;
}

@ObjectType({ description: "One scored box that a detector found on a slice of the caller's own." })
export class UploadedDetection {
  constructor(
    readonly row: DetectedBox,
    rank: number,
    classLabel: string | null,
  ) {
    this.rank = rank;
    this.classLabel = classLabel;
  }

  @Property(
    () => BoundingBox,
    'The box, cut to the image, in ONE_BASED pixels as in DeepLesion: the centre of the first pixel is 1, its left edge 0.5.',
  )
  get boundingBox(): BoundingBox {
    return new BoundingBox(this.row);
  }

  @Column(() => Float, "The detector's score, 0 to 1; comparable within one detector only.")
  declare readonly score: number;

  @Property(() => Int, 'Place among the boxes of its slice by score; 1 is the best.')
  readonly rank: number;

  @Column(() => Int, "Index into the detector's `classes`.")
  declare readonly classIndex: number;

  @Property(() => String, "The detector's name of the class; null where its model folder is gone.", { nullable: true })
  readonly classLabel: string | null;
}
@ObjectType({ description: 'What became of one slice of an upload.' })
export class UploadDetectionSlice {
  constructor(
    readonly row: UploadDetectionSliceRow,
    classes: readonly string[],
    /** of which it is a slice */
    readonly detection: Pick<UploadDetectionRow, 'id' | 'uploadId'>,
  ) {
    this.detections = row.boxes.map(
      (box, index) => new UploadedDetection(box, index + 1, classes[box.classIndex] ?? null),
    );
  }

  @Column(() => Int, 'Index of the slice.')
  declare readonly sliceIndex: number;

  @Column(() => RunImageStateEnum, 'Whether it is done.')
  declare readonly state: UploadDetectionSliceRow['state'];

  @Column(() => String, 'Why it failed.', { nullable: true })
  declare readonly error: string | null;

  @Column(
    () => FailureKindEnum,
    'Why it failed, for programs. Null unless it failed, and for failures of earlier versions.',
    { nullable: true },
  )
  declare readonly failureKind: UploadDetectionSliceRow['failureKind'];

  @Property(() => [UploadedDetection], 'The boxes, best first.')
  readonly detections: UploadedDetection[];

  @Property(() => UploadDetectionTiming, 'Where the time went; null unless it is completed.', { nullable: true })
  get timing(): UploadDetectionTiming | null {
    const { loadMs, decodeMs, prepareMs, networkMs, postprocessMs } = this.row;
    if (loadMs === null || decodeMs === null || prepareMs === null || networkMs === null || postprocessMs === null)
      return null;
    return new UploadDetectionTiming({ loadMs, decodeMs, prepareMs, networkMs, postprocessMs });
  }
}
