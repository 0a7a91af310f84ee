import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'Which run to try again.' })
export class RetryDetectionRunInput {
  @Field(() => ID, { description: 'Global id of a detection run that has SUCCEEDED or FAILED.' })
  id!: string;
}
