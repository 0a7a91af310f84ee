/** Images and models of the caller's own, and what was detected in them. They are in no data set, and gone when they expire. */
import { GraphQLDateTime } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import type { DetectedBox, StageTimes } from '../../inference';

import type { JobProgress } from '../../job';
import { nameOfRemovedTag, type UploadDetectionRow, type UploadDetectionSliceRow, type UploadRow } from '../../uploads';
import { BoundingBox } from '../core/geometry';
import { Property } from '../core/property';
import { HounsfieldWindow } from '../dataset/hounsfieldWindow';
import { DetectionJob } from '../detection/detectionJob';
import { DetectionRunStatusEnum, RunImageStateEnum } from '../detection/enums';
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

  @Property(() => ID, 'Id that the upload was answered with. Whoever knows it may use the upload.')
  get id(): string {
    return this.row.id;
  }

  @Property(() => UploadKindEnum, 'What it is.')
  get kind() {
    return this.row.kind;
  }

  @Property(
    () => [Int],
    'Indices of its slices, from head to feet; where two are more than one apart, slices are missing. None of a model.',
  )
  get sliceIndices(): number[] {
    return this.row.sliceIndices;
  }

  @Property(() => Int, 'Width of a slice in pixels; null of a model.', { nullable: true })
  get width(): number | null {
    return this.row.width;
  }

  @Property(() => Int, 'Height of a slice in pixels; null of a model.', { nullable: true })
  get height(): number | null {
    return this.row.height;
  }

  @Property(() => Float, 'Side of a pixel in mm; null where nobody said.', { nullable: true })
  get pixelSpacingMm(): number | null {
    return this.row.pixelSpacingMm;
  }

  @Property(() => Float, 'Distance between neighbouring slices in mm; null where it is not known.', { nullable: true })
  get sliceIntervalMm(): number | null {
    return this.row.sliceIntervalMm;
  }

  @Property(() => [HounsfieldWindow], 'Windows that the DICOM file suggests; the first is the default of its pictures.')
  get windows(): HounsfieldWindow[] {
    return HounsfieldWindow.list(this.row.windows);
  }

  @Property(() => [RemovedTag], 'What the DICOM files held of persons, places and times, and was not kept.')
  get removedTags(): RemovedTag[] {
    return this.row.removedTags.map((tag) => new RemovedTag(tag));
  }

  @Property(
    () => [String],
    'What is worth knowing of how the file was read: which files of a zip were left out and why, which pixels are padding, what is missing.',
  )
  get warnings(): string[] {
    return this.row.warnings;
  }

  @Property(() => GraphQLDateTime, 'When it is deleted, with all that was detected in it (UTC).')
  get expiresAt(): Date {
    return this.row.expiresAt;
  }
}

@ObjectType({ description: 'How many slices of an upload are done.' })
export class UploadDetectionProgress {
  constructor(private readonly row: JobProgress) {}

  @Property(() => Int, 'Slices with detections, none among them.')
  get completed(): number {
    return this.row.completed;
  }

  @Property(() => Int, 'Slices that failed.')
  get failed(): number {
    return this.row.failed;
  }

  @Property(() => Int, 'All slices that were asked for.')
  get total(): number {
    return this.row.total;
  }
}

@ObjectType({ description: "One detector on an image or series of the caller's own." })
export class UploadDetection extends DetectionJob<UploadDetectionRow> {
  @Property(() => ID, 'Id for uploadDetection(id).')
  get id(): string {
    return this.row.id;
  }

  @Property(() => DetectionRunStatusEnum, 'Where it is. FAILED where no slice could be answered.')
  get status() {
    return this.row.status;
  }
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
    private readonly box: DetectedBox,
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
    return new BoundingBox(this.box);
  }

  @Property(() => Float, "The detector's score, 0 to 1; comparable within one detector only.")
  get score(): number {
    return this.box.score;
  }

  @Property(() => Int, 'Place among the boxes of its slice by score; 1 is the best.')
  readonly rank: number;

  @Property(() => Int, "Index into the detector's `classes`.")
  get classIndex(): number {
    return this.box.classIndex;
  }

  @Property(() => String, "The detector's name of the class; null where its model folder is gone.", { nullable: true })
  readonly classLabel: string | null;
}
@ObjectType({ description: 'What became of one slice of an upload.' })
export class UploadDetectionSlice {
  constructor(
    private readonly row: UploadDetectionSliceRow,
    classes: readonly string[],
    /** of which it is a slice */
    readonly detection: Pick<UploadDetectionRow, 'id' | 'uploadId'>,
  ) {
    this.detections = row.boxes.map(
      (box, index) => new UploadedDetection(box, index + 1, classes[box.classIndex] ?? null),
    );
  }

  @Property(() => Int, 'Index of the slice.')
  get sliceIndex(): number {
    return this.row.sliceIndex;
  }

  @Property(() => RunImageStateEnum, 'Whether it is done.')
  get state() {
    return this.row.state;
  }

  @Property(() => String, 'Why it failed.', { nullable: true })
  get error(): string | null {
    return this.row.error;
  }

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
