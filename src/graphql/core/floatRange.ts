import { Field, Float, InputType } from 'type-graphql';

@InputType({
  description: 'A closed interval; a bound that is omitted is open. A missing value is not in any interval.',
})
export class FloatRange {
  @Field(() => Float, { nullable: true, description: 'Greater than or equal to this value.' })
  gte?: number | null;

  @Field(() => Float, { nullable: true, description: 'Less than or equal to this value.' })
  lte?: number | null;
}
