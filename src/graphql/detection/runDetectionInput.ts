import { Field, Float, ID, Int } from 'type-graphql';
import { keyOf } from '../../globalId';
import { readOwnStrata } from '../../results';
import type { RunPriority, RunRequest } from '../../runs';
import { InputOf } from '../core/inputs';
import { BookmarkedImageFilter, toBookmarkedImageFilter } from '../dataset/bookmarkedImageFilter';
import { StratumInput, toOwnStratum } from '../evaluation/stratumInput';
import { DetectorChoice } from './detectorChoice';
import { RunPriorityEnum } from './enums';

@InputOf<RunRequest>('The detector, the images and the settings of the evaluation.')
export class RunDetectionInput extends DetectorChoice {
  @Field(() => String, { description: '`slug` for the latest version of a data set, `slug@2` for version 2.' })
  dataset!: string;

  @Field(() => BookmarkedImageFilter, {
    nullable: true,
    description: 'Filter for the images; all images of the data set if both filter and imageIds are omitted.',
  })
  filter?: BookmarkedImageFilter | null;

  @Field(() => [ID], { nullable: true, description: 'Global ids of bookmarked images of the data set.' })
  imageIds?: string[] | null;

  @Field(() => [Float], {
    nullable: true,
    description:
      'IoU thresholds of the evaluation, in addition to 0.05 to 0.95: between 0 and 1, at most three decimals.',
  })
  iouThresholds?: number[] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Number of top-scoring detections per image that count in the accuracy curve (top-k), 1 to 1000, ' +
      'in addition to 1 and 5; 5 if omitted (Yan et al. 2017).',
  })
  topK?: number | null;

  @Field(() => [StratumInput], {
    nullable: true,
    description:
      'Strata of your own for the evaluation: at most 50. They become part of the protocol of every evaluation of the ' +
      'run, and every curve takes their names.',
  })
  strata?: StratumInput[] | null;

  @Field(() => RunPriorityEnum, {
    nullable: true,
    description:
      'Priority of the run in the queue. If omitted, a run of up to four images is INTERACTIVE, any other run NORMAL.',
  })
  priority?: RunPriority | null;

  @Field(() => String, {
    nullable: true,
    description:
      'An http or https URL to which one POST request is sent at least once when the run has finished: ' +
      'JSON with id, status, progress and times, and the address of the page of the run if the server ' +
      'has a PUBLIC_URL, signed according to Standard Webhooks (webhook-id, webhook-timestamp, ' +
      'webhook-signature). The server only sends requests to the hosts in its ' +
      'setting WEBHOOK_HOSTS.',
  })
  webhookUrl?: string | null;
}

/**
 * Converts the input to the request of the runs room: global ids become keys.
 *
 * @throws BadUserInput if an id has another type
 */
export function toRunRequest({ filter, imageIds, strata, ...rest }: RunDetectionInput): RunRequest {
  return {
    ...rest,
    filter: filter && toBookmarkedImageFilter(filter),
    strata: strata && readOwnStrata(strata.map(toOwnStratum)),
    imageIds: imageIds?.map((id) => keyOf(id, 'BookmarkedImage', 'imageIds')),
  };
}
