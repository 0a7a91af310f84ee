import { Field, Float, ID, InputType, Int } from 'type-graphql';

@InputType({ description: 'Which detector, on which image of your own.' })
export class DetectInImageInput {
  @Field(() => ID, { description: 'Id of an upload, from PUT /uploads.' })
  upload!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'One slice of a series, by its index. Left out: the only slice, or all slices of a series.',
  })
  sliceIndex?: number | null;

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
    description: "Boxes kept of a slice at most, 1 to 1000. The detector's default where it is left out.",
  })
  maxDetectionsPerImage?: number | null;
}
