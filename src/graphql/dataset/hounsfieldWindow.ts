import { Float, ObjectType } from 'type-graphql';
import { Property } from '../core/property';

@ObjectType({
  description: 'A Hounsfield window: the range of CT values that is mapped to the grey levels of a picture.',
})
export class HounsfieldWindow {
  constructor(low: number, high: number) {
    this.low = low;
    this.high = high;
  }

  @Property(() => Float, 'Lower bound in Hounsfield units (HU).')
  readonly low: number;

  @Property(() => Float, 'Upper bound in HU.')
  readonly high: number;

  @Property(() => Float, 'Centre of the window in HU: (low + high) / 2.')
  get center(): number {
    return (this.low + this.high) / 2;
  }

  @Property(() => Float, 'Width of the window in HU: high - low.')
  get width(): number {
    return this.high - this.low;
  }

  /** @param windows low, high, low, high … in HU */
  static list(windows: readonly number[]): HounsfieldWindow[] {
    const list: HounsfieldWindow[] = [];
    for (let index = 0; index + 1 < windows.length; index += 2)
      list.push(new HounsfieldWindow(windows[index] ?? 0, windows[index + 1] ?? 0));
    return list;
  }
}
