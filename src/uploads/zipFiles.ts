import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';
import { fileTypeOf, HEAD_BYTES, unknownType } from './fileType';
import { MAX_ZIP_FILES, MAX_ZIP_RATIO } from './limits';
import { UploadRefused } from './refusal';
import { findZipExtent, ZipExtentReader } from './zipExtent';

/** A file of a zip, which is packed still. */
export interface ZippedFile {
  /** name for messages: its position in the zip, counted from 1, and its file name, which comes from the sender */
  label: string;
  /** with its folders: relative, and without a way up */
  name: string;
  /** the last part of its name, lower case */
  baseName: string;
  /** as the zip says; a file that is longer ends with BAD_ZIP */
  unpackedBytes: number;
  packedBytes: number;
  /** what is in it, a piece at a time. @throws UploadRefused BAD_ZIP */
  chunks(): AsyncGenerator<Buffer>;
}

/** Files that systems and scanners add. */
const BYSTANDERS = ['dicomdir', 'thumbs.db', 'desktop.ini'];
/** Folders of what macOS keeps beside files, and hidden files and folders. */
const HIDDEN = /(^|\/)(__MACOSX\/|\.[^/])/;
const MAX_SHOWN_NAME = 80;
/** Of the general purpose bits. */
const UTF_8_FLAG = 0x800;
/** What ends a line, turns its direction or is seen nowhere. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const FILE_TYPE_MASK = 0o170000;
const SYMBOLIC_LINK = 0o120000;
/** A small file may be nothing but one grey. */
const RATIO_SLACK_BYTES = 2 ** 20;

/**
 * Processes the files of a zip, except folders and system files. Names are read and never used as paths. Sizes are not
 * bounded yet: slices and models have bounds of their own.
 *
 * @throws UploadRefused naming the reason, before anything is decompressed if the directory of the zip shows it
 */
export async function withZippedFiles<T>(path: string, work: (files: readonly ZippedFile[]) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    const extent = await findZipExtent(file, (await file.stat()).size);
    if (!extent) throw await noZip(file);
    const reader = new ZipExtentReader(file, extent);
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false };
    const zip = await orBadZip(fromRandomAccessReaderPromise(reader, reader.size, options));
    return await work(await checkedFiles(zip, reader.size));
  } finally {
    await file.close();
  }
}

/** What begins with a program was taken for a zip that unpacks itself. */
async function noZip(file: FileHandle): Promise<UploadRefused> {
  const { buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return fileTypeOf(buffer) === 'ZIP'
    ? new UploadRefused('BAD_ZIP', 'The zip is truncated or broken: the directory at its end is missing.')
    : unknownType('a program, and no zip is behind it');
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
    const file = fileOf(zip, entry, number);
    checkEntry(entry, file);
    // By its bytes: names of two alphabets may read alike.
    const rawName = entry.fileNameRaw.toString('latin1').replaceAll('\\', '/');
    if (names.has(rawName)) throw new UploadRefused('DUPLICATE_NAME', `${file.label} has the name of another one.`);
    names.add(rawName);
    packedBytes += entry.compressedSize;
    if (!file.name.endsWith('/') && !isBystander(file)) files.push(file);
  }
  if (packedBytes > zipBytes)
    throw new UploadRefused('BAD_ZIP', 'The files of the zip overlap: together they are longer than the zip.');
  return files;
}

function checkEntry(entry: Entry, { name, label }: ZippedFile): void {
  const isOutside = name.startsWith('/') || /^[A-Za-z]:/.test(name) || name.split('/').includes('..');
  if (name === '' || isOutside || name.includes('\0'))
    throw new UploadRefused(
      'UNSAFE_NAME',
      `${label} has a name that leads out of the zip: expected relative names without ".." and NUL.`,
    );
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK) === SYMBOLIC_LINK)
    throw new UploadRefused('SYMBOLIC_LINK', `${label} is a symbolic link: put the file itself in.`);
  if (entry.isEncrypted())
    throw new UploadRefused('ENCRYPTED_ZIP', `${label} is encrypted: send it without a password.`);
}

function fileOf(zip: ZipFile, entry: Entry, number: number): ZippedFile {
  const name = nameOf(entry);
  const label = `File ${number} of the zip (${quoteName(name)})`;
  return {
    label,
    name,
    baseName: name.slice(name.lastIndexOf('/') + 1).toLowerCase(),
    unpackedBytes: entry.uncompressedSize,
    packedBytes: entry.compressedSize,
    chunks: () => chunksOf(zip, entry, label),
  };
}

/** Many write UTF-8 and do not say so; what is none is in the alphabet of DOS. Back-slashes are Windows' slashes. */
function nameOf({ fileNameRaw, generalPurposeBitFlag, extraFields }: Entry): string {
  const text = fileNameRaw.toString('utf8');
  const isUtf8 = Buffer.from(text, 'utf8').equals(fileNameRaw);
  return getFileNameLowLevel(generalPurposeBitFlag | (isUtf8 ? UTF_8_FLAG : 0), fileNameRaw, extraFields, false);
}

/** A name in a form for messages: on one line, and shortened. */
export function quoteName(name: string): string {
  const cut = name.length > MAX_SHOWN_NAME ? `…${name.slice(-MAX_SHOWN_NAME)}` : name;
  return JSON.stringify(cut.replaceAll(UNPRINTABLE, '\ufffd'));
}

function isBystander({ name, baseName }: ZippedFile): boolean {
  return BYSTANDERS.includes(baseName) || HIDDEN.test(name);
}

/**
 * @param unlike what is never packed as tightly, as the end of a sentence
 * @throws UploadRefused DECOMPRESSION_BOMB
 */
export function checkRatio({ label, packedBytes, unpackedBytes }: ZippedFile, unlike: string): void {
  if (unpackedBytes > RATIO_SLACK_BYTES && unpackedBytes > MAX_ZIP_RATIO * packedBytes)
    throw bomb(`${label} is compressed more than ${MAX_ZIP_RATIO}-fold, as ${unlike}`);
}

/** @param why the second half of a sentence */
export function bomb(why: string): UploadRefused {
  return new UploadRefused('DECOMPRESSION_BOMB', `The zip is refused: ${why}.`);
}

/** yauzl refuses a stream that is not as long as the directory says; it does not check checksums. */
async function* chunksOf(zip: ZipFile, entry: Entry, label: string): AsyncGenerator<Buffer> {
  if (!entry.canDecodeFileData())
    throw new UploadRefused('BAD_ZIP', `${label} is packed in a way that is not read: use Deflate.`);
  const stream = await orBadZip(zip.openReadStreamPromise(entry));
  let checksum = 0;
  try {
    for await (const chunk of stream) {
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } catch (cause) {
    throw new UploadRefused('BAD_ZIP', `${label} is damaged, or not as long as the zip says.`, {
      cause,
    });
  }
  if (checksum !== entry.crc32)
    throw new UploadRefused('BAD_ZIP', `${label} is damaged: its checksum is not what the zip says.`);
}

async function orBadZip<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    throw new UploadRefused('BAD_ZIP', 'The zip is truncated or broken: its directory cannot be read.', { cause });
  }
}
