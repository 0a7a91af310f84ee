import { Field, Float, ID, InputType, Int } from 'type-graphql';
import type { Split } from '../../dataset';
import type { BoxConvention } from '../../evaluation';
import { keyOf } from '../../globalId';
import type { PixelConvention } from '../../imaging';
import type { ExternalDetectorRequest } from '../../models';
import type { DeclaredImages, ScoreTransform, SubmissionFormat, SubmissionRequest } from '../../submissions';
import { RepeatableInput } from '../core/idempotency';
import { InputOf } from '../core/inputs';
import { BookmarkedImageFilter, toBookmarkedImageFilter } from '../dataset/bookmarkedImageFilter';
import { PixelConventionEnum, SplitEnum } from '../dataset/enums';
import { BoxConventionEnum, ScoreTransformEnum, SubmissionFormatEnum } from './submissionEnums';

@InputType({ description: 'Splits of a data set that a detector was trained on.' })
export class TrainingPartInput {
  @Field(() => String, { description: 'The data set: its slug, for all versions.' })
  dataset!: string;

  @Field(() => [SplitEnum], { description: 'The splits.' })
  splits!: Split[];
}

@InputOf<ExternalDetectorRequest>('A detector that runs elsewhere. Texts that are not stated are those that are known.')
export class ExternalDetectorInput {
  @Field(() => String, { description: 'Name of the detector.' })
  name!: string;

  @Field(() => String, {
    description: 'Version: MAJOR.MINOR.PATCH. Other weights or settings are another version.',
  })
  version!: string;

  @Field(() => String, { nullable: true, description: 'Architecture, 1 to 200 characters.' })
  architecture?: string | null;

  @Field(() => String, { nullable: true, description: 'Web page, 1 to 2000 characters: an http or https address.' })
  url?: string | null;

  @Field(() => String, { nullable: true, description: 'How to cite it, 1 to 10000 characters.' })
  citation?: string | null;

  @Field(() => String, { nullable: true, description: 'Its licence, 1 to 10000 characters.' })
  licence?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The data that it was trained with, 1 to 10000 characters.',
  })
  trainingData?: string | null;

  @Field(() => String, { nullable: true, description: 'Whom to ask about it, 1 to 500 characters.' })
  contact?: string | null;

  @Field(() => [TrainingPartInput], {
    nullable: true,
    description:
      'Data sets of this server that it was trained on, at most 20; boards mark detectors that saw their patients. An empty ' +
      'list says that it was trained on none of them; if omitted, nothing is said.',
  })
  trainedOn?: TrainingPartInput[] | null;
}

@InputType({
  description:
    'The images that the detector was run on: exactly one of these. An image without boxes counts as one in which nothing ' +
    'was detected; a box on any other image is refused.',
})
export class SubmittedImagesInput {
  @Field(() => [SplitEnum], { nullable: true, description: 'All images of these splits.' })
  split?: Split[] | null;

  @Field(() => BookmarkedImageFilter, { nullable: true, description: 'All images that fulfil the filter.' })
  filter?: BookmarkedImageFilter | null;

  @Field(() => [ID], { nullable: true, description: 'Global ids of bookmarked images of the data set.' })
  imageIds?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'The images that the file names. A row of CSV, NDJSON or Parquet without box and score only names its image.',
  })
  listInFile?: boolean | null;
}

@InputOf<SubmissionRequest, 'idempotencyKey'>('A file of detections, how it is to be read, and what made it.')
export class SubmitDetectionsInput extends RepeatableInput {
  @Field(() => String, { description: '`slug` for the latest version of a data set, `slug@2` for version 2.' })
  dataset!: string;

  @Field(() => ID, { description: 'Id of the file from PUT /uploads.' })
  uploadId!: string;

  @Field(() => SubmissionFormatEnum, { description: 'Format of the file.' })
  format!: SubmissionFormat;

  @Field(() => ExternalDetectorInput, { description: 'The detector.' })
  detector!: ExternalDetectorInput;

  @Field(() => SubmittedImagesInput, { description: 'The images that were run.' })
  images!: SubmittedImagesInput;

  @Field(() => BoxConventionEnum, {
    nullable: true,
    description:
      'XYWH for COCO results and XYXY for columns x1, y1, x2, y2 if omitted; the lists `bbox` of other formats need it.',
  })
  boxConvention?: BoxConvention | null;

  @Field(() => PixelConventionEnum, {
    nullable: true,
    description:
      "Pixel convention of the boxes: ZERO_BASED for COCO results if omitted, the data set's own for other formats.",
  })
  pixelConvention?: PixelConvention | null;

  @Field(() => ScoreTransformEnum, { nullable: true, description: 'Needed if scores are not in 0 to 1.' })
  scoreTransform?: ScoreTransform | null;

  @Field(() => String, { nullable: true, description: 'Note of the run, 1 to 10000 characters.' })
  note?: string | null;

  @Field(() => [Float], {
    nullable: true,
    description:
      'IoU thresholds of the evaluation, in addition to 0.05 to 0.95: between 0 and 1, at most three decimals.',
  })
  iouThresholds?: number[] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Number of top-scoring detections per image that count in the accuracy curve (top-k), 1 to 1000, in addition to 1 ' +
      'and 5; 5 if omitted.',
  })
  topK?: number | null;
}

/**
 * Converts the input to the request of the submissions room: global ids become keys.
 *
 * @throws BadUserInput if an id has another type
 */
export function toSubmissionRequest({
  images,
  ...rest
}: Omit<SubmitDetectionsInput, 'idempotencyKey'>): SubmissionRequest {
  const { split, filter, imageIds, listInFile } = images;
  const declared: DeclaredImages = {
    split,
    filter: filter && toBookmarkedImageFilter(filter),
    imageIds: imageIds?.map((id) => keyOf(id, 'BookmarkedImage', 'images')),
    listInFile,
  };
  const { trainedOn, ...detector } = rest.detector;
  const parts = trainedOn?.map(({ dataset, splits }) => ({ dataset, splits: [...splits] }));
  return { ...rest, detector: { ...detector, trainedOn: parts }, images: declared };
}
