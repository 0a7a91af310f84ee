import { Field, InputType } from 'type-graphql';

@InputType({ description: 'Which detectors: fields beside one another all hold; null is the same as left out.' })
export class DetectorFilter {
  @Field(() => String, { nullable: true, description: 'The name, exactly.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'The version, exactly.' })
  version?: string | null;

  @Field(() => [DetectorFilter], { nullable: true, description: 'All of these hold. Empty: everything.' })
  and?: DetectorFilter[] | null;

  @Field(() => [DetectorFilter], { nullable: true, description: 'At least one of these holds. Empty: nothing.' })
  or?: DetectorFilter[] | null;

  @Field(() => DetectorFilter, {
    nullable: true,
    description: 'This does not hold; that includes whatever lacks a value it asks for.',
  })
  not?: DetectorFilter | null;
}
