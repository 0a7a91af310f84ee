import { messageOf } from '../errors';
import { BadCodestream, type CodestreamFacts, readJpeg2000Facts, readJpegFacts } from './codestream';
import type { DicomHeader } from './dicomHeader';
import { decodeRle } from './dicomRle';
import { UploadRefused } from './refusal';
import { pixelEncodingOf } from './transferSyntax';

const NAME = 'Pixel Data (7FE0,0010)';

/**
 * Decompresses the only frame of a file, whose fragments are all parts of it.
 *
 * RLE has no checksum, nor has JPEG: a changed byte within a run or a packet gives other pixels, and no one can know.
 * What is noticed is everything that changes how many pixels there are, and every frame that breaks off.
 *
 * @returns words of 16 bits in little endian, with the value at the place that the header says
 * @throws UploadRefused MISSING_PIXEL_DATA, PIXEL_DATA_UNREADABLE
 */
export async function decompress(
  fragments: readonly Buffer[] | undefined,
  header: DicomHeader,
  transferSyntax: string,
): Promise<Buffer> {
  if (fragments === undefined)
    throw new UploadRefused(
      'PIXEL_DATA_UNREADABLE',
      `Expected ${NAME} in fragments, as the Transfer Syntax UID (0002,0010) says that it is compressed; it has none.`,
    );
  const frame = Buffer.concat(fragments);
  if (frame.length === 0)
    throw new UploadRefused('MISSING_PIXEL_DATA', `Expected compressed ${NAME}; its fragments are missing or empty.`);
  try {
    const encoding = pixelEncodingOf(transferSyntax);
    if (encoding === 'RLE') return decodeRle(frame, header.width * header.height);
    const facts = encoding === 'JPEG_2000' ? readJpeg2000Facts(frame) : readJpegFacts(frame);
    checkFacts(facts, header);
    if (encoding === 'JPEG_LOSSLESS' && hasHiddenSign(facts, header))
      throw new BadCodestream(`it has ${facts.precision} bits a sample, signed ones need ${header.bitsStored}`);
    return toWords(await decode(frame, header, transferSyntax), facts, header);
  } catch (cause) {
    const why = cause instanceof BadCodestream ? messageOf(cause) : 'its decoder does not understand it';
    throw new UploadRefused('PIXEL_DATA_UNREADABLE', `The compressed ${NAME} cannot be decompressed: ${why}.`, {
      cause,
    });
  }
}

/** If frame and header differ, one of them belongs to another picture. */
function checkFacts({ rows, columns, samplesPerPixel, precision, isSigned }: CodestreamFacts, header: DicomHeader) {
  const { width, height, bitsStored, highBit } = header;
  if (rows !== height || columns !== width)
    throw new BadCodestream(
      `it has ${rows} rows of ${columns}, Rows (0028,0010) and Columns (0028,0011) say ${height} and ${width}`,
    );
  if (samplesPerPixel !== 1) throw new BadCodestream(`it has ${samplesPerPixel} samples a pixel, a CT slice has one`);
  if (precision > 16) throw new BadCodestream(`it has ${precision} bits a sample, a CT slice has 16 at most`);
  if (highBit + 1 !== bitsStored)
    throw new BadCodestream(`High Bit (0028,0102) is ${highBit}, expected ${bitsStored - 1} for compressed pixels`);
  if (isSigned && !header.isSigned)
    throw new BadCodestream('it has signed samples, Pixel Representation (0028,0103) says that they are unsigned');
}

async function decode(frame: Buffer, header: DicomHeader, transferSyntax: string): Promise<Buffer> {
  // Only here: loading the decoders takes longer than reading a slice that needs none.
  const { default: codec } = await import('@cornerstonejs/dicom-codec');
  const { imageFrame } = await codec.decode(
    new Uint8Array(frame),
    {
      rows: header.height,
      columns: header.width,
      bitsAllocated: 16,
      samplesPerPixel: 1,
      signed: header.isSigned,
      pixelRepresentation: header.isSigned ? 1 : 0,
    },
    transferSyntax,
  );
  return Buffer.from(imageFrame.buffer, imageFrame.byteOffset, imageFrame.byteLength);
}

/**
 * Samples of up to 8 bits come as bytes; those of fewer bits than the header stores get its sign where they have none
 * of their own.
 */
function toWords(samples: Buffer, facts: CodestreamFacts, header: DicomHeader): Buffer {
  const pixels = header.width * header.height;
  if (samples.length !== pixels && samples.length !== 2 * pixels)
    throw new BadCodestream(`${samples.length} bytes came out for ${pixels} pixels`);
  const bytesPerSample = samples.length / pixels;
  const unused = 32 - facts.precision;
  const isSigned = facts.isSigned || hasHiddenSign(facts, header);
  const words = Buffer.alloc(2 * pixels);
  for (let i = 0; i < pixels; i++) {
    const sample = bytesPerSample === 1 ? samples.readUInt8(i) : samples.readUInt16LE(2 * i);
    words.writeUInt16LE(isSigned ? ((sample << unused) >> unused) & 0xffff : sample, 2 * i);
  }
  return words;
}

/**
 * Signed values in samples that know no sign: their own highest bit is it in JPEG-LS and JPEG 2000, as other readers
 * have it too.
 */
const hasHiddenSign = ({ precision }: CodestreamFacts, header: DicomHeader): boolean =>
  header.isSigned && precision < header.bitsStored;
