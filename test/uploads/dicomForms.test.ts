import { readDicomSlice } from '../../src/uploads/dicomSlice';
import { type DicomOptions, dicomFile, encapsulated, IMPLICIT, u32, us } from './dicomFile';
import { rleFrame } from './rleFrame';

const SIDE = 8;
const stored = Array.from({ length: SIDE * SIDE }, (_, index) => 1000 + index);
const expected = stored.map((value) => value - 1024);
const RLE = '1.2.840.10008.1.2.5';
const ITEM = Buffer.from([0xfe, 0xff, 0x00, 0xe0]);
const long = Buffer.alloc(16, 1);
const read = async (bytes: Buffer) => {
  const { slice, warnings } = await readDicomSlice(bytes);
  return { pixels: [...slice.hounsfield], warnings };
};
const plain = (options: DicomOptions = {}): Buffer => dicomFile({ pixels: stored, ...options });
const padded = (bytes: number): Buffer => Buffer.concat([plain(), Buffer.alloc(bytes)]);
/** The plain slice with another length of Pixel Data, and so many bytes more. */
const withBytesBehind = (bytes: number): Buffer => {
  const words = Buffer.alloc(2 * stored.length + bytes);
  for (const [index, value] of stored.entries()) words.writeUInt16LE(value, 2 * index);
  return plain({ pixels: words });
};
/** An element in any form. */
const raw = (tag: [number, number], vr: string, length: Buffer, value: Buffer): Buffer =>
  Buffer.concat([us(tag[0]), us(tag[1]), Buffer.from(vr), length, value]);
/** Elements of one's own before Pixel Data. */
const withRaw = (bytes: Buffer): Buffer => {
  const file = plain();
  const pixelData = file.length - 2 * stored.length - 12;
  return Buffer.concat([file.subarray(0, pixelData), bytes, file.subarray(pixelData)]);
};
const undefinedLength = Buffer.concat([us(0), Buffer.alloc(4, 0xff)]);
const sequenceEnd = Buffer.concat([us(0xfffe), us(0xe0dd), u32(0)]);
const itemEnd = Buffer.concat([us(0xfffe), us(0xe00d), u32(0)]);

describe('a DICOM slice is read where it is written in a rarer way:', () => {
  const forms: [what: string, file: Buffer][] = [
    ...['OV', 'SV', 'UV', 'OD', 'OL'].map((vr): [string, Buffer] => [
      `with an element of VR ${vr}`,
      plain({ more: [['00291010', vr, long]] }),
    ]),
    ['with a VR that DICOM may add one day', withRaw(raw([0x29, 0x1010], 'ZZ', Buffer.concat([us(0), u32(16)]), long))],
    ['with a VR of that kind in a sequence', plain({ more: [['00291010', 'SQ', [[['00291011', 'UV', long]]]]] })],
    [
      'with an extended offset table',
      plain({
        transferSyntax: RLE,
        frame: rleFrame(stored),
        more: [
          ['7fe00001', 'OV', Buffer.alloc(8)],
          ['7fe00002', 'OV', Buffer.concat([u32(200), u32(0)])],
        ],
      }),
    ],
    [
      'with a sequence and an item without lengths',
      withRaw(
        Buffer.concat([
          raw([0x29, 0x1010], 'SQ', undefinedLength, Buffer.concat([ITEM, Buffer.alloc(4, 0xff)])),
          itemEnd,
          sequenceEnd,
        ]),
      ),
    ],
    [
      'with a sequence of unknown VR, which is in Implicit VR',
      withRaw(
        Buffer.concat([
          raw([0x29, 0x1010], 'UN', undefinedLength, Buffer.concat([ITEM, u32(12), us(0x29), us(0x1011), u32(4)])),
          Buffer.from('abcd'),
          sequenceEnd,
        ]),
      ),
    ],
    [
      'in Implicit VR, with a number that begins as a sequence does',
      plain({ transferSyntax: IMPLICIT, more: [['00291010', 'OB', Buffer.concat([ITEM, Buffer.alloc(8, 0x55)])]] }),
    ],
    ['with a zero behind its end', padded(1)],
    ['with a block of zeros behind its end', padded(4096)],
    [
      'with Data Set Trailing Padding',
      Buffer.concat([plain(), raw([0xfffc, 0xfffc], 'OB', Buffer.concat([us(0), u32(4)]), Buffer.alloc(4, 7))]),
    ],
    ['with one byte of padding behind its frame', withBytesBehind(1)],
    ['with Rows as UL', plain({ change: { '00280010': u32(8) }, vrs: { '00280010': 'UL' } })],
    ['with Rows as IS', plain({ change: { '00280010': '8' }, vrs: { '00280010': 'IS' } })],
    ['with Burned In Annotation NO', plain({ change: { '00280301': 'NO' } })],
  ];

  it.each(forms)('%s', async (_what, file) => {
    expect(await read(file)).toEqual({ pixels: expected, warnings: [] });
  });

  it('with a delimiter of undefined length behind its fragments', async () => {
    const file = plain({ transferSyntax: RLE, frame: rleFrame(stored) });
    file.fill(0xff, file.length - 4);
    expect((await read(file)).pixels).toEqual(expected);
  });

  it('in several fragments', async () => {
    const file = plain({ transferSyntax: RLE, frame: Buffer.alloc(2) });
    const frame = rleFrame(stored);
    const head = file.subarray(0, file.length - encapsulated(Buffer.alloc(2)).length + 20);
    const parts = [frame.subarray(0, 70), frame.subarray(70)].map((part) =>
      Buffer.concat([ITEM, u32(part.length), part]),
    );
    expect((await read(Buffer.concat([head, ...parts, sequenceEnd]))).pixels).toEqual(expected);
  });

  it('with more than a byte behind its frame, and says so', async () => {
    const { pixels, warnings } = await read(withBytesBehind(100));
    expect(pixels).toEqual(expected);
    expect(warnings).toEqual(['Pixel Data (7FE0,0010) continues after the slice; the rest was ignored.']);
  });
});

