/**
 * The loops over pixels that every slice goes through, in AssemblyScript (TypeScript's syntax, compiled to WebAssembly
 * with 128-bit vectors): V8 ran the same loops in JavaScript at half the speed at most. Pointers are bytes of the
 * shared memory, which kernels.ts lays out.
 */

/** Numbers in a vector of 32-bit floats. */
const LANES = 4;

/**
 * Undoes the filters of a PNG's rows (specification, section 9), in place, and reads the samples as Hounsfield units.
 *
 * @param rows of 1 + 2 · width bytes: filter, then samples, most significant byte first
 * @param zeros 2 · width bytes of 0: what lies above the first row
 * @param hounsfield int16, row-major
 * @returns false if a row names a filter that there is not
 */
export function unfilter(rows: usize, width: i32, height: i32, zeros: usize, hounsfield: usize): bool {
  const length = 2 * width;
  let above = zeros;
  for (let y = 0; y < height; y++) {
    const row = rows + 1;
    const filter = load<u8>(rows);
    if (filter === 1) undoSub(row, length);
    else if (filter === 2) undoUp(row, above, length);
    else if (filter === 3) undoAverage(row, above, length);
    else if (filter === 4) undoPaeth(row, above, length);
    else if (filter !== 0) return false;
    for (let x = 0; x < length; x += 2)
      // Flipping the top bit of the unsigned sample is the subtraction of 32768, read as signed.
      store<u16>(hounsfield + x, bswap<u16>(load<u16>(row + x)) ^ 0x8000);
    hounsfield += length;
    above = row;
    rows = row + length;
  }
  return true;
}

function undoSub(row: usize, length: i32): void {
  for (let x = 2; x < length; x++) store<u8>(row + x, load<u8>(row + x) + load<u8>(row + x - 2));
}

function undoUp(row: usize, above: usize, length: i32): void {
  for (let x = 0; x < length; x++) store<u8>(row + x, load<u8>(row + x) + load<u8>(above + x));
}

function undoAverage(row: usize, above: usize, length: i32): void {
  for (let x = 0; x < length; x++) {
    const left: u32 = x < 2 ? 0 : load<u8>(row + x - 2);
    store<u8>(row + x, <u8>(load<u8>(row + x) + ((left + load<u8>(above + x)) >> 1)));
  }
}

function undoPaeth(row: usize, above: usize, length: i32): void {
  let high: i32 = 0;
  let low: i32 = 0;
  let aboveHigh: i32 = 0;
  let aboveLow: i32 = 0;
  for (let x = 0; x < length; x += 2) {
    const nextHigh: i32 = load<u8>(above + x);
    const nextLow: i32 = load<u8>(above + x, 1);
    high = (load<u8>(row + x) + predict(high, nextHigh, aboveHigh)) & 255;
    low = (load<u8>(row + x, 1) + predict(low, nextLow, aboveLow)) & 255;
    store<u8>(row + x, <u8>high);
    store<u8>(row + x, <u8>low, 1);
    aboveHigh = nextHigh;
    aboveLow = nextLow;
  }
}

/**
 * Paeth's predictor of a byte from those to its left, above and above left: the one nearest to left + above − above
 * left. In other words: the smaller of the first two where the third is so large that the sum lies below both, the
 * larger where it lies above both, else the third. Selected without branches, which a processor would guess wrong half
 * of the time.
 */
function predict(left: i32, above: i32, aboveLeft: i32): i32 {
  const threshold = 3 * aboveLeft - (left + above);
  const isLeftSmaller = left < above;
  const smaller = select(left, above, isLeftSmaller);
  const larger = select(above, left, isLeftSmaller);
  return select(larger, select(smaller, aboveLeft, larger <= threshold), threshold <= smaller);
}

/**
 * int16 → float32, clamped to low … high.
 *
 * @param count a multiple of 8; what lies behind the last number may be anything
 */
