import abdomen from './examples/phantom-abdomen.png';
import abdomenSmall from './examples/phantom-abdomen-small.png';
import lung from './examples/phantom-lung.png';
import lungSmall from './examples/phantom-lung-small.png';
import pelvis from './examples/phantom-pelvis.png';
import pelvisSmall from './examples/phantom-pelvis-small.png';

/** A slice that comes with the interface. */
export interface Example {
  readonly label: string;
  readonly fileName: string;
  /** of the 16-bit PNG */
  readonly url: string;
  /** of a picture of it */
  readonly pictureUrl: string;
  readonly pixelSpacingMm: number;
  /** in which it is shown first; that of the abdomen if omitted */
  readonly window?: { readonly center: number; readonly width: number };
}

/** Made by scripts/makeExamples.mjs. */
export const EXAMPLES: readonly Example[] = [
  {
    label: 'Lung',
    fileName: 'phantom-lung.png',
    url: lung,
    pictureUrl: lungSmall,
    pixelSpacingMm: 0.644531,
    window: { center: -600, width: 1500 },
  },
  {
    label: 'Abdomen',
    fileName: 'phantom-abdomen.png',
    url: abdomen,
    pictureUrl: abdomenSmall,
    pixelSpacingMm: 0.644531,
  },
  { label: 'Pelvis', fileName: 'phantom-pelvis.png', url: pelvis, pictureUrl: pelvisSmall, pixelSpacingMm: 0.820313 },
];
