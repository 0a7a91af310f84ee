import { Float, ObjectType } from 'type-graphql';
import { WINDOW_PRESETS } from '../../imaging';
import { Property } from '../core/property';
import { HounsfieldWindow } from '../dataset/hounsfieldWindow';

@ObjectType({
  description:
    'A Hounsfield window that is known by name, as radiologists use it for reading; the names are accepted wherever a ' +
    'window is requested.',
})
export class WindowPreset {
  private readonly range: HounsfieldWindow;

  constructor(name: string, center: number, width: number) {
    this.name = name;
    this.range = new HounsfieldWindow(center - width / 2, center + width / 2);
  }

  @Property(() => String, 'Name, as in `/images/ID.png?window=NAME`.')
  readonly name: string;

  @Property(() => Float, 'Centre of the window in HU.')
  get center(): number {
    return this.range.center;
  }

  @Property(() => Float, 'Width of the window in HU.')
  get width(): number {
    return this.range.width;
  }

  @Property(() => Float, 'Lower bound in HU: center - width / 2.')
  get low(): number {
    return this.range.low;
  }

  @Property(() => Float, 'Upper bound in HU: center + width / 2.')
  get high(): number {
    return this.range.high;
  }
}

export const windowPresets: readonly WindowPreset[] = Object.entries(WINDOW_PRESETS).map(
  ([name, { center, width }]) => new WindowPreset(name, center, width),
);
