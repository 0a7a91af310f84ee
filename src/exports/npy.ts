/** NumPy's format of one array, version 1.0: a header that says how to read it, then the values in C order. */

/** `<i2` are 16-bit integers, `<f4` floats of 32 bits, both little-endian. */
export type NpyType = '<i2' | '<f4';

/** Of the whole header, so that the values begin at a place that suits any processor. */
const ALIGNMENT = 64;
const MAGIC = Buffer.from('\x93NUMPY\x01\x00', 'latin1');

/** @param shape lengths of the axes, the slowest first */
export function npyHeader(type: NpyType, shape: readonly number[]): Buffer {
  // A tuple of one has a comma behind it in Python.
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const before = MAGIC.length + 2;
  const length = Math.ceil((before + text.length + 1) / ALIGNMENT) * ALIGNMENT - before;
  const size = Buffer.alloc(2);
  size.writeUInt16LE(length);
  return Buffer.concat([MAGIC, size, Buffer.from(`${text.padEnd(length - 1)}\n`, 'latin1')]);
}