describe('pixels beyond what 16 bits hold', () => {
  const clamped = (count: number) =>
    read(
      plain({
        rows: 10,
        columns: 20,
        pixels: Array.from({ length: 200 }, (_, index) => (index < count ? 30_000 : 1000)),
        change: { '00281053': '2' },
      }),
    );

  it('are told where they are more than one in a hundred', async () => {
    const many = await clamped(3);
    expect(many.pixels.slice(0, 4)).toEqual([32_767, 32_767, 32_767, 976]);
    expect(many.warnings).toEqual([
      expect.stringMatching(/^More than 1 % of the pixels .*Rescale Slope \(0028,1053\)/),
    ]);
    expect((await clamped(2)).warnings).toEqual([]);
  });
});

describe('pixels of padding', () => {
  const padding = (values: readonly number[], change: DicomOptions['change'], isSigned: boolean) =>
    read(
      dicomFile({
        rows: 1,
        columns: values.length,
        pixels: values,
        change: { '00280103': us(isSigned ? 1 : 0), ...change },
      }),
    );
  const word = (value: number): Buffer => us(value & 0xffff);

  it.each([
    ['unsigned, as GE has it', [63_536, 1064], { '00280120': us(63_536) }, false, [-1024, 40]],
    [
      'unsigned of 12 bits',
      [4095, 1064],
      { '00280120': us(4095), '00280101': us(12), '00280102': us(11) },
      false,
      [-1024, 40],
    ],
    ['signed', [-2000, 1064], { '00280120': word(-2000) }, true, [-1024, 40]],
    ['a range', [3000, 3100, 1064], { '00280120': us(3000), '00280121': us(3500) }, false, [-1024, -1024, 40]],
    [
      'a range from its end',
      [3000, 3100, 1064],
      { '00280120': us(3500), '00280121': us(3000) },
      false,
      [-1024, -1024, 40],
    ],
    ['beside what it is of', [0, 1064], { '00280120': us(1) }, false, [-1024, 40]],
  ] as const)('%s are air', async (_what, values, change, isSigned, hounsfield) => {
    expect((await padding(values, change, isSigned)).pixels).toEqual(hounsfield);
  });

  it('are told where they would have been bright', async () => {
    const bright = await padding([63_536, 1064], { '00280120': us(63_536) }, false);
    expect(bright.warnings).toEqual([
      expect.stringMatching(/^Pixels of Pixel Padding Value \(0028,0120\).*air, -1024 HU\.$/),
    ]);
    expect((await padding([-2000, 1064], { '00280120': word(-2000) }, true)).warnings).toEqual([]);
  });

  it('outside of the stored bits never hit a value within them', async () => {
    // The lower 12 bits of 63,536 are 2,096, which is a bone.
    const change = { '00280120': us(63_536), '00280101': us(12), '00280102': us(11) };
    expect((await padding([2096, 63_536], change, false)).pixels).toEqual([1072, -1024]);
  });
});