export function clampToFloats(from: usize, count: i32, low: i32, high: i32, to: usize): void {
  const lowest = i16x8.splat(<i16>low);
  const highest = i16x8.splat(<i16>high);
  for (let i = 0; i < count; i += 8) {
    const clamped = i16x8.min_s(i16x8.max_s(v128.load(from + (i << 1)), lowest), highest);
    v128.store(to + (i << 2), f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(clamped)));
    v128.store(to + (i << 2), f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(clamped)), 16);
  }
}

/**
 * Resizes a picture of float32 along both axes, first down, then across. Each output pixel is a weighted sum of `taps`
 * input pixels from `first` on; `first` is int32 by output pixel, the weights float32 by tap, then by output pixel.
 *
 * @param mixed float32, one row of the input's width rounded up to whole vectors
 */
export function resize(
  from: usize,
  width: i32,
  downFirst: usize,
  downWeights: usize,
  downTaps: i32,
  acrossFirst: usize,
  acrossWeights: usize,
  acrossTaps: i32,
  mixed: usize,
  to: usize,
  toWidth: i32,
  toHeight: i32,
): void {
  for (let y = 0; y < toHeight; y++) {
    const rows = from + ((load<i32>(downFirst + (y << 2)) * width) << 2);
    mixRows(rows, width, downWeights + (y << 2), toHeight, downTaps, mixed);
    mixColumns(mixed, acrossFirst, acrossWeights, acrossTaps, to + ((y * toWidth) << 2), toWidth);
  }
}

/** A row from the rows below one another; the weight of each tap lies `stride` floats behind the one before. */
function mixRows(rows: usize, width: i32, weights: usize, stride: i32, taps: i32, mixed: usize): void {
  for (let x = 0; x < width; x += LANES) {
    let sum = f32x4.splat(0);
    for (let tap = 0; tap < taps; tap++) {
      const weight = v128.load32_splat(weights + ((tap * stride) << 2));
      sum = f32x4.add(sum, f32x4.mul(weight, v128.load(rows + ((tap * width + x) << 2))));
    }
    v128.store(mixed + (x << 2), sum);
  }
}

function mixColumns(row: usize, first: usize, weights: usize, taps: i32, to: usize, length: i32): void {
  if (taps === 3) {
    const second = weights + (length << 2);
    const third = second + (length << 2);
    for (let x: usize = 0; x < (<usize>length) << 2; x += 4) {
      const at = row + ((<usize>load<i32>(first + x)) << 2);
      const sum = load<f32>(weights + x) * load<f32>(at) + load<f32>(second + x) * load<f32>(at, 4);
      store<f32>(to + x, sum + load<f32>(third + x) * load<f32>(at, 8));
    }
    return;
  }
  for (let x = 0; x < length; x++) {
    const at = row + (load<i32>(first + (x << 2)) << 2);
    let sum: f32 = 0;
    for (let tap = 0; tap < taps; tap++)
      sum += load<f32>(weights + ((tap * length + x) << 2)) * load<f32>(at + (tap << 2));
    store<f32>(to + (x << 2), sum);
  }
}

/**
 * Interpolates linearly between two pictures and carries low … high onto lowTo … highTo, clipped.
 *
 * @param count rounded up to whole vectors; what lies behind the last number may be anything
 */
export function scaleBetween(
  below: usize,
  above: usize,
  share: f32,
  count: i32,
  low: f32,
  high: f32,
  lowTo: f32,
  highTo: f32,
  to: usize,
): void {
  const shares = f32x4.splat(share);
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  const gain = (highTo - lowTo) / (high - low);
  const gains = f32x4.splat(gain);
  const shifts = f32x4.splat(lowTo - low * gain);
  for (let at: usize = 0; at < (<usize>count) << 2; at += 16) {
    const from = v128.load(below + at);
    const between = f32x4.add(from, f32x4.mul(shares, f32x4.sub(v128.load(above + at), from)));
    const clipped = f32x4.pmin(f32x4.pmax(lowest, between), highest);
    v128.store(to + at, f32x4.add(f32x4.mul(clipped, gains), shifts));
  }
}
