import { pictureAddress } from '../../data/pictures';
import { formatNumber, titleOf } from '../../data/text';
import type { NamedWindow } from '../../viewer/keymap';
import type { ViewerSlice } from '../../viewer/slices';
import type { ViewedImage } from '../../viewer/Viewer';
import type { SliceQuery } from './slice.generated';

/** A bookmarked image as its page has it. */
export type SliceImage = Exclude<NonNullable<SliceQuery['node']>, Record<PropertyKey, never>>;
export type SliceLesion = SliceImage['lesions'][number];

/** @returns null for an id of nothing, or of something else */
export function imageOf({ node }: SliceQuery): SliceImage | null {
  return node !== null && 'fileName' in node && typeof node.fileName === 'string' ? (node as SliceImage) : null;
}

/** What the viewer needs of an image. */
interface Viewable extends Pick<SliceImage, 'fileName' | 'width' | 'height' | 'pixelSpacingMm' | 'sliceIndex'> {
  readonly slices: readonly Pick<SliceImage['slices'][number], 'offset' | 'offsetMm' | 'sliceIndex' | 'huUrl'>[];
  readonly dataset: Pick<SliceImage['dataset'], 'pixelConvention'>;
}

/** The image as the viewer takes it; an image without pixels has its key slice alone. */
export function viewedImage(image: Viewable): ViewedImage {
  const { fileName, width, height, pixelSpacingMm, dataset } = image;
  const slices = slicesOf(image);
  return {
    name: fileName,
    size: { width, height },
    pixelSpacingMm,
    firstPixel: dataset.pixelConvention === 'ONE_BASED' ? 1 : 0,
    slices,
    homeIndex: Math.max(
      0,
      slices.findIndex(({ name }) => name === '0'),
    ),
  };
}

function slicesOf({ slices, sliceIndex }: Viewable): ViewerSlice[] {
  if (slices.length === 0) return [{ url: null, name: '0', text: `slice ${sliceIndex}, key slice` }];
  return slices.map(({ offset, offsetMm, sliceIndex: index, huUrl }) => ({
    url: pictureAddress(huUrl),
    name: String(offset),
    text: `slice ${index}, ${offsetText(offset, offsetMm)}`,
  }));
}

/** "key slice", "key slice −2 (10.0 mm above)" */
export function offsetText(offset: number, offsetMm: number | null): string {
  if (offset === 0) return 'key slice';
  const mm = offsetMm === null ? '' : ` (${formatNumber(Math.abs(offsetMm))} mm ${offset < 0 ? 'above' : 'below'})`;
  return `key slice ${offset > 0 ? '+' : '−'}${Math.abs(offset)}${mm}`;
}

/** The window that the source gives for the slice; that of the abdomen if it gives none. */
export function ownWindow({ windows }: Pick<SliceImage, 'windows'>): NamedWindow {
  const [first] = windows;
  if (!first || first.high <= first.low) return { label: 'Abdomen', center: 40, width: 400 };
  return {
    label: 'Window of the image',
    center: Math.round((first.low + first.high) / 2),
    width: Math.round(first.high - first.low),
  };
}

/** The server's windows as a reader calls them: whole Hounsfield units. */
export function namedWindows(presets: SliceQuery['serverInfo']['windowPresets']): NamedWindow[] {
  return presets.map(({ name, center, width }) => ({
    label: titleOf(name.replaceAll('-', ' ')),
    center: Math.round(center),
    width: Math.round(width),
  }));
}
