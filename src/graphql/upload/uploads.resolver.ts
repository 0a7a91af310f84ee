import { Arg, Ctx, FieldResolver, Float, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { uploadTarget } from '../../access';
import type { KeepAnswer, Transaction } from '../../database';
import {
  findDetectionProgress,
  findDetectionSlices,
  findUpload,
  findUploadDetectionIfThere,
  findUploadIfThere,
} from '../../uploads';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { createOnce } from '../core/idempotency';
import { checkedPageSize, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../core/pageArgs';
import { charging } from '../core/quota';
import {
  SCORE_THRESHOLD_DESCRIPTION,
  TOP_DESCRIPTION,
  uploadHounsfieldUrl,
  uploadOverlayUrl,
} from '../dataset/imageUrl';
import { Detector } from '../detection/detector';
import { DetectInImageInput } from './detectInImageInput';
import { DetectInImagePayload } from './payloads';
import { Upload, UploadDetection, UploadDetectionProgress, UploadDetectionSlice } from './upload';

@Resolver()
export class UploadsResolver {
  @Query(() => Upload, {
    nullable: true,
    description: 'Finds an image, series or model of the caller; null if there is none with this id or it has expired.',
  })
  async upload(
    @Arg('id', () => ID, { description: 'Id from PUT /uploads.' }) id: string,
    @Ctx() { database }: GraphContext,
  ) {
    const upload = await findUploadIfThere(database, id);
    return upload && new Upload(upload);
  }

  @Query(() => UploadDetection, {
    nullable: true,
    description:
      'Finds a detection that was started by detectInImage; null if there is none with this id or its upload has expired.',
  })
  async uploadDetection(
    @Arg('id', () => ID, { description: 'Id from detectInImage.' }) id: string,
    @Ctx() { database }: GraphContext,
  ) {
    const detection = await findUploadDetectionIfThere(database, id);
    return detection && new UploadDetection(detection);
  }

  @Mutation(() => DetectInImagePayload, {
    description:
      'Detects lesions in an image of the caller, sent by PUT /uploads. The result for one slice is ' +
      'returned after processing; a series is accepted immediately and followed with uploadDetection. ' +
      'RATE_LIMITED if the queue is full.',
  })
  async detectInImage(
    @Arg('input', () => DetectInImageInput, { description: 'The detector and the image.' })
    input: DetectInImageInput,
    @Ctx() context: GraphContext,
  ) {
    const { uploads } = context.services;
    const slicesOf = async (transaction: Transaction, id: string) =>
      (await findDetectionProgress(transaction, id)).total;
    const detect = (keep?: KeepAnswer) =>
      uploads.detect(input, context.client, charging(context, 'images', slicesOf, keep));
    const id = await createOnce(context, 'detectInImage', input, detect, (_transaction, made) => ({
      target: uploadTarget(made),
      changes: { upload: uploadTarget(input.upload), detector: input.detector },
    }));
    return new DetectInImagePayload(new UploadDetection(await uploads.afterWork(id)));
  }
}

@Resolver(() => UploadDetection)
export class UploadDetectionFieldsResolver {
  @FieldResolver(() => Upload, { description: 'The image or series.' })
  async upload(@Root() { row }: UploadDetection, @Ctx() { database }: GraphContext) {
    return new Upload(await findUpload(database, row.uploadId));
  }

  @FieldResolver(() => Detector, { description: 'The detector.' })
  async detector(@Root() { row }: UploadDetection, @Ctx() { loaders }: GraphContext) {
    return new Detector(present(await loaders.detector.load(row.detectorId)));
  }

  @FieldResolver(() => UploadDetectionProgress, { description: 'Progress of the detection.' })
  async progress(@Root() { row }: UploadDetection, @Ctx() { database }: GraphContext) {
    return new UploadDetectionProgress(await findDetectionProgress(database, row.id));
  }

  @FieldResolver(() => [UploadDetectionSlice], { description: 'Its slices with their detections, from head to feet.' })
  async slices(
    @Arg('fromSliceIndex', () => Int, { nullable: true, description: 'Minimum slice index.' })
    fromSliceIndex: number | null,
    @Arg('first', () => Int, {
      nullable: true,
      description: `Number of slices to return, 0 to ${MAX_PAGE_SIZE}; ${DEFAULT_PAGE_SIZE} if omitted.`,
    })
    first: number | null,
    @Root() { row }: UploadDetection,
    @Ctx() { database, services }: GraphContext,
  ) {
    const count = checkedPageSize(first, 'first') ?? DEFAULT_PAGE_SIZE;
    const slices = await findDetectionSlices(database, row.id, fromSliceIndex ?? 0, count);
    const classes = (await services.registry.findById(row.detectorId))?.manifest?.classes ?? [];
    return slices.map((slice) => new UploadDetectionSlice(slice, classes, row));
  }
}

@Resolver(() => UploadDetectionSlice)
export class UploadDetectionSliceFieldsResolver {
  @FieldResolver(() => String, {
    description:
      'URL of the slice as PNG with its boxes drawn. `&window=` and `&size=` can be appended as for `/images`.',
  })
  overlayUrl(
    @Arg('scoreThreshold', () => Float, { nullable: true, description: SCORE_THRESHOLD_DESCRIPTION })
    scoreThreshold: number | null | undefined,
    @Arg('top', () => Int, { nullable: true, description: TOP_DESCRIPTION })
    top: number | null | undefined,
    @Root() { sliceIndex, detection }: UploadDetectionSlice,
    @Ctx() { origin }: GraphContext,
  ) {
    const picture = { uploadId: detection.uploadId, sliceIndex, detectionId: detection.id };
    return uploadOverlayUrl(picture, { scoreThreshold, top }, origin);
  }

  @FieldResolver(() => String, {
    description: 'URL of the Hounsfield units of the slice, as `BookmarkedImage.huUrl` describes them.',
  })
  huUrl(@Root() { sliceIndex, detection }: UploadDetectionSlice, @Ctx() { origin }: GraphContext) {
    return uploadHounsfieldUrl(detection.uploadId, sliceIndex, origin);
  }
}
