import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectFileType, HEAD_BYTES } from '../../src/uploads/fileType';
import { readZip } from '../../src/uploads/readZip';
import { encodeHounsfield } from '../imaging/png';
import { dicomFile } from './dicomFile';
import { type ZipEntry, zipFile } from './zipFile';

const png = encodeHounsfield(16, 16, (x, y) => 10 * x + y);
const entry = (name: string | Buffer, bytes: Buffer = png): ZipEntry => ({ name, bytes });
const dicom = (z: number): Buffer => dicomFile({ z });
const series = [0, 5, 10].map((z) => entry(`S1/IM${z}.dcm`, dicom(z)));

/** What the reader answers to a body, and the slices that it wrote. */
async function read(zip: Buffer) {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-zip-'));
  try {
    const [bodyPath, outputFolder] = [join(folder, 'body'), join(folder, 'series')];
    mkdirSync(outputFolder);
    writeFileSync(bodyPath, zip);
    const type = detectFileType(zip.subarray(0, HEAD_BYTES));
    if (type === 'DETECTIONS') throw new Error('Expected slices, got detections.');
    const numbers = { maxModelBytes: 1e6, pixelSpacingMm: null, sliceIntervalMm: 5 };
    const content = await readZip({ bodyPath, type, outputFolder, modelFolder: join(folder, 'model'), ...numbers });
    if (content.kind === 'MODEL') throw new Error('Expected slices, got a model.');
    return { ...content, written: readdirSync(outputFolder).sort() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a zip is read as other programs open it:', () => {
  const end = Buffer.from('PK\x05\x06');
  const cp437 = Buffer.from([0x53, 0x81, 0x2f, 0x31]);
  const gbk = Buffer.from([0xc9, 0xcf, 0x2f, 0x32]);
  const forms: [what: string, zip: Buffer][] = [
    ['with a comment', zipFile(series, { comment: Buffer.from('made by somebody') })],
    ['with a comment of 65,535 bytes', zipFile(series, { comment: Buffer.alloc(65_535, 'x') })],
    [
      'with ends of zips in its comment',
      zipFile(series, { comment: Buffer.concat(Array(9).fill(Buffer.concat([end, Buffer.from(' made by ')]))) }),
    ],
    [
      'with an empty zip in its comment',
      zipFile(series, { comment: Buffer.concat([Buffer.from('x'), end, Buffer.alloc(18, 1)]) }),
    ],
    ['with a line break behind it', Buffer.concat([zipFile(series), Buffer.from('\r\n')])],
    ['with a block of zeros behind it', Buffer.concat([zipFile(series), Buffer.alloc(4096)])],
    ['with a shell script before it', zipFile(series, { prepended: Buffer.from('#!/bin/sh\nexec unzip "$0"\n') })],
    [
      'with a program before it',
      zipFile(series, { prepended: Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100_000, 9)]) }),
    ],
    ['with some bytes before it', zipFile(series, { prepended: Buffer.from('\r\n\r\n') })],
    ['with back-slashes', zipFile(series.map(({ name, bytes }) => entry(String(name).replace('/', '\\'), bytes)))],
    ['with names from the folder itself', zipFile(series.map(({ name, bytes }) => entry(`./${name}`, bytes)))],
    ['with names in alphabets of DOS', zipFile([entry(cp437, dicom(0)), entry(gbk, dicom(5)), entry('ü', dicom(10))])],
    [
      'with names that are no UTF-8 and would read alike',
      zipFile([
        entry(Buffer.from([0xff, 0x31]), dicom(0)),
        entry(Buffer.from([0xfe, 0x31]), dicom(5)),
        entry('1', dicom(10)),
      ]),
    ],
    [
      'with hidden files and what macOS leaves, at any depth',
      zipFile([
        ...series,
        entry('S1/._IM0.dcm', Buffer.from('\0\x05\x16\x07')),
        entry('S1/__MACOSX/IM0.dcm', Buffer.from('x')),
        entry('S1/.DS_Store', Buffer.from('x')),
        entry('.git/config', Buffer.from('x')),
        entry('S1/Thumbs.db', Buffer.from('x')),
        entry('S1/DICOMDIR', Buffer.from('x')),
      ]),
    ],
  ];

  it.each(forms)('%s', async (_what, zip) => {
    const { kind, sliceIndices, written, warnings } = await read(zip);
    expect({ kind, sliceIndices, warnings }).toEqual({ kind: 'DICOM_SERIES', sliceIndices: [1, 2, 3], warnings: [] });
    expect(written).toEqual(['001.png', '002.png', '003.png']);
  });

  it('with PNG slices of one series and a table beside them', async () => {
    const names = ['000001_01_01/109.png', '000001_01_01/110.png'];
    const { sliceIndices, warnings } = await read(
      zipFile([...names.map((name) => entry(name)), entry('DL_info.csv', Buffer.from('x'))]),
    );
    expect(sliceIndices).toEqual([109, 110]);
    expect(warnings).toEqual([
      'These files of the zip were skipped, as they are neither PNG nor DICOM: "DL_info.csv".',
    ]);
  });

  it('with many foreign files, of which some are named', async () => {
    const foreign = Array.from({ length: 500 }, (_, index) => entry(`page${index}.html`, Buffer.from('<p>')));
    const { warnings } = await read(zipFile([...series, ...foreign]));
    expect(warnings).toEqual([expect.stringMatching(/"page0\.html".*"page9\.html" and 490 more\.$/)]);
  });
});

