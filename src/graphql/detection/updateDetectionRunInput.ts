import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'What people say of a detection run; at least one of `name`, `note` and `tags`.' })
export class UpdateDetectionRunInput {
  @Field(() => ID, { description: 'Global id of the detection run.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'A name, 1 to 200 characters; null removes it, and it stays if omitted.',
  })
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'A note, 1 to 10000 characters; null removes it, and it stays if omitted.',
  })
  note?: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'All of its tags, at most 50, each of 1 to 100 characters, in place of those before; null or an empty list ' +
      'removes them, and they stay if omitted.',
  })
  tags?: string[] | null;
}
