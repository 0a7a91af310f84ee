import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'The detection run to retry.' })
export class RetryDetectionRunInput {
  @Field(() => ID, { description: 'Global id of a detection run with the status SUCCEEDED or FAILED.' })
  id!: string;
}