describe('a zip of a series', () => {
  const at = (position: string, orientation = '1\\0\\0\\0\\1\\0'): ZipEntry =>
    entry(
      `${position.replaceAll('\\', ' ')}.dcm`,
      dicomFile({ change: { '00200032': position, '00200037': orientation } }),
    );
  /** Of a gantry that is tilted by 20°. */
  const TILTED = '1\\0\\0\\0\\0.9396926\\-0.3420201';

  it('of PNG slices tells that some are missing, as one of DICOM does', async () => {
    const warnings = async (...names: string[]) => (await read(zipFile(names.map((name) => entry(name))))).warnings;
    expect(await warnings('1.png', '99999.png')).toEqual(['99997 slices between the first and the last are missing.']);
    expect(await warnings('11.png', '13.png')).toEqual(['1 slice between the first and the last is missing.']);
    expect(await warnings('11.png', '12.png')).toEqual([]);
  });

  it.each([
    ['one above the other', [at('0\\0\\0'), at('0\\0.4\\5')]],
    ['along the table, with a tilted gantry', [0, 100, 200].map((z) => at(`0\\0\\${z / 2}`, TILTED))],
    ['along the normal of slices that were made of others', [at('0\\0\\0', TILTED), at('0\\34.202\\93.969', TILTED)]],
  ])('may have its slices %s', async (_what, slices) => {
    const { kind, sliceIndices } = await read(zipFile(slices));
    expect({ kind, count: sliceIndices.length }).toEqual({ kind: 'DICOM_SERIES', count: slices.length });
  });

  it.each([
    ['1.5 mm', ['0\\0\\0', '0\\0\\5', '1.5\\0\\10']],
    ['more with each slice', ['0\\0\\0', '0\\0.7\\5', '0\\1.4\\10']],
  ])('is refused where slices lie aside by %s', async (_what, positions) => {
    await expect(read(zipFile(positions.map((position) => at(position))))).rejects.toMatchObject({
      reason: 'UNEVEN_SLICES',
      message: expect.stringMatching(/"0.*0.*0\.dcm" and ".*10\.dcm" are not aligned/),
    });
  });

  it('is refused where its slices are further apart than those of a CT', async () => {
    await expect(read(zipFile([at('0\\0\\0'), at('0\\0\\101')]))).rejects.toMatchObject({
      reason: 'UNEVEN_SLICES',
      message: expect.stringMatching(/at most 100 mm apart/),
    });
  });

  it.each([
    ['studies', '0020000d', '1.2.3', '1.2.4'],
    ['patients', '00100020', 'SECRET-1', 'SECRET-2'],
  ])('is refused where its slices are of different %s, whom nobody is told', async (what, tag, one, other) => {
    const of = (z: number, value: string) => entry(`${z}.dcm`, dicomFile({ z, more: [[tag, 'LO', value]] }));
    const refusal = await read(zipFile([of(0, one), of(5, one), of(10, other)])).catch((thrown) => thrown);
    expect(refusal).toMatchObject({
      reason: 'MIXED_SERIES',
      message: expect.stringMatching(new RegExp(`"10\\.dcm".*${what}`)),
    });
    expect(refusal.message).not.toContain(other);
  });
});

