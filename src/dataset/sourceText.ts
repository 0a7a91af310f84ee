/** Bytes that are not text, recognized by their beginning. */
const SIGNS: readonly [signature: readonly number[], advice: string][] = [
  [[0x1f, 0x8b], 'is packed with gzip: unpack it first'],
  [[0x50, 0x4b, 0x03, 0x04], 'is a zip archive or an Excel workbook: unpack it, or save it as text'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'is a file of an old Excel: save it as text'],
  [[0x42, 0x5a, 0x68], 'is packed with bzip2: unpack it first'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'is packed with xz: unpack it first'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'is packed with zstd: unpack it first'],
  [[0xff, 0xfe, 0x00, 0x00], 'is UTF-32: save it as UTF-8'],
  [[0x00, 0x00, 0xfe, 0xff], 'is UTF-32: save it as UTF-8'],
  [[0xff, 0xfe], 'is UTF-16: save it as UTF-8'],
  [[0xfe, 0xff], 'is UTF-16: save it as UTF-8'],
];

/**
 * Checks the first bytes of a file that should be text in UTF-8.
 *
 * @returns what the file is instead and what to do, for a sentence that begins with its name; null if nothing speaks
 *   against it
 */
export function notPlainText(bytes: Buffer): string | null {
  const sign = SIGNS.find(([signature]) => signature.every((byte, i) => bytes[i] === byte));
  if (sign) return sign[1];
  // UTF-16 without a mark: every second byte of plain letters is zero.
  const [a, b, c, d] = bytes;
  const alternate = (a === 0 && b !== 0 && c === 0 && d !== 0) || (a !== 0 && b === 0 && c !== 0 && d === 0);
  return bytes.length >= 4 && alternate ? 'is UTF-16: save it as UTF-8' : null;
}
