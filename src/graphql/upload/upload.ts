/**
 * Images and models of callers, and the detections in them. They do not belong to any data set, and are deleted when
 * they expire.
 */
import { GraphQLDateTime } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import type { DetectedBox, StageTimes } from '../../inference';

import type { JobProgress } from '../../job';
import { nameOfRemovedTag, type UploadDetectionRow, type UploadDetectionSliceRow, type UploadRow } from '../../uploads';
import { BoundingBox } from '../core/geometry';
import { Column, Property } from '../core/property';
import { HounsfieldWindow } from '../dataset/hounsfieldWindow';
import { DetectionJob } from '../detection/detectionJob';
import { FailureKindEnum, RunImageStateEnum } from '../detection/enums';
import { StageTiming } from '../detection/stageTiming';
import { Job, JobProgressType } from '../job/job';
import { UploadKindEnum } from './enums';

@ObjectType({
  description:
    'An attribute of the DICOM file that was removed according to the Basic Application Level ' +
    'Confidentiality Profile (PS3.15, table E.1-1).',
})
export class RemovedTag {
  constructor(private readonly digits: string) {}

  @Property(() => String, 'Group and element numbers: `(0010,0010)`.')
  get tag(): string {
    return `(${this.digits.slice(0, 4)},${this.digits.slice(4)})`;
  }

  @Property(
    () => String,
    'Name of the attribute in the standard; `Private Attribute` for all attributes added by scanner manufacturers.',
  )
  get name(): string {
    return nameOfRemovedTag(this.digits) ?? '';
  }
}

@ObjectType({
  description:
    'An image, series or model of the caller, sent by `PUT /uploads`. It does not belong to any data ' +
    'set. Only the pixels and numbers of images are stored.',
})
export class Upload {
  constructor(readonly row: UploadRow) {}

  @Column(() => ID, 'Id from the response to the upload. Any client that knows the id can use the upload.')
  declare readonly id: string;

  @Column(() => UploadKindEnum, 'Description.')
  declare readonly kind: UploadRow['kind'];

  @Column(() => [Int], 'Indices of its slices, from head to feet. A gap means missing slices. Empty for model uploads.')
  declare readonly sliceIndices: number[];

  @Column(() => Int, 'Width of a slice in pixels; null for model uploads.', { nullable: true })
  declare readonly width: number | null;

  @Column(() => Int, 'Height of a slice in pixels; null for model uploads.', { nullable: true })
  declare readonly height: number | null;

  @Column(() => Float, 'Pixel spacing in mm; null if unknown.', { nullable: true })
  declare readonly pixelSpacingMm: number | null;

  @Column(() => Float, 'Distance between neighbouring slices in mm; null if unknown.', { nullable: true })
  declare readonly sliceIntervalMm: number | null;

  @Property(() => [HounsfieldWindow], 'Windows that the DICOM file suggests; the first is the default for pictures.')
  get windows(): HounsfieldWindow[] {
    return HounsfieldWindow.list(this.row.windows);
  }

  @Property(
    () => [RemovedTag],
    'Attributes of the DICOM files with data on persons, places and times, which were not stored.',
  )
  get removedTags(): RemovedTag[] {
    return this.row.removedTags.map((tag) => new RemovedTag(tag));
  }

  @Column(
    () => [String],
    'Noteworthy events while the file was read: files of a zip archive that were skipped with the ' +
      'reasons, pixels that are padding, missing data.',
  )
  declare readonly warnings: string[];

  @Column(() => GraphQLDateTime, 'Time at which it is deleted, together with all its detections (UTC).')
  declare readonly expiresAt: Date;
}

@ObjectType({ implements: JobProgressType, description: 'Progress of a detection in an upload, in slices.' })
export class UploadDetectionProgress implements JobProgressType {
  constructor(readonly row: JobProgress) {}

  @Column(() => Int, 'Number of completed slices, including slices without detections.')
  declare readonly completed: number;

  @Column(() => Int, 'Number of slices that failed.')
  declare readonly failed: number;

