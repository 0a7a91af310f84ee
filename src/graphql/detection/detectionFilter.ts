import { Field, Float, ID, Int } from 'type-graphql';
import { BadUserInput } from '../../errors';
import { keyOf } from '../../globalId';
import type { DetectionFilter as RoomFilter } from '../../runs';
import { InputOf } from '../core/inputs';

@InputOf<RoomFilter>(
  'Filter for the detections of a run: all given fields must match; null is the same as omitting a field.',
)
export class DetectionFilter {
  @Field(() => [ID], {
    nullable: true,
    description:
      'The image is one of these bookmarked images (global ids); a single value need not be a list. An ' +
      'empty list matches nothing.',
  })
  imageIds?: string[] | null;

  @Field(() => Float, { nullable: true, description: 'Minimum score, 0 to 1.' })
  scoreAtLeast?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Maximum rank among the detections of the image: k for its top-k detections.',
  })
  rankAtMost?: number | null;
}

/**
 * Converts the filter to that of the room: global ids become keys.
 *
 * @throws BadUserInput if an id is not that of a BookmarkedImage, and for a score outside 0 to 1
 */
export function toDetectionFilter({ imageIds, ...rest }: DetectionFilter): RoomFilter {
  const { scoreAtLeast } = rest;
  if (scoreAtLeast != null && (scoreAtLeast < 0 || scoreAtLeast > 1))
    throw new BadUserInput(`Expected scoreAtLeast to be from 0 to 1, got ${scoreAtLeast}.`, 'scoreAtLeast');
  return { ...rest, imageIds: imageIds?.map((id) => keyOf(id, 'BookmarkedImage', 'imageIds')) };
}
