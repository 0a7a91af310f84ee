import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeHounsfield, PNG_SIGNATURE, pngChunk, pngHeader } from '../imaging/png';
import { dicomFile, us } from './dicomFile';
import { startUploadBed, type UploadBed } from './uploadBed';
import { type ZipEntry, zipFile } from './zipFile';

const png = encodeHounsfield(64, 64, (x, y) => x * y);
const dicom = dicomFile();
const flipped = Buffer.from(png);
flipped[flipped.length - 30]! ^= 0xff;
const headerOnly = (...header: Parameters<typeof pngHeader>): Buffer =>
  Buffer.concat([
    PNG_SIGNATURE,
    pngHeader(...header),
    pngChunk('IDAT', Buffer.alloc(0)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
const entry = (name: string, bytes: Buffer = png, rest: Partial<ZipEntry> = {}): ZipEntry => ({ name, bytes, ...rest });
const series = (...slices: Buffer[]): Buffer => zipFile(slices.map((bytes, index) => entry(`${index}.dcm`, bytes)));
const changed = (change: NonNullable<Parameters<typeof dicomFile>[0]>['change']): Buffer => dicomFile({ change });
const zeros = Buffer.alloc(100 * 2 ** 20);

type Refusal = [what: string, reason: string, body: Buffer, type?: string];

const REFUSALS: Refusal[] = [
  ['nothing', 'EMPTY', Buffer.alloc(0)],
  ['a text', 'UNKNOWN_TYPE', Buffer.from('HU,x,y\n1,2,3\n')],
  ['a JPEG picture', 'UNKNOWN_TYPE', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(400)])],
  ['a PNG under the name of DICOM', 'TYPE_DIFFERS', png, 'application/dicom'],
  ['a form', 'TYPE_DIFFERS', png, 'multipart/form-data; boundary=x'],

  ['a PNG that ends too early', 'TRUNCATED', png.subarray(0, png.length / 2)],
  ['a PNG that ends in its header', 'TRUNCATED', png.subarray(0, 20)],
  ['a PNG with a changed byte', 'CORRUPT', flipped],
  ['a PNG of 8 bits', 'NOT_16_BIT', headerOnly(64, 64, 8)],
  ['a PNG in colours', 'NOT_GREYSCALE', headerOnly(64, 64, 16, 2)],
  ['a PNG of no pixels', 'CORRUPT', headerOnly(0, 64)],
  ['a PNG that says it has 16 billion pixels', 'TOO_MANY_PIXELS', headerOnly(128_000, 128_000)],

  ['a zip that ends too early', 'BAD_ZIP', zipFile([entry('001.png')]).subarray(0, 200)],
  ['an empty zip', 'EMPTY_ZIP', zipFile([])],
  ['a zip of an empty folder', 'EMPTY_ZIP', zipFile([entry('series/', Buffer.alloc(0))])],
  ['a zip with a way up', 'UNSAFE_NAME', zipFile([entry('series/../../001.png')])],
  ['a zip with an absolute name', 'UNSAFE_NAME', zipFile([entry('/etc/001.png')])],
  ['a zip with a drive', 'UNSAFE_NAME', zipFile([entry('C:001.png')])],
  ['a zip with a backslash', 'UNSAFE_NAME', zipFile([entry('..\\001.png')])],
  ['a zip with NUL in a name', 'UNSAFE_NAME', zipFile([entry('001.png\0.txt')])],
  [
    'a zip with a symbolic link',
    'SYMBOLIC_LINK',
    zipFile([entry('001.png', Buffer.from('/etc/passwd'), { mode: 0o120777 })]),
  ],
  ['a zip with a name twice', 'DUPLICATE_NAME', zipFile([entry('001.png'), entry('001.png')])],
  ['a zip with a password', 'ENCRYPTED_ZIP', zipFile([entry('001.png', png, { encrypted: true })])],
  ['a zip in a zip', 'NESTED_ZIP', zipFile([entry('001.zip', zipFile([entry('001.png')]))])],
  ['a zip that unpacks to 100 MiB a file', 'DECOMPRESSION_BOMB', zipFile([entry('001.png', zeros)])],
  [
    'a zip that is packed a thousandfold',
    'DECOMPRESSION_BOMB',
    zipFile([entry('001.png', zeros.subarray(0, 2 ** 24))]),
  ],
  [
    'a zip that hides how much it unpacks to',
    'BAD_ZIP',
    zipFile([entry('001.png', zeros, { uncompressedSize: 1000 })]),
  ],
  [
    'a zip that lies of 4 GiB as zip64 does',
    'DECOMPRESSION_BOMB',
    zipFile([entry('001.png', png, { uncompressedSize: 0xffffffff })]),
  ],
  ['a zip that lies of the number of its files', 'BAD_ZIP', zipFile([entry('001.png')], { entryCount: 3 })],
  ['a zip of too many files', 'TOO_MANY_FILES', zipFile([entry('001.png')], { entryCount: 5000 })],
  ['a zip with an unknown packing', 'BAD_ZIP', zipFile([entry('001.png', png, { method: 99 })])],
  ['a zip with a slice whose checksum differs', 'BAD_ZIP', zipFile([entry('001.png', png, { crc: 1 })])],
  ['a zip of a program', 'NOT_A_SLICE', zipFile([entry('run.sh', Buffer.from('#!/bin/sh'))])],
  ['a program', 'UNKNOWN_TYPE', Buffer.from('#!/bin/sh\necho nothing is behind it\n')],
  ['a zip of both kinds', 'MIXED_KINDS', zipFile([entry('001.png'), entry('002.dcm', dicom)])],
  ['a zip of PNG slices without numbers', 'SLICE_NAME', zipFile([entry('liver.png')])],
  ['a zip with a slice twice', 'DUPLICATE_SLICE', zipFile([entry('a/001.png'), entry('a/01.png')])],
  [
    'a zip of PNG slices of two sizes',
    'MIXED_SERIES',
    zipFile([
      entry('001.png'),
      entry(
        '002.png',
        encodeHounsfield(32, 32, () => 0),
      ),
    ]),
  ],
  ['a zip with a PNG of 8 bits', 'NOT_16_BIT', zipFile([entry('001.png'), entry('002.png', headerOnly(64, 64, 8))])],

  ['a DICOM file that ends in its pixels', 'BAD_DICOM', dicom.subarray(0, dicom.length - 10)],
  ['a DICOM file that ends in its header', 'BAD_DICOM', dicom.subarray(0, 150)],
  ['an MR slice', 'NOT_CT', changed({ '00080016': '1.2.840.10008.5.1.4.1.1.4', '00080060': 'MR' })],
  ['a PET slice that calls itself CT Image Storage', 'NOT_CT', changed({ '00080060': 'PT' })],
  ['a secondary capture', 'SECONDARY_CAPTURE', changed({ '00080016': '1.2.840.10008.5.1.4.1.1.7' })],
  ['an enhanced CT', 'MULTI_FRAME', changed({ '00080016': '1.2.840.10008.5.1.4.1.1.2.1' })],
  ['several frames', 'MULTI_FRAME', changed({ '00280008': '12' })],
  ['a localizer', 'LOCALIZER', changed({ '00080008': 'ORIGINAL\\PRIMARY\\LOCALIZER' })],
  ['an annotation in the pixels', 'BURNED_IN_ANNOTATION', changed({ '00280301': 'YES' })],
  ['a coronal slice', 'NOT_AXIAL', changed({ '00200037': '1\\0\\0\\0\\0\\-1' })],
  ['an orientation that is none', 'BAD_TAG', changed({ '00200037': '1\\0\\0\\1\\0\\0' })],
  ['inverted greys', 'PHOTOMETRIC_INTERPRETATION', changed({ '00280004': 'MONOCHROME1' })],
  ['colours', 'PHOTOMETRIC_INTERPRETATION', changed({ '00280004': 'RGB', '00280002': us(3) })],
  ['8 bits', 'BIT_DEPTH', changed({ '00280100': us(8), '00280101': us(8), '00280102': us(7) })],
  ['a highest bit outside its word', 'BIT_DEPTH', changed({ '00280102': us(40) })],
  ['big endian', 'BIG_ENDIAN', dicomFile({ transferSyntax: '1.2.840.10008.1.2.2' })],
  [
    'JPEG with loss',
    'UNSUPPORTED_TRANSFER_SYNTAX',
    dicomFile({ transferSyntax: '1.2.840.10008.1.2.4.50', frame: png }),
  ],
  ['a video', 'UNSUPPORTED_TRANSFER_SYNTAX', dicomFile({ transferSyntax: '1.2.840.10008.1.2.4.102', frame: png })],
  ['no slope', 'MISSING_TAG', changed({ '00281053': null })],
  ['no orientation', 'MISSING_TAG', changed({ '00200037': null })],
  ['no pixel spacing', 'MISSING_TAG', changed({ '00280030': null })],
  ['no rows', 'MISSING_TAG', changed({ '00280010': null })],
  ['an empty intercept', 'MISSING_TAG', changed({ '00281052': '' })],
  ['a slope of 0', 'BAD_TAG', changed({ '00281053': '0' })],
  ['an intercept that is no number', 'BAD_TAG', changed({ '00281052': '-1024HU' })],
  ['a spacing below 0', 'BAD_TAG', changed({ '00280030': '-1\\-1' })],
  ['pixels that are no squares', 'BAD_TAG', changed({ '00280030': '0.7\\1.4' })],
  ['0 rows', 'TOO_MANY_PIXELS', changed({ '00280010': us(0) })],
  ['65,535 rows', 'TOO_MANY_PIXELS', changed({ '00280010': us(65_535), '00280011': us(65_535) })],
  ['no pixels', 'MISSING_PIXEL_DATA', changed({ '7fe00010': null })],
  ['fewer pixels than it says', 'PIXEL_DATA_LENGTH', dicomFile({ pixels: Buffer.alloc(60) })],
  ['more pixels than it says', 'PIXEL_DATA_LENGTH', dicomFile({ pixels: Buffer.alloc(600) })],
  [
    'compressed rubbish',
    'PIXEL_DATA_UNREADABLE',
    dicomFile({ transferSyntax: '1.2.840.10008.1.2.4.90', frame: Buffer.alloc(300, 7) }),
  ],
  ['two series in a zip', 'MIXED_SERIES', series(dicom, dicomFile({ z: 5, change: { '0020000e': '1.2.3.5' } }))],
  ['two pixel spacings', 'MIXED_SERIES', series(dicom, dicomFile({ z: 5, change: { '00280030': '0.5\\0.5' } }))],
  [
    'two orientations',
    'MIXED_SERIES',
    series(dicom, dicomFile({ z: 5, change: { '00200037': '-1\\0\\0\\0\\-1\\0' } })),
  ],
  ['two slices at one place', 'DUPLICATE_SLICE', series(dicom, dicomFile({ z: 5 }), dicomFile({ z: 5 }))],
  ['uneven distances', 'UNEVEN_SLICES', series(dicom, dicomFile({ z: 5 }), dicomFile({ z: 10 }), dicomFile({ z: 17 }))],
];

const STATUS: Record<string, number> = { UNKNOWN_TYPE: 415, TYPE_DIFFERS: 415 };

describe('an upload is refused by name, and nothing is left of it', () => {
  let bed: UploadBed;
  beforeAll(async () => {
    bed = await startUploadBed({ detectors: false });
  });
  afterAll(() => bed.stop());
  afterEach(async () => {
    // A client that went away is not answered, so that nothing tells when the server is done with it.
    for (let tries = 0; tries < 200 && bed.stored().length > 0; tries++) await sleep(50);
    expect(bed.stored()).toEqual([]);
    expect(await bed.test.database.query({ text: 'SELECT id FROM upload' })).toEqual([]);
  });

  it.each(REFUSALS.map(([what, reason, body, type]) => ({ what, reason, body, type })))(
    '$what: $reason',
    async (refusal) => {
      const { reason, body, type } = refusal;
      const answer = await bed.put(body, { type });
      expect(answer.body.errors?.[0]?.extensions?.reason).toBe(reason);
      expect(answer.status).toBe(STATUS[reason] ?? 400);
      expect(answer.body.errors[0].message).not.toMatch(/node_modules|\/tmp|Error:/);
    },
  );

  it('a length that is none, in the address', async () => {
    for (const query of [
      '?pixelSpacingMm=0',
      '?pixelSpacingMm=1e-9',
      '?pixelSpacingMm=21',
      '?pixelSpacingMm=wide',
      '?sliceIntervalMm=1e9',
    ]) {
      const { status, body } = await bed.put(png, { query });
      expect({ status, code: body.errors[0].extensions.code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
    }
  });

  it('a body that is compressed by the way', async () => {
    const { status } = await bed.put(png, { headers: { 'content-encoding': 'gzip' } });
    expect(status).toBe(415);
  });

  /** Sends raw HTTP and answers what came back until the server closed. */
  const raw = (head: string, body: Buffer, end: boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const { port, hostname } = new URL(bed.url);
      const socket = connect(Number(port), hostname, () => {
        socket.write(`${head}\r\n\r\n`);
        socket.write(body);
        if (end) socket.end();
      });
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });

  it('a Content-Length above the limit, before a byte of it has come', async () => {
    const head = `PUT /uploads HTTP/1.1\r\nHost: x\r\nContent-Length: ${4 * 2 ** 30}`;
    const text = await raw(head, png, false);
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text).toContain('TOO_MANY_BYTES');
  });

  it('a Content-Length that promises more than comes', async () => {
    await raw(`PUT /uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 100000`, png, true);
  });

  it('other methods', async () => {
    for (const [method, path, allow] of [
      ['POST', '/uploads', 'PUT'],
      ['GET', '/uploads', 'PUT'],
      ['PUT', '/uploads/x', 'GET, HEAD, DELETE'],
    ]) {
      const response = await fetch(`${bed.url}${path}`, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    }
  });
});

describe('limits of the server', () => {
  it('end a body without a length at the first byte too many', async () => {
    const bed = await startUploadBed({ maxUploadBytes: 10_000, detectors: false });
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(zipFile([entry('001.png')]).subarray(0, 1000));
        for (let i = 0; i < 20; i++) controller.enqueue(new Uint8Array(1000));
        controller.close();
      },
    });
    const response = await fetch(`${bed.url}/uploads`, { method: 'PUT', body, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(413);
    expect(bed.stored()).toEqual([]);
    await bed.stop();
  });

  it('end a reader that takes too long or too much memory, and leave nothing', async () => {
    for (const bounds of [{ timeoutMs: 1 }, { memoryBytes: 1 }]) {
      const bed = await startUploadBed({ bounds, detectors: false });
      const { body } = await bed.put(png);
      expect(body.errors[0].extensions.reason).toBe('TOO_MUCH_WORK');
      expect(bed.stored()).toEqual([]);
      await bed.stop();
    }
  });
});
