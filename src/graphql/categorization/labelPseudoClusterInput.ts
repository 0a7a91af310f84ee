import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'A name for a pseudo-cluster.' })
export class LabelPseudoClusterInput {
  @Field(() => ID, { description: 'Global id of the pseudo-cluster.' })
  pseudoClusterId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The name, 1 to 200 characters, e.g. `lung nodule`; null removes the name.',
  })
  label?: string | null;
}
