import { Field, Float, ID, Int } from 'type-graphql';
import type { RunPriority, RunRequest } from '../../runs';
import { InputOf } from '../core/inputs';
import { rowIdOf } from '../core/rowId';
import { BookmarkedImageFilter, toBookmarkedImageFilter } from '../dataset/bookmarkedImageFilter';
import { DetectorChoice } from './detectorChoice';
import { RunPriorityEnum } from './enums';

@InputOf<RunRequest>('What to detect, where, and how it is evaluated.')
export class RunDetectionInput extends DetectorChoice {
  @Field(() => String, { description: '`slug` for the latest version of a data set, `slug@2` for version 2.' })
  dataset!: string;

  @Field(() => BookmarkedImageFilter, {
    nullable: true,
    description: 'Which images; with neither filter nor imageIds, all of the data set.',
  })
  filter?: BookmarkedImageFilter | null;

  @Field(() => [ID], { nullable: true, description: 'Global ids of bookmarked images of the data set.' })
  imageIds?: string[] | null;

  @Field(() => [Float], {
    nullable: true,
    description: 'IoU thresholds to evaluate at beside 0.05 to 0.95: between 0 and 1, at most three decimals.',
  })
  iouThresholds?: number[] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many of the best boxes of an image count in the accuracy curve, beside 1 and 5. 5 where it is left out (Yan et al. 2017).',
  })
  topK?: number | null;

  @Field(() => RunPriorityEnum, {
    nullable: true,
    description:
      'How it shares the workers with other runs. Where it is left out, a run of up to four images is INTERACTIVE, any other NORMAL.',
  })
  priority?: RunPriority | null;

  @Field(() => String, {
    nullable: true,
    description: 'A key of your own, 1 to 200 characters: a repeated request with the same key answers the same run.',
  })
  idempotencyKey?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'An http or https address of yours that gets one POST when the run has ended, at least once: JSON with id, status, progress and times, signed as ' +
      'Standard Webhooks says (webhook-id, webhook-timestamp, webhook-signature). The server sends to the hosts of its setting WEBHOOK_HOSTS alone.',
  })
  webhookUrl?: string | null;
}

/**
 * The request as the room takes it: global ids become row ids.
 *
 * @throws BadUserInput when an id is of another type
 */
export function toRunRequest({ filter, imageIds, ...rest }: RunDetectionInput): RunRequest {
  return {
    ...rest,
    filter: filter && toBookmarkedImageFilter(filter),
    imageIds: imageIds?.map((id) => rowIdOf(id, 'BookmarkedImage', 'imageIds')),
  };
}
