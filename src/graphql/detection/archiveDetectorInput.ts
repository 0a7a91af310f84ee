import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'The detector to archive, or to take back.' })
export class ArchiveDetectorInput {
  @Field(() => ID, { description: 'Global id of the detector.' })
  id!: string;
}
