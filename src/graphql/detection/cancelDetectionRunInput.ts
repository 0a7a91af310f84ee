import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'The detection run to cancel.' })
export class CancelDetectionRunInput {
  @Field(() => ID, { description: 'Global id of the detection run.' })
  id!: string;
}
