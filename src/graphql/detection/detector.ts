import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import { toGlobalId } from '../../globalId';
import type { DetectorManifest } from '../../inference';
import type { DetectorRow } from '../../models';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Property } from '../core/property';
import { HounsfieldWindow } from '../dataset/hounsfieldWindow';

type Channel = DetectorManifest['input']['channels'][number];

@ObjectType({ description: 'One channel of what a detector is fed: a slice through a Hounsfield window.' })
export class DetectorChannel {
  constructor(private readonly channel: Channel) {}

  @Property(() => Float, 'Distance from the key slice along the body in mm; between slices it is interpolated.')
  get offsetMm(): number {
    return this.channel.offsetMm;
  }

  @Property(() => HounsfieldWindow, 'The window it is seen through.')
  get window(): HounsfieldWindow {
    return new HounsfieldWindow(this.channel.window.low, this.channel.window.high);
  }
}

@ObjectType({ description: 'What a detector is fed.' })
export class DetectorInput {
  constructor(private readonly input: DetectorManifest['input']) {}

  @Property(() => Int, 'Width in pixels of the network.')
  get width(): number {
    return this.input.width;
  }

  @Property(() => Int, 'Height in pixels of the network.')
  get height(): number {
    return this.input.height;
  }

  @Property(() => [DetectorChannel], 'Its channels, in order.')
  get channels(): DetectorChannel[] {
    return this.input.channels.map((channel) => new DetectorChannel(channel));
  }

  @Property(() => Float, 'What the lower end of a window becomes.')
  get scaledLow(): number {
    return this.input.scaledRange.low;
  }

  @Property(() => Float, 'What the upper end of a window becomes.')
  get scaledHigh(): number {
    return this.input.scaledRange.high;
  }

  @Property(() => String, 'How slices are brought to the size of the network.')
  get resampling(): string {
    return this.input.resampling;
  }
}

@ObjectType({ description: 'What a detection run takes where the request says nothing.' })
export class DetectorDefaults {
  constructor(private readonly defaults: DetectorManifest['defaults']) {}

  @Property(() => Float, 'Boxes below this score are dropped, 0 to 1.')
  get scoreThreshold(): number {
    return this.defaults.scoreThreshold;
  }

  @Property(() => Float, 'Of two boxes that overlap more than this (IoU) the lower score is dropped, 0 to 1.')
  get nmsIouThreshold(): number {
    return this.defaults.nmsIouThreshold;
  }

  @Property(
    () => Boolean,
    'True where a box drops overlapping boxes of every class, false where only those of its own class.',
  )
  get nmsAcrossClasses(): boolean {
    return this.defaults.nmsScope === 'ALL_CLASSES';
  }

  @Property(() => Int, 'Boxes kept of an image at most, best first.')
  get maxDetectionsPerImage(): number {
    return this.defaults.maxDetectionsPerImage;
  }
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

  @Property(() => String, 'Name, as `runDetection` takes it.')
  get name(): string {
    return this.row.name;
  }

  @Property(() => String, 'Version: MAJOR.MINOR.PATCH.')
  get version(): string {
    return this.row.version;
  }

  @Property(() => String, 'Architecture of the network.')
  get architecture(): string {
    return this.row.architecture;
  }

  @Property(() => String, 'SHA-256 of the ONNX file, in hexadecimal.')
  get modelSha256(): string {
    return this.row.modelSha256;
  }

  @Property(() => GraphQLDateTime, 'When it was registered, or first seen in MODELS_DIR (UTC).')
  get registeredAt(): Date {
    return this.row.registeredAt;
  }

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

  @Property(() => GraphQLJSON, 'The whole manifest, model.json.')
  get manifest(): unknown {
    return this.row.manifest;
  }
}

export const DetectorConnection = connectionOf(Detector, 'Detector', 'detectors');
