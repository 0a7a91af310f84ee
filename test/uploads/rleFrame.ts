/** RLE Lossless (PS3.5, annex G): high bytes, then low bytes, in literal runs. */
export function rleFrame(values: readonly number[]): Buffer {
  const plane = (shift: number): Buffer => {
    const bytes = values.map((value) => (value >> shift) & 0xff);
    const runs: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 128) {
      const run = bytes.slice(at, at + 128);
      runs.push(Buffer.from([run.length - 1, ...run]));
    }
    const whole = Buffer.concat(runs);
    return whole.length % 2 === 1 ? Buffer.concat([whole, Buffer.from([0x80])]) : whole;
  };
  const [high, low] = [plane(8), plane(0)];
  const header = Buffer.alloc(64);
  header.writeUInt32LE(2, 0);
  header.writeUInt32LE(64, 4);
  header.writeUInt32LE(64 + high.length, 8);
  return Buffer.concat([header, high, low]);
}
