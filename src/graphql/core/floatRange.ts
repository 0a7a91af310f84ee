import { Field, Float, InputType } from 'type-graphql';

@InputType({ description: 'A closed interval; an end that is left out is open. A missing value lies in no interval.' })
export class FloatRange {
  @Field(() => Float, { nullable: true, description: 'At least this.' })
  gte?: number | null;

  @Field(() => Float, { nullable: true, description: 'At most this.' })
  lte?: number | null;
}
