import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import { toGlobalId } from '../../globalId';
import type { DetectorManifest } from '../../inference';
import type { DetectorRow } from '../../models';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { HounsfieldWindow } from '../dataset/hounsfieldWindow';

type Channel = DetectorManifest['input']['channels'][number];

@ObjectType({ description: 'One channel of what a detector is fed: a slice through a Hounsfield window.' })
export class DetectorChannel {
  constructor(readonly row: Channel) {}

  @Column(() => Float, 'Distance from the key slice along the body in mm; between slices it is interpolated.')
  declare readonly offsetMm: number;

  @Property(() => HounsfieldWindow, 'The window it is seen through.')
  get window(): HounsfieldWindow {
    return new HounsfieldWindow(this.row.window.low, this.row.window.high);
  }
}

@ObjectType({ description: 'What a detector is fed.' })
export class DetectorInput {
  constructor(readonly row: DetectorManifest['input']) {}

  @Column(() => Int, 'Width in pixels of the network.')
  declare readonly width: number;

  @Column(() => Int, 'Height in pixels of the network.')
  declare readonly height: number;

  @Property(() => [DetectorChannel], 'Its channels, in order.')
  get channels(): DetectorChannel[] {
    return this.row.channels.map((channel) => new DetectorChannel(channel));
  }

  @Property(() => Float, 'What the lower end of a window becomes.')
  get scaledLow(): number {
    return this.row.scaledRange.low;
  }

  @Property(() => Float, 'What the upper end of a window becomes.')
  get scaledHigh(): number {
    return this.row.scaledRange.high;
  }

  @Column(() => String, 'How slices are brought to the size of the network.')
  declare readonly resampling: string;
}

@ObjectType({ description: 'What a detection run takes where the request says nothing.' })
export class DetectorDefaults {
  constructor(readonly row: DetectorManifest['defaults']) {}

  @Column(() => Float, 'Boxes below this score are dropped, 0 to 1.')
  declare readonly scoreThreshold: number;

  @Column(() => Float, 'Of two boxes that overlap more than this (IoU) the lower score is dropped, 0 to 1.')
  declare readonly nmsIouThreshold: number;

  @Property(
    () => Boolean,
    'True where a box drops overlapping boxes of every class, false where only those of its own class.',
  )
  get nmsAcrossClasses(): boolean {
    return this.row.nmsScope === 'ALL_CLASSES';
  }

  @Column(() => Int, 'Boxes kept of an image at most, best first.')
  declare readonly maxDetectionsPerImage: number;
}

@ObjectType({
  implements: Node,
  description: 'A trained network that finds lesions: an ONNX file with its manifest and model card.',
})
export class Detector implements Node {
  constructor(readonly row: DetectorRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Detector', this.row.id);
  }

  @Column(() => String, 'Name, as `runDetection` takes it.')
  declare readonly name: string;

  @Column(() => String, 'Version: MAJOR.MINOR.PATCH.')
  declare readonly version: string;

  @Column(() => String, 'Architecture of the network.')
  declare readonly architecture: string;

  @Column(() => String, 'SHA-256 of the ONNX file, in hexadecimal.')
  declare readonly modelSha256: string;

  @Column(() => GraphQLDateTime, 'When it was registered, or first seen in MODELS_DIR (UTC).')
  declare readonly registeredAt: Date;

  @Property(() => DetectorInput, 'What it is fed.')
  get input(): DetectorInput {
    return new DetectorInput(this.row.manifest.input);
  }

  @Property(() => [String], 'What it tells apart, in the order of its class indices.')
  get classes(): string[] {
    return this.row.manifest.classes;
  }

  @Property(
    () => String,
    'Name of the categorization whose pseudo-clusters are its classes. Null for a single class.',
    {
      nullable: true,
    },
  )
  get categorization(): string | null {
    return this.row.manifest.categorization;
  }

  @Property(() => DetectorDefaults, 'Thresholds of a run that names none.')
  get defaults(): DetectorDefaults {
    return new DetectorDefaults(this.row.manifest.defaults);
  }

  @Property(
    () => GraphQLJSON,
    'Model card: training data, command, measured accuracy, intended use and limits, as training wrote it.',
  )
  get modelCard(): unknown {
    return this.row.manifest.card;
  }

  @Column(() => GraphQLJSON, 'The whole manifest, model.json.')
  declare readonly manifest: unknown;
}

export const DetectorConnection = connectionOf(Detector, 'Detector', 'detectors');
