import { Field, ID, InputType } from 'type-graphql';
import { RepeatableInput } from '../core/idempotency';

@InputType({ description: 'The detection run to retry.' })
export class RetryDetectionRunInput extends RepeatableInput {
  @Field(() => ID, { description: 'Global id of a detection run with the status SUCCEEDED or FAILED.' })
  id!: string;
}
