import { Field, InputType } from 'type-graphql';

@InputType({ description: 'Which data sets: fields beside one another all hold; null is the same as left out.' })
export class DatasetFilter {
  @Field(() => [String], { nullable: true, description: 'One of these slugs; a single one is fine. Empty: none.' })
  slug?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is made by a program and not from patients.' })
  synthetic?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'true: latest versions; false: superseded ones. Where a filter says nothing of it, latest versions.',
  })
  latest?: boolean | null;

  @Field(() => [DatasetFilter], { nullable: true, description: 'All of these hold. Empty: everything.' })
  and?: DatasetFilter[] | null;

  @Field(() => [DatasetFilter], { nullable: true, description: 'At least one of these holds. Empty: nothing.' })
  or?: DatasetFilter[] | null;

  @Field(() => DatasetFilter, {
    nullable: true,
    description: 'This does not hold; that includes whatever lacks a value it asks for.',
  })
  not?: DatasetFilter | null;
}