describe('a DICOM slice is refused with the element that is wrong:', () => {
  const many = (count: number, bytes: Buffer): Buffer => Buffer.concat(Array.from({ length: count }, () => bytes));
  const header = Buffer.alloc(64);
  header.writeUInt32LE(2);
  header.writeUInt32LE(64, 4);
  const rle = (frame: Buffer): Buffer => plain({ transferSyntax: RLE, frame });
  const good = rleFrame(stored);
  const changed = (at: number, value: number): Buffer => {
    const frame = Buffer.from(good);
    frame.writeUInt32LE(value, at);
    return frame;
  };
  const burned = (value: string): Buffer => plain({ change: { '00280301': value } });
  const refusals: [what: string, reason: string, message: RegExp, file: Buffer][] = [
    ['no transfer syntax', 'MISSING_TAG', /Transfer Syntax UID \(0002,0010\)/, plain({ transferSyntax: '' })],
    [
      'a header that lies of its VRs',
      'BAD_DICOM',
      /\(0008,0008\) has no VR/,
      withSyntax(plain({ transferSyntax: IMPLICIT }), '1.2.840.10008.1.2.1'),
    ],
    [
      'an end within an element',
      'BAD_DICOM',
      /after \(0028,1053\)\. \(7FE0,0010\) says that it has 128 bytes, and 118 are left/,
      plain().subarray(0, plain().length - 10),
    ],
    [
      'a number that is none',
      'BAD_TAG',
      /Rows \(0028,0010\).*VR IS/,
      plain({ change: { '00280010': 'eight' }, vrs: { '00280010': 'IS' } }),
    ],
    ['a table for HU', 'BAD_TAG', /Modality LUT Sequence \(0028,3000\)/, plain({ more: [['00283000', 'SQ', [[]]]] })],
    [
      'too many elements',
      'TOO_MANY_ELEMENTS',
      /500000 elements/,
      withRaw(many(500_001, raw([0x29, 0x1010], 'LO', us(0), Buffer.alloc(0)))),
    ],
    [
      'too many items',
      'TOO_MANY_ELEMENTS',
      /by \(FFFE,E000\)/,
      withRaw(
        raw(
          [0x29, 0x1010],
          'SQ',
          Buffer.concat([us(0), u32(8 * 500_001)]),
          many(500_001, Buffer.concat([ITEM, u32(0)])),
        ),
      ),
    ],
    [
      'too many attributes',
      'TOO_MANY_ELEMENTS',
      /10000 different attributes/,
      withRaw(
        Buffer.concat(
          Array.from({ length: 10_001 }, (_, index) => raw([0x29, 0x1000 + index], 'LO', us(0), Buffer.alloc(0))),
        ),
      ),
    ],
    [
      'a sequence nested without end',
      'BAD_DICOM',
      /64 levels/,
      withRaw(many(100, Buffer.concat([raw([0x29, 0x1010], 'SQ', undefinedLength, ITEM), Buffer.alloc(4, 0xff)]))),
    ],
    [
      'fragments in a syntax without them',
      'PIXEL_DATA_UNREADABLE',
      /\(7FE0,0010\) is in fragments/,
      plain({ frame: good }),
    ],
    [
      'no fragments in a syntax with them',
      'PIXEL_DATA_UNREADABLE',
      /\(7FE0,0010\) in fragments/,
      plain({ transferSyntax: RLE }),
    ],
    [
      'a second frame behind the first',
      'PIXEL_DATA_LENGTH',
      /128 bytes of Pixel Data \(7FE0,0010\)/,
      withBytesBehind(128),
    ],
    ['RLE of garbage', 'PIXEL_DATA_UNREADABLE', /\(7FE0,0010\).*two RLE segments/, rle(Buffer.alloc(200, 0x5a))],
    ['an RLE header without data', 'PIXEL_DATA_UNREADABLE', /segments begin at/, rle(header)],
    ['RLE of one segment', 'PIXEL_DATA_UNREADABLE', /two RLE segments.*got 1/, rle(changed(0, 1))],
    ['RLE of three segments', 'PIXEL_DATA_UNREADABLE', /two RLE segments.*got 3/, rle(changed(0, 3))],
    ['half an RLE frame', 'PIXEL_DATA_UNREADABLE', /ends (within a run|after)/, rle(good.subarray(0, 64 + 66 + 30))],
    ['an RLE segment that begins too late', 'PIXEL_DATA_UNREADABLE', /RLE segment/, rle(changed(8, 64 + 70))],
    ['an RLE segment that begins too early', 'PIXEL_DATA_UNREADABLE', /RLE segment/, rle(changed(8, 64 + 40))],
    [
      'RLE of more pixels',
      'PIXEL_DATA_UNREADABLE',
      /more bytes than there are pixels/,
      rle(rleFrame([...stored, ...stored])),
    ],
    ['RLE of fewer pixels', 'PIXEL_DATA_UNREADABLE', /ends after 32 of 64/, rle(rleFrame(stored.slice(0, 32)))],
    ...['YES', 'yes', 'Yes', 'Y', 'TRUE', '1', 'no', ''].map((value): [string, string, RegExp, Buffer] => [
      `Burned In Annotation "${value}"`,
      'BURNED_IN_ANNOTATION',
      /\(0028,0301\)/,
      burned(value),
    ]),
  ];

  const PET = '1.2.840.10008.5.1.4.1.1.128';
  const numbers: [what: string, message: RegExp, file: Buffer][] = [
    ...['0', '1e5', '1e-30', '-1e-4', '-101', '101'].map((slope): [string, RegExp, Buffer] => [
      `slope ${slope}`,
      /^Expected Rescale Slope \(0028,1053\) to be 0\.001 to 100 HU or the negative of it, got /,
      plain({ change: { '00281053': slope } }),
    ]),
    ...['999999', '-32769'].map((intercept): [string, RegExp, Buffer] => [
      `intercept ${intercept}`,
      new RegExp(`^Expected Rescale Intercept \\(0028,1052\\) to be -32768 to 32768 HU, got ${intercept}`),
      plain({ change: { '00281052': intercept } }),
    ]),
    ...['1e-9', '0', '0.009', '20.1'].map((spacing): [string, RegExp, Buffer] => [
      `pixel spacing ${spacing}`,
      /^Expected Pixel Spacing \(0028,0030\) .*0\.01 to 20 mm, got /,
      plain({ change: { '00280030': `${spacing}\\${spacing}` } }),
    ]),
    [
      'a meta header of PET',
      /Media Storage SOP Class UID \(0002,0002\) and SOP Class UID \(0008,0016\)/,
      plain({ meta: [['00020002', 'UI', PET]] }),
    ],
  ];

  it.each(numbers)('%s', async (_what, message, file) => {
    await expect(readDicomSlice(file)).rejects.toMatchObject({
      reason: 'BAD_TAG',
      message: expect.stringMatching(message),
    });
  });

  it.each(['LOCALIZER', 'localizer', 'SCOUT', 'Topogram', 'SURVIEW'])('Image Type %s: LOCALIZER', async (type) => {
    const file = plain({ change: { '00080008': `ORIGINAL\\PRIMARY\\${type}` } });
    await expect(readDicomSlice(file)).rejects.toMatchObject({ reason: 'LOCALIZER' });
  });

  it.each(refusals)('%s: %s', async (_what, reason, message, file) => {
    await expect(readDicomSlice(file)).rejects.toMatchObject({ reason, message: expect.stringMatching(message) });
  });
});

/** The same data set behind the meta header of another transfer syntax. */
function withSyntax(file: Buffer, uid: string): Buffer {
  const whole = dicomFile({ transferSyntax: uid });
  const behind = (bytes: Buffer): number => 132 + 12 + bytes.readUInt32LE(140);
  return Buffer.concat([whole.subarray(0, behind(whole)), file.subarray(behind(file))]);
}
