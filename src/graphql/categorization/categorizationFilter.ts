import { Field, InputType } from 'type-graphql';
import type { CategorizationSource, CategorizationStatus } from '../../categorization';
import { CategorizationSourceEnum, CategorizationStatusEnum } from './enums';

@InputType({ description: 'Which categorizations: fields beside one another all hold; null is the same as left out.' })
export class CategorizationFilter {
  @Field(() => String, {
    nullable: true,
    description: '`slug` for the latest version of a data set, `slug@2` for version 2; NOT_FOUND where there is none.',
  })
  dataset?: string | null;

  @Field(() => String, { nullable: true, description: 'The name, exactly.' })
  name?: string | null;

  @Field(() => [CategorizationStatusEnum], { nullable: true, description: 'Any of these.' })
  status?: CategorizationStatus[] | null;

  @Field(() => [CategorizationSourceEnum], { nullable: true, description: 'Any of these.' })
  source?: CategorizationSource[] | null;

  @Field(() => [CategorizationFilter], { nullable: true, description: 'All of these hold. Empty: everything.' })
  and?: CategorizationFilter[] | null;

  @Field(() => [CategorizationFilter], { nullable: true, description: 'At least one of these holds. Empty: nothing.' })
  or?: CategorizationFilter[] | null;

  @Field(() => CategorizationFilter, {
    nullable: true,
    description: 'This does not hold; that includes whatever lacks a value it asks for.',
  })
  not?: CategorizationFilter | null;
}
