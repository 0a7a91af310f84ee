import { Float, ObjectType } from 'type-graphql';
import type { StageTimes } from '../../inference';
import { Property } from '../core/property';

@ObjectType('DetectionStages', {
  description:
    'Where the time of an image goes: mean wall-clock milliseconds of each stage. Images are read and prepared while the network is at others, so that a run may take less than the sum.',
})
export class StageTiming {
  constructor({ decodeMs, prepareMs, networkMs, postprocessMs }: StageTimes) {
    this.decodeMs = decodeMs;
    this.prepareMs = prepareMs;
    this.networkMs = networkMs;
    this.postprocessMs = postprocessMs;
  }

  @Property(() => Float, 'Reading the slice and its neighbours; ms.')
  readonly decodeMs: number;

  @Property(() => Float, 'Making the input of the network: interpolation, windows, size; ms.')
  readonly prepareMs: number;

  @Property(() => Float, 'The network, an image that went through it with others having its share; ms.')
  readonly networkMs: number;

  @Property(() => Float, 'Making boxes of its answer, and suppressing those that overlap; ms.')
  readonly postprocessMs: number;
}