describe('a zip is refused, and the file in it is named:', () => {
  const mixed = (...names: string[]): Buffer => zipFile(names.map((name) => entry(name)));
  const refusals: [what: string, reason: string, message: RegExp, zip: Buffer][] = [
    [
      'PNG slices of two folders',
      'MIXED_SERIES',
      /^File 2 of the zip \("000001_02_01\/008\.png"\): .*"000001_01_01" and "000001_02_01" differ/,
      mixed('000001_01_01/103.png', '000001_02_01/008.png'),
    ],
    [
      'PNG slices of two patients in one folder',
      'MIXED_SERIES',
      /"000001_01_01" and "000002_01_01" differ/,
      mixed('000001_01_01_109.png', '000002_01_01_162.png'),
    ],
    ['PNG slices of one folder and of none', 'MIXED_SERIES', /"" and "a" differ/, mixed('1.png', 'a/2.png')],
    ['PNG slices with a prefix and without', 'MIXED_SERIES', /"liver" and "" differ/, mixed('liver_1.png', '2.png')],
    ['a PNG without an index', 'SLICE_NAME', /^File 2 of the zip \("overview\.png"\)/, mixed('1.png', 'overview.png')],
    ['a slice twice', 'DUPLICATE_SLICE', /^File 2 of the zip \("01\.png"\): slice 1/, mixed('1.png', '01.png')],
    [
      'two slices at one place',
      'DUPLICATE_SLICE',
      /"a" and "b" lie at the same/,
      zipFile([entry('a', dicom(0)), entry('b', dicom(0)), entry('c', dicom(5))]),
    ],
    [
      'slices at uneven distances',
      'UNEVEN_SLICES',
      /"c" and "b" are 7\.00 mm/,
      zipFile([entry('a', dicom(0)), entry('b', dicom(5)), entry('c', dicom(12)), entry('d', dicom(17))]),
    ],
    [
      'nothing but foreign files',
      'NOT_A_SLICE',
      /^File 1 of the zip \("README"\)/,
      zipFile([entry('README', Buffer.from('x'))]),
    ],
    [
      'nothing but a localizer and a README',
      'LOCALIZER',
      /^File 2 of the zip \("scout"\)/,
      zipFile([
        entry('README', Buffer.from('x')),
        entry('scout', dicomFile({ change: { '00080008': 'A\\B\\LOCALIZER' } })),
      ]),
    ],
    [
      'a broken slice among good ones',
      'BAD_DICOM',
      /^File 4 of the zip \("broken\.dcm"\): .*after \(0028,1053\)/,
      zipFile([...series, entry('broken.dcm', dicom(15).subarray(0, -20))]),
    ],
    [
      'a name twice in the two ways to write it',
      'DUPLICATE_NAME',
      /^File 2 of the zip \("a\/1\.png"\)/,
      mixed('a/1.png', 'a\\1.png'),
    ],
    ['a way up with back-slashes', 'UNSAFE_NAME', /leads out of the zip/, mixed('a\\..\\..\\1.png')],
    ['a name that ends the line', 'SLICE_NAME', /\("a\ufffdb\.png"\)/, mixed('a\nb.png')],
  ];

  it.each(refusals)('%s: %s', async (_what, reason, message, zip) => {
    await expect(read(zip)).rejects.toMatchObject({ reason, message: expect.stringMatching(message) });
  });
});
