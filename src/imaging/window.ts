/**
 * Hounsfield windows: the linear and sigmoid functions of DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3, to 8 bits.
 * Input is HU (DeepLesion's stored value − 32768); output 0 is black, 255 is white.
 */
import { BadUserInput } from '../errors';
import { HOUNSFIELD_OFFSET, type HounsfieldSlice } from './slice';

/** VOI LUT Function (0028,1056). */
export type WindowFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';

/** A window as DICOM writes it, in HU. */
export interface HounsfieldWindow {
  readonly center: number;
  readonly width: number;
}

/** A window with the function that it is meant for. */
export interface WindowSetting extends HounsfieldWindow {
  readonly function: WindowFunction;
}

/**
 * Windows that radiologists call by name, centre and width in HU: common reading settings, not taken from the paper.
 */
export const WINDOW_PRESETS: Readonly<Record<string, HounsfieldWindow>> = {
  'soft-tissue': { center: 50, width: 400 },
  abdomen: { center: 40, width: 400 },
  liver: { center: 60, width: 160 },
  mediastinum: { center: 40, width: 350 },
  lung: { center: -600, width: 1500 },
  bone: { center: 400, width: 1800 },
  brain: { center: 40, width: 80 },
  angiography: { center: 300, width: 600 },
  /** −1024 … 3071 HU, the one window of the paper's detector */
  full: { center: 1023.5, width: 4095 },
};

/**
 * The window that runs from one HU value to another, as DL_info.csv gives its windows.
 * It is meant for LINEAR_EXACT, which maps `low` to black and `high` to white; LINEAR would end one unit short.
 */
export function windowFromRange(low: number, high: number): WindowSetting {
  return { center: (low + high) / 2, width: high - low, function: 'LINEAR_EXACT' };
}

/**
 * One value through a window, as the standard's formulas have it with y_min = 0 and y_max = 255, rounded to the nearest
 * whole number.
 *
 * @param window width at least 1 for LINEAR, above 0 for the others
 */
export function windowedValue(hounsfield: number, { center, width }: HounsfieldWindow, fn: WindowFunction): number {
  switch (fn) {
    case 'LINEAR': {
      if (hounsfield <= center - 0.5 - (width - 1) / 2) return 0;
      if (hounsfield > center - 0.5 + (width - 1) / 2) return 255;
      return Math.round(((hounsfield - (center - 0.5)) / (width - 1) + 0.5) * 255);
    }
    case 'LINEAR_EXACT': {
      if (hounsfield <= center - width / 2) return 0;
      if (hounsfield > center + width / 2) return 255;
      return Math.round(((hounsfield - center) / width + 0.5) * 255);
    }
    case 'SIGMOID':
      return Math.round(255 / (1 + Math.exp((-4 * (hounsfield - center)) / width)));
  }
}

/**
 * The 65,536 answers of a window, by HU + 32768. A slice has four times as many pixels, so that the table pays at once
 * (0.3 ms).
 */
function lookUpTable(window: HounsfieldWindow, fn: WindowFunction): Uint8Array {
  const table = new Uint8Array(65536);
  // Beyond two widths (LINEAR) or eight (SIGMOID, e^-32) on either side, every value is 0 or 255.
  const reach = 8 * window.width + 2;
  const first = Math.min(65536, Math.max(0, Math.floor(window.center - reach) + HOUNSFIELD_OFFSET));
  const end = Math.max(first, Math.min(65536, Math.ceil(window.center + reach) + HOUNSFIELD_OFFSET + 1));
  for (let stored = first; stored < end; stored++)
    table[stored] = windowedValue(stored - HOUNSFIELD_OFFSET, window, fn);
  return table.fill(255, end);
}

/**
 * A slice as 8-bit greys.
 *
 * @returns width × height bytes, row-major
 * @throws RangeError for a window that `parseWindowParameter` would not have let through
 */
export function windowToBytes(
  slice: HounsfieldSlice,
  window: HounsfieldWindow,
  fn: WindowFunction = 'LINEAR',
): Uint8Array {
  if (
    !Number.isFinite(window.center) ||
    !Number.isFinite(window.width) ||
    window.width < (fn === 'LINEAR' ? 1 : Number.MIN_VALUE)
  ) {
    throw new RangeError(
      `Expected a finite window centre and a width ${fn === 'LINEAR' ? 'of at least 1' : 'above 0'}, got ` +
        `${window.center}, ${window.width}.`,
    );
  }
  const table = lookUpTable(window, fn);
  const { hounsfield } = slice;
  const bytes = new Uint8Array(hounsfield.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = table[hounsfield[i]! + HOUNSFIELD_OFFSET]!;
  return bytes;
}

const FUNCTIONS: Readonly<Record<string, WindowFunction>> = {
  linear: 'LINEAR',
  'linear-exact': 'LINEAR_EXACT',
  sigmoid: 'SIGMOID',
};
const EXPECTED =
  `CENTER,WIDTH or CENTER,WIDTH,FUNCTION in HU with FUNCTION one of ${Object.keys(FUNCTIONS).join(', ')}; ` +
  `or one of ${Object.keys(WINDOW_PRESETS).join(', ')}`;
const NUMBER = /^[+-]?\d{1,6}(\.\d{1,6})?$/;

function refuse(text: string, why: string): never {
  throw new BadUserInput(
    `Expected window to be ${EXPECTED}; got ${JSON.stringify(text.slice(0, 80))}: ${why}.`,
    'window',
  );
}

/**
 * Reads `CENTER,WIDTH[,FUNCTION]`, as DICOMweb names a window (PS3.18 8.3.5.1.4), or a preset's name; case, spaces
 * round the parts and underscores for hyphens do not matter. The function is linear unless said.
 *
 * @throws BadUserInput that says what was expected
 */
export function parseWindowParameter(text: string): WindowSetting {
  const normal = text.trim().toLowerCase().replaceAll('_', '-');
  const preset = Object.hasOwn(WINDOW_PRESETS, normal) ? WINDOW_PRESETS[normal] : undefined;
  if (preset) return { ...preset, function: 'LINEAR' };
  const parts = normal.split(',').map((part) => part.trim());
  const [centerText = '', widthText = '', functionText = 'linear'] = parts;
  if (parts.length < 2) refuse(text, 'no preset of that name');
  if (parts.length > 3) refuse(text, `${parts.length} parts`);
  if (!NUMBER.test(centerText)) refuse(text, 'the centre is not a number');
  if (!NUMBER.test(widthText)) refuse(text, 'the width is not a number');
  const fn = Object.hasOwn(FUNCTIONS, functionText) ? FUNCTIONS[functionText] : undefined;
  if (!fn) refuse(text, `no function ${JSON.stringify(functionText.slice(0, 30))}`);
  const center = Number(centerText);
  const width = Number(widthText);
  if (fn === 'LINEAR' && width < 1) refuse(text, 'the width of a linear window is at least 1');
  if (width <= 0) refuse(text, 'the width is above 0');
  return { center, width, function: fn };
}
