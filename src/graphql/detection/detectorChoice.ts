import { Field, Float, InputType, Int } from 'type-graphql';

/** Which detector, and which of its boxes: what every input that asks for detections has. It is no type of the graph by itself. */
@InputType()
export abstract class DetectorChoice {
  @Field(() => String, { description: 'Name of the detector.' })
  detector!: string;

  @Field(() => String, { nullable: true, description: 'Version of the detector; the highest where it is left out.' })
  detectorVersion?: string | null;

  @Field(() => Float, {
    nullable: true,
    description: "Boxes below this score are dropped, 0 to 1. The detector's default where it is left out.",
  })
  scoreThreshold?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: "Boxes kept of an image at most, 1 to 1000. The detector's default where it is left out.",
  })
  maxDetectionsPerImage?: number | null;
}
