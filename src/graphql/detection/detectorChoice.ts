import { Field, Float, InputType, Int } from 'type-graphql';
import { RepeatableInput } from '../core/idempotency';

/**
 * The detector and its thresholds: the common fields of all inputs that request detections. This class is not a
 * GraphQL type itself.
 */
@InputType()
export abstract class DetectorChoice extends RepeatableInput {
  @Field(() => String, {
    description: 'Name of the detector; CONFLICT if it is external, because that runs elsewhere.',
  })
  detector!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Version of the detector; the highest version that has a model if omitted.',
  })
  detectorVersion?: string | null;

  @Field(() => Float, {
    nullable: true,
    description:
      "Minimum score, 0 to 1: detections with a lower score are discarded. The detector's default if omitted.",
  })
  scoreThreshold?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: "Maximum number of detections per image, 1 to 1000. The detector's default if omitted.",
  })
  maxDetectionsPerImage?: number | null;
}