  @Column(() => Int, 'Total number of requested slices.')
  declare readonly total: number;
}

@ObjectType({
  implements: Job,
  description:
    'One run of a detector on an image or series of the caller. It is FAILED if no slice could be processed.',
})
export class UploadDetection extends DetectionJob<UploadDetectionRow> {
  @Column(() => ID, 'Id for uploadDetection(id), job, jobProgress and cancelJob.')
  declare readonly id: string;

  @Column(() => Float, 'Minimum score, 0 to 1: detections with a lower score were discarded.')
  declare readonly scoreThreshold: number;

  @Column(
    () => Float,
    'IoU threshold of non-maximum suppression, 0 to 1: of two boxes that overlap more than this, the ' +
      'one with the lower score was discarded.',
  )
  declare readonly nmsIouThreshold: number;

  @Column(() => Int, 'Maximum number of detections per image.')
  declare readonly maxDetectionsPerImage: number;

  @Column(() => String, 'SHA-256 of the ONNX file that was run, in hexadecimal.')
  declare readonly modelSha256: string;

  get owner(): string | null {
    return this.row.client;
  }
}

@ObjectType({ description: 'Wall-clock time of each stage of one slice in ms.' })
export class UploadDetectionTiming extends StageTiming {
  constructor({ loadMs, ...stages }: StageTimes & { loadMs: number }) {
    super(stages);
    this.loadMs = loadMs;
  }

  @Property(() => Float, 'Waiting for capacity and, if it was not loaded yet, for the model, in ms.')
  readonly loadMs: number;
}

@ObjectType({ description: 'One bounding box with a score that a detector found on a slice of the caller.' })
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
    'The box, clipped to the image, in ONE_BASED pixels as in DeepLesion: the centre of the first ' +
      'pixel is at 1, its left edge at 0.5.',
  )
  get boundingBox(): BoundingBox {
    return new BoundingBox(this.row);
  }

  @Column(() => Float, "The detector's score, 0 to 1; comparable only within one detector.")
  declare readonly score: number;

  @Property(() => Int, 'Rank among the detections of its slice by score, starting at 1 for the highest score.')
  readonly rank: number;

  @Column(() => Int, "Index into the detector's `classes`.")
  declare readonly classIndex: number;

  @Property(() => String, "The detector's name of the class; null if its model folder is no longer present.", {
    nullable: true,
  })
  readonly classLabel: string | null;
}
@ObjectType({ description: 'Result for one slice of an upload.' })
export class UploadDetectionSlice {
  constructor(
    readonly row: UploadDetectionSliceRow,
    classes: readonly string[],
    /** the detection to which the slice belongs */
    readonly detection: Pick<UploadDetectionRow, 'id' | 'uploadId'>,
  ) {
    this.detections = row.boxes.map(
      (box, index) => new UploadedDetection(box, index + 1, classes[box.classIndex] ?? null),
    );
  }

  @Column(() => Int, 'Index of the slice.')
  declare readonly sliceIndex: number;

  @Column(() => RunImageStateEnum, 'State of the image.')
  declare readonly state: UploadDetectionSliceRow['state'];

  @Column(() => String, 'The reason for the failure.', { nullable: true })
  declare readonly error: string | null;

  @Column(
    () => FailureKindEnum,
    'Machine-readable reason for the failure. Null unless it failed, and for failures of earlier versions.',
    { nullable: true },
  )
  declare readonly failureKind: UploadDetectionSliceRow['failureKind'];

  @Property(() => [UploadedDetection], 'The detections, highest score first.')
  readonly detections: UploadedDetection[];

  @Property(() => UploadDetectionTiming, 'Processing time per stage; null unless the slice is completed.', {
    nullable: true,
  })
  get timing(): UploadDetectionTiming | null {
    const { loadMs, decodeMs, prepareMs, networkMs, postprocessMs } = this.row;
    if (loadMs === null || decodeMs === null || prepareMs === null || networkMs === null || postprocessMs === null)
      return null;
    return new UploadDetectionTiming({ loadMs, decodeMs, prepareMs, networkMs, postprocessMs });
  }
}
