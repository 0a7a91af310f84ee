import { stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { MAX_ZIP_FILES, MAX_ZIP_RATIO } from './limits';
import { UploadRefused } from './refusal';

/** A file of a zip, which is packed still. */
export interface ZippedFile {
  /** counted from 1 in the order of the zip; what people are told of slices instead of the name, which may hold theirs */
  number: number;
  /** as the zip has it, with its folders: relative, and without a way up */
  name: string;
  /** the last part of its name, lower case */
  baseName: string;
  /** as the zip says; a file that is longer ends with BAD_ZIP */
  unpackedBytes: number;
  packedBytes: number;
  /** what is in it, a piece at a time. @throws UploadRefused BAD_ZIP */
  chunks(): AsyncGenerator<Buffer>;
}

/** What systems and scanners leave beside the files that are meant. */
const BYSTANDERS = ['dicomdir', '.ds_store', 'thumbs.db', 'desktop.ini'];
const FILE_TYPE_MASK = 0o170000;
const SYMBOLIC_LINK = 0o120000;
/** A small file may be nothing but one grey. */
const RATIO_SLACK_BYTES = 2 ** 20;

/**
 * Works with the files of a zip; folders and bystanders are not among them. Names are looked at and never used as paths. Sizes are not
 * bounded yet: slices and models have bounds of their own.
 *
 * @throws UploadRefused naming the reason, before anything is decompressed where the directory of the zip shows it
 */
export async function withZippedFiles<T>(path: string, work: (files: readonly ZippedFile[]) => Promise<T>): Promise<T> {
  const zip = await orBadZip(openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false }));
  try {
    return await work(await checkedFiles(zip, (await stat(path)).size));
  } finally {
    zip.close();
  }
}

/** Reads the whole directory first: a lie in its last line is found before the first file is unpacked. */
async function checkedFiles(zip: ZipFile, zipBytes: number): Promise<ZippedFile[]> {
  if (zip.entryCount > MAX_ZIP_FILES)
    throw new UploadRefused('TOO_MANY_FILES', `Expected a zip of at most ${MAX_ZIP_FILES} files, got more.`);
  const files: ZippedFile[] = [];
  const names = new Set<string>();
  let packedBytes = 0;
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
    packedBytes += entry.compressedSize;
    const file = fileOf(zip, entry, name, number);
    if (!name.endsWith('/') && !isBystander(file)) files.push(file);
  }
  if (packedBytes > zipBytes)
    throw new UploadRefused('BAD_ZIP', 'The files of the zip overlap: together they are longer than the zip.');
  return files;
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
}

function fileOf(zip: ZipFile, entry: Entry, name: string, number: number): ZippedFile {
  return {
    number,
    name,
    baseName: name.slice(name.lastIndexOf('/') + 1).toLowerCase(),
    unpackedBytes: entry.uncompressedSize,
    packedBytes: entry.compressedSize,
    chunks: () => chunksOf(zip, entry, number),
  };
}

function isBystander({ name, baseName }: ZippedFile): boolean {
  return BYSTANDERS.includes(baseName) || name.startsWith('__MACOSX/');
}

/**
 * @param unlike what is never packed as tightly, as the end of a sentence
 * @throws UploadRefused DECOMPRESSION_BOMB
 */
export function checkRatio({ number, packedBytes, unpackedBytes }: ZippedFile, unlike: string): void {
  if (unpackedBytes > RATIO_SLACK_BYTES && unpackedBytes > MAX_ZIP_RATIO * packedBytes)
    throw bomb(`file ${number} is compressed more than ${MAX_ZIP_RATIO}-fold, as ${unlike}`);
}

/** @param why the second half of a sentence */
export function bomb(why: string): UploadRefused {
  return new UploadRefused('DECOMPRESSION_BOMB', `The zip is refused: ${why}.`);
}

/** yauzl ends a stream that is not as long as the directory says; it does not look at checksums. */
async function* chunksOf(zip: ZipFile, entry: Entry, number: number): AsyncGenerator<Buffer> {
  if (!entry.canDecodeFileData())
    throw new UploadRefused('BAD_ZIP', `File ${number} of the zip is packed in a way that is not read: use Deflate.`);
  const stream = await orBadZip(zip.openReadStreamPromise(entry));
  let checksum = 0;
  try {
    for await (const chunk of stream) {
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } catch (cause) {
    throw new UploadRefused('BAD_ZIP', `File ${number} of the zip is damaged, or not as long as the zip says.`, {
      cause,
    });
  }
  if (checksum !== entry.crc32)
    throw new UploadRefused('BAD_ZIP', `File ${number} of the zip is damaged: its checksum is not what the zip says.`);
}

async function orBadZip<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    throw new UploadRefused('BAD_ZIP', 'The zip is truncated or broken: its directory cannot be read.', { cause });
  }
}
