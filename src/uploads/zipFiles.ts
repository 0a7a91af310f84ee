import { stat } from 'node:fs/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { MAX_SLICE_BYTES, MAX_UNZIPPED_BYTES, MAX_ZIP_FILES, MAX_ZIP_RATIO } from './limits';
import { UploadRefused } from './refusal';

/** A file of a zip. */
export interface ZippedFile {
  /** counted from 1 in the order of the zip; what people are told instead of its name, which may hold theirs */
  number: number;
  /** the last part of its name, lower case */
  baseName: string;
  bytes: Buffer;
}

/** What systems and scanners leave beside the slices. */
const BYSTANDERS = ['dicomdir', '.ds_store', 'thumbs.db', 'desktop.ini'];
const FILE_TYPE_MASK = 0o170000;
const SYMBOLIC_LINK = 0o120000;
/** A small file may be nothing but one grey. */
const RATIO_SLACK_BYTES = 2 ** 20;

/**
 * The files of a zip, one after another, each in memory only while it is worked on. Names are looked at and never used as paths.
 *
 * @throws UploadRefused naming the reason, before anything is decompressed where the directory of the zip shows it
 */
export async function* zippedFiles(path: string): AsyncGenerator<ZippedFile> {
  const zip = await orBadZip(openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false }));
  try {
    const entries = await checkedEntries(zip, (await stat(path)).size);
    for (const { entry, number, baseName } of entries) {
      if (!isBystander(entry, baseName)) yield { number, baseName, bytes: await readEntry(zip, entry, number) };
    }
  } finally {
    zip.close();
  }
}

interface CheckedEntry {
  entry: Entry;
  number: number;
  baseName: string;
}

/** Reads the whole directory first: a lie in its last line is found before the first file is unpacked. */
async function checkedEntries(zip: ZipFile, zipBytes: number): Promise<CheckedEntry[]> {
  if (zip.entryCount > MAX_ZIP_FILES)
    throw new UploadRefused('TOO_MANY_FILES', `Expected a zip of at most ${MAX_ZIP_FILES} files, got more.`);
  const entries: CheckedEntry[] = [];
  const names = new Set<string>();
  let compressed = 0;
  let unzipped = 0;
  const iterator = zip.eachEntry()[Symbol.asyncIterator]();
  for (let number = 1; ; number++) {
    const next = await orBadZip(iterator.next());
    if (next.done) break;
    const entry = next.value;
    const name = entry.fileNameRaw.toString('utf8');
    checkEntry(entry, name, number);
    if (names.has(name))
      throw new UploadRefused('DUPLICATE_NAME', `File ${number} of the zip has the name of another one.`);
    names.add(name);
    compressed += entry.compressedSize;
    unzipped += entry.uncompressedSize;
    if (unzipped > MAX_UNZIPPED_BYTES) throw bomb(`it holds more than ${MAX_UNZIPPED_BYTES} bytes`);
    if (!name.endsWith('/'))
      entries.push({ entry, number, baseName: name.slice(name.lastIndexOf('/') + 1).toLowerCase() });
  }
  if (compressed > zipBytes)
    throw new UploadRefused('BAD_ZIP', 'The files of the zip overlap: together they are longer than the zip.');
  return entries;
}

function checkEntry(entry: Entry, name: string, number: number): void {
  const isOutside = name.startsWith('/') || /^[A-Za-z]:/.test(name) || name.split('/').includes('..');
  if (name === '' || isOutside || name.includes('\\') || name.includes('\0'))
    throw new UploadRefused(
      'UNSAFE_NAME',
      `File ${number} of the zip has a name that leads out of it: expected relative names without "..", "\\" and NUL.`,
    );
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK) === SYMBOLIC_LINK)
    throw new UploadRefused('SYMBOLIC_LINK', `File ${number} of the zip is a symbolic link: put the file itself in.`);
  if (entry.isEncrypted())
    throw new UploadRefused('ENCRYPTED_ZIP', `File ${number} of the zip is encrypted: send it without a password.`);
  const { compressedSize, uncompressedSize } = entry;
  if (uncompressedSize > MAX_SLICE_BYTES) throw bomb(`file ${number} has more than ${MAX_SLICE_BYTES} bytes`);
  if (uncompressedSize > RATIO_SLACK_BYTES && uncompressedSize > MAX_ZIP_RATIO * compressedSize)
    throw bomb(`file ${number} is compressed more than ${MAX_ZIP_RATIO}-fold, as no CT is`);
}

function bomb(why: string): UploadRefused {
  return new UploadRefused('DECOMPRESSION_BOMB', `The zip is refused: ${why}.`);
}

function isBystander(entry: Entry, baseName: string): boolean {
  return BYSTANDERS.includes(baseName) || entry.fileNameRaw.toString('latin1').startsWith('__MACOSX/');
}

/** yauzl ends a stream that grows beyond the size that the directory says, and one whose checksum differs. */
async function readEntry(zip: ZipFile, entry: Entry, number: number): Promise<Buffer> {
  if (!entry.canDecodeFileData())
    throw new UploadRefused('BAD_ZIP', `File ${number} of the zip is packed in a way that is not read: use Deflate.`);
  const stream = await orBadZip(zip.openReadStreamPromise(entry));
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch (cause) {
    throw new UploadRefused('BAD_ZIP', `File ${number} of the zip is damaged, or not as long as the zip says.`, {
      cause,
    });
  }
  return Buffer.concat(chunks);
}

async function orBadZip<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    throw new UploadRefused('BAD_ZIP', 'The zip is truncated or broken: its directory cannot be read.', { cause });
  }
}
