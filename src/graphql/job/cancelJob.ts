import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Property } from '../core/property';
import { Job } from './job';
import type { AnyJob } from './jobs';

@InputType({ description: 'The job to cancel.' })
export class CancelJobInput {
  @Field(() => ID, { description: 'Id of a detection run, a categorization, an export or a detection in an upload.' })
  id!: string;
}

@ObjectType({ description: 'Result of cancelJob.' })
export class CancelJobPayload {
  constructor(job: AnyJob) {
    this.job = job;
  }

  @Property(() => Job, 'The job in its current state. A job that had already ended is unchanged.')
  readonly job: AnyJob;
}
