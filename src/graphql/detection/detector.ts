import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import { toGlobalId } from '../../globalId';
import type { DetectorManifest, TrainingPart as TrainingPartRow } from '../../inference';
import { type DetectorRow, type DetectorSource, detectorKey } from '../../models';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { SplitEnum } from '../dataset/enums';
import { HounsfieldWindow } from '../dataset/hounsfieldWindow';
import { DetectorSourceEnum } from './enums';

const IF_EXTERNAL = 'Null if the detector is external.';
const IF_STATED = 'Null if it does not state it, and for other detectors.';

type Channel = DetectorManifest['input']['channels'][number];

@ObjectType({ description: 'One input channel of a detector: a slice with a Hounsfield window applied.' })
export class DetectorChannel {
  constructor(readonly row: Channel) {}

  @Column(() => Float, 'Offset from the key slice along the body axis in mm; values between slices are interpolated.')
  declare readonly offsetMm: number;

  @Property(() => HounsfieldWindow, 'The Hounsfield window.')
  get window(): HounsfieldWindow {
    return new HounsfieldWindow(this.row.window.low, this.row.window.high);
  }
}

@ObjectType({ description: 'Input of a detector.' })
export class DetectorInput {
  constructor(readonly row: DetectorManifest['input']) {}

  @Column(() => Int, 'Width of the model input in pixels.')
  declare readonly width: number;

  @Column(() => Int, 'Height of the model input in pixels.')
  declare readonly height: number;

  @Property(() => [DetectorChannel], 'The input channels, in order.')
  get channels(): DetectorChannel[] {
    return this.row.channels.map((channel) => new DetectorChannel(channel));
  }

  @Property(() => Float, 'Input value to which the lower bound of a window is scaled.')
  get scaledLow(): number {
    return this.row.scaledRange.low;
  }

  @Property(() => Float, 'Input value to which the upper bound of a window is scaled.')
  get scaledHigh(): number {
    return this.row.scaledRange.high;
  }

  @Column(() => String, 'Method by which slices are resampled to the size of the model input.')
  declare readonly resampling: string;
}

@ObjectType({ description: 'Default settings of a detection run.' })
export class DetectorDefaults {
  constructor(readonly row: DetectorManifest['defaults']) {}

  @Column(() => Float, 'Minimum score, 0 to 1: detections with a lower score are discarded.')
  declare readonly scoreThreshold: number;

  @Column(
    () => Float,
    'IoU threshold of non-maximum suppression, 0 to 1: of two boxes that overlap more than this, the ' +
      'one with the lower score is discarded.',
  )
  declare readonly nmsIouThreshold: number;

  @Property(
    () => Boolean,
    'Whether non-maximum suppression is applied across classes (true) or within each class (false).',
  )
  get nmsAcrossClasses(): boolean {
    return this.row.nmsScope === 'ALL_CLASSES';
  }

  @Column(() => Int, 'Maximum number of detections per image; those with the highest scores are kept.')
  declare readonly maxDetectionsPerImage: number;
}

@ObjectType({ description: 'Splits of a data set that a detector was trained on.' })
export class TrainingPart {
  constructor(readonly row: TrainingPartRow) {}

  @Column(() => String, 'Slug of the data set.')
  declare readonly dataset: string;

  @Column(() => [SplitEnum], 'The splits.')
  declare readonly splits: TrainingPartRow['splits'];
}

@ObjectType({
  implements: Node,
  description:
    'A trained model that detects lesions: an ONNX file with its manifest and model card. Or an external detector, which ' +
    'runs elsewhere: only its detections are here.',
})
export class Detector implements Node {
  constructor(readonly row: DetectorRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Detector', detectorKey(this.row));
  }

  @Column(() => String, 'Name of the detector, as used by `runDetection`.')
  declare readonly name: string;

  @Column(() => String, 'Version: MAJOR.MINOR.PATCH.')
  declare readonly version: string;

  @Column(() => DetectorSourceEnum, 'Where the detector comes from.')
  declare readonly source: DetectorSource;

  @Column(() => String, 'Architecture of the model. Null if the detector is external and does not state it.', {
    nullable: true,
  })
  declare readonly architecture: string | null;

  @Column(() => String, `SHA-256 of the ONNX file, in hexadecimal. ${IF_EXTERNAL}`, { nullable: true })
  declare readonly modelSha256: string | null;

  @Column(() => String, 'Web page of an external detector. Null if it does not state one, and for other detectors.', {
    nullable: true,
  })
  declare readonly url: string | null;

  @Column(
    () => String,
    'How to cite an external detector. Null if it does not state it, and for other detectors, whose model card may.',
    { nullable: true },
  )
  declare readonly citation: string | null;

  @Column(() => String, `Licence of an external detector. ${IF_STATED}`, { nullable: true })
  declare readonly licence: string | null;

  @Column(() => String, `Data that an external detector was trained with. ${IF_STATED}`, { nullable: true })
  declare readonly trainingData: string | null;

  @Column(() => String, `Whom to ask about an external detector. ${IF_STATED}`, { nullable: true })
  declare readonly contact: string | null;

  @Property(
    () => [TrainingPart],
    'Data sets of this server that it was trained on, as its submitter or its model card declares. Null if nothing is declared.',
    { nullable: true },
  )
  get trainedOn(): TrainingPart[] | null {
    const declared = this.row.trainedOn ?? this.row.manifest?.card.trainedOn;
    return declared?.map((part) => new TrainingPart(part)) ?? null;
  }

  @Column(() => GraphQLDateTime, 'Time at which it was registered, or first seen in MODELS_DIR (UTC).')
  declare readonly registeredAt: Date;

  @Column(
    () => GraphQLDateTime,
    'Time since which it is archived and takes no new runs (UTC); null if it takes runs.',
    {
      nullable: true,
    },
  )
  declare readonly archivedAt: Date | null;

  @Property(() => DetectorInput, `Input of the model. ${IF_EXTERNAL}`, { nullable: true })
  get input(): DetectorInput | null {
    const { manifest } = this.row;
    return manifest && new DetectorInput(manifest.input);
  }

  @Property(() => [String], `Names of the classes, in the order of the class indices. ${IF_EXTERNAL}`, {
    nullable: true,
  })
  get classes(): string[] | null {
    return this.row.manifest?.classes ?? null;
  }

  @Property(
    () => String,
    'Name of the categorization whose pseudo-clusters are the classes. Null for a single-class detector and an external ' +
      'one.',
    {
      nullable: true,
    },
  )
  get categorization(): string | null {
    return this.row.manifest?.categorization ?? null;
  }

  @Property(() => DetectorDefaults, `Default settings of runs. ${IF_EXTERNAL}`, { nullable: true })
  get defaults(): DetectorDefaults | null {
    const { manifest } = this.row;
    return manifest && new DetectorDefaults(manifest.defaults);
  }

  @Property(
    () => GraphQLJSON,
    'Model card as written by the training: training data, command, measured accuracy, intended use and limitations. ' +
      IF_EXTERNAL,
    { nullable: true },
  )
  get modelCard(): unknown {
    return this.row.manifest?.card ?? null;
  }

  @Column(() => GraphQLJSON, `The complete manifest, model.json. ${IF_EXTERNAL}`, { nullable: true })
  declare readonly manifest: unknown;
}

export const DetectorConnection = connectionOf(Detector, 'Detector', 'detectors');
