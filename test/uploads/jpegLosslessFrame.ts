/** A code of 5 bits for each of the 17 categories of a difference. */
const CODE_BITS = 5;
const CATEGORIES = 17;

/**
 * JPEG Lossless, Process 14, Selection Value 1 (ITU-T T.81, annex H): each word is predicted by its left neighbour,
 * those of the first column by the one above.
 */
export function jpegLosslessFrame(values: readonly number[], rows: number, columns: number): Buffer {
  const words = values.map((value) => value & 0xffff);
  let bits = '';
  for (const [index, word] of words.entries()) {
    const neighbour = index % columns > 0 ? words[index - 1] : words[index - columns];
    // Modulo 65,536, from -32,767 to 32,768.
    const difference = ((word - (neighbour ?? 0x8000) + 0x17fff) & 0xffff) - 0x7fff;
    const category = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
    bits += category.toString(2).padStart(CODE_BITS, '0');
    const offset = difference < 0 ? 2 ** category - 1 : 0;
    if (category > 0 && category < 16) bits += (difference + offset).toString(2).padStart(category, '0');
  }
  const scan = (bits.match(/.{1,8}/g) ?? []).flatMap((byte) => {
    const value = Number.parseInt(byte.padEnd(8, '1'), 2);
    return value === 0xff ? [0xff, 0x00] : [value];
  });
  const counts = Array.from({ length: 16 }, (_, index) => (index + 1 === CODE_BITS ? CATEGORIES : 0));
  const symbols = Array.from({ length: CATEGORIES }, (_, symbol) => symbol);
  return Buffer.from([
    ...[0xff, 0xd8],
    ...[0xff, 0xc3, 0, 11, 16, rows >> 8, rows & 0xff, columns >> 8, columns & 0xff, 1, 1, 0x11, 0],
    ...[0xff, 0xc4, 0, 3 + 16 + CATEGORIES, 0, ...counts, ...symbols],
    ...[0xff, 0xda, 0, 8, 1, 1, 0, 1, 0, 0],
    ...scan,
    ...[0xff, 0xd9],
  ]);
}
