import { Float, ObjectType } from 'type-graphql';
import type { StageTimes } from '../../inference';
import { Property } from '../core/property';

@ObjectType('DetectionStages', {
  description:
    'Mean wall-clock time of each stage per image in ms. Images are read and preprocessed while the ' +
    'model runs on others, so that the time of a run may be less than the sum.',
})
export class StageTiming {
  constructor({ decodeMs, prepareMs, networkMs, postprocessMs }: StageTimes) {
    this.decodeMs = decodeMs;
    this.prepareMs = prepareMs;
    this.networkMs = networkMs;
    this.postprocessMs = postprocessMs;
  }

  @Property(() => Float, 'Reading of the slice and its neighbours, in ms.')
  readonly decodeMs: number;

  @Property(() => Float, 'Preprocessing of the model input: interpolation, windows, resampling, in ms.')
  readonly prepareMs: number;

  @Property(() => Float, 'Inference, in ms. The time of a batch is divided equally among its images.')
  readonly networkMs: number;

  @Property(() => Float, 'Postprocessing of the model output: decoding of boxes and non-maximum suppression, in ms.')
  readonly postprocessMs: number;
}
