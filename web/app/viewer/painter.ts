/**
 * Draws a slice through a Hounsfield window on a 2-D canvas, by a look-up table. A slice has 262,144 pixels: the table
 * and the look-ups take about a millisecond, and the result is the same on every machine, with or without a GPU.
 */

/** A window as DICOM writes it, in HU: the width is at least 1. */
export interface WindowLevel {
  readonly center: number;
  readonly width: number;
}

/** One axial slice, row-major, y down. */
export interface SlicePixels {
  /** in pixels */
  readonly width: number;
  readonly height: number;
  /** HU, height × width values */
  readonly hounsfield: Int16Array;
}

/** Where the slice's left upper corner lies on the canvas, and how many pixels of the canvas one of the slice takes. */
export interface Placement {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

/** HU of the first entry of a table. */
const LOWEST_HU = -32768;
const TABLE_LENGTH = 65536;
const BLACK = 0xff000000;
const WHITE = 0xffffffff;
/** From this magnification on, a pixel is shown as a square: anyone who zooms in so far wants to see pixels. */
const SQUARES_FROM_SCALE = 3;

/**
 * Fills the table with the colours of all Int16 values: the linear function of DICOM PS3.3 C.11.2.1.2 to 8 bits,
 * rounded as the server's pictures are (`windowToBytes` of src/imaging), as opaque greys of four bytes.
 *
 * @param table 65,536 values, by HU + 32768
 */
export function fillTable(table: Uint32Array, { center, width }: WindowLevel): void {
  const low = center - 0.5 - (width - 1) / 2;
  const high = center - 0.5 + (width - 1) / 2;
  const first = clampIndex(Math.floor(low) - LOWEST_HU);
  const end = clampIndex(Math.ceil(high) - LOWEST_HU + 1);
  table.fill(BLACK, 0, first).fill(WHITE, end);
  for (let index = first; index < end; index++) {
    const hounsfield = index + LOWEST_HU;
    if (hounsfield <= low) table[index] = BLACK;
    else if (hounsfield > high) table[index] = WHITE;
    else table[index] = BLACK + 0x010101 * Math.round(((hounsfield - (center - 0.5)) / (width - 1) + 0.5) * 255);
  }
}

const clampIndex = (index: number): number => Math.min(TABLE_LENGTH, Math.max(0, index));

/** Looks up each value of a slice. @param pixels as many as the slice has */
export function lookUp(hounsfield: Int16Array, table: Uint32Array, pixels: Uint32Array): void {
  for (let index = 0; index < hounsfield.length; index++) {
    // Both arrays are as long as their indices run.
    pixels[index] = table[(hounsfield[index] as number) - LOWEST_HU] as number;
  }
}

/** Keeps a slice and a window, and does no more than what changed needs. */
export class SlicePainter {
  readonly #table = new Uint32Array(TABLE_LENGTH);
  readonly #source = document.createElement('canvas');
  #image: ImageData | null = null;
  #slice: SlicePixels | null = null;
  #window: WindowLevel | null = null;
  #isStale = true;

  setSlice(slice: SlicePixels | null): void {
    if (slice === this.#slice) return;
    this.#slice = slice;
    this.#isStale = true;
    if (slice && (this.#image?.width !== slice.width || this.#image.height !== slice.height)) {
      this.#source.width = slice.width;
      this.#source.height = slice.height;
      this.#image = new ImageData(slice.width, slice.height);
    }
  }

  setWindow(window: WindowLevel): void {
    if (window.center === this.#window?.center && window.width === this.#window.width) return;
    this.#window = window;
    this.#isStale = true;
    fillTable(this.#table, window);
  }

  /** Clears the canvas and draws the slice, if there is one. */
  draw(context: CanvasRenderingContext2D, { left, top, scale }: Placement): void {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    if (!this.#slice || !this.#image || !this.#window) return;
    if (this.#isStale) this.#colour(this.#slice, this.#image);
    context.imageSmoothingEnabled = scale < SQUARES_FROM_SCALE;
    context.imageSmoothingQuality = 'medium';
    context.setTransform(scale, 0, 0, scale, left, top);
    context.drawImage(this.#source, 0, 0);
  }

  #colour({ hounsfield }: SlicePixels, image: ImageData): void {
    lookUp(hounsfield, this.#table, new Uint32Array(image.data.buffer));
    this.#source.getContext('2d')?.putImageData(image, 0, 0);
    this.#isStale = false;
  }
}
