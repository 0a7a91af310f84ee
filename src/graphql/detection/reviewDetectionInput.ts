import { Field, ID } from 'type-graphql';
import type { NewReview, ReviewVerdict } from '../../results';
import { RepeatableInput } from '../core/idempotency';
import { InputOf } from '../core/inputs';
import { ReviewVerdictEnum } from './enums';

@InputOf<NewReview, 'idempotencyKey'>("A radiologist's verdict on a detection.")
export class ReviewDetectionInput extends RepeatableInput {
  @Field(() => ID, { description: 'Global id of the detection.' })
  detectionId!: string;

  @Field(() => ReviewVerdictEnum, { description: 'The verdict.' })
  verdict!: ReviewVerdict;

  @Field(() => String, {
    nullable: true,
    description:
      'Name of the reviewer, 1 to 200 characters. With a key it is the name of the key, and may be omitted; another ' +
      'name is BAD_USER_INPUT. Without a key it is required, and the verdict is not authenticated.',
  })
  reviewer?: string | null;

  @Field(() => String, { nullable: true, description: 'Optional remark, at most 5000 characters.' })
  remark?: string | null;
}
