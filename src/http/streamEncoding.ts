/** Compression of what is sent part by part. */
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { encodingFor } from './compression';

/** An encoding, and what encodes a stream in it. */
export type StreamEncoding = readonly [name: string, create: () => Transform];

const { BROTLI_PARAM_QUALITY } = zlib.constants;

/** In the order of preference, at levels that keep up with the reading of rows. */
const ENCODINGS: readonly StreamEncoding[] = [
  ...zstdOfNode(),
  ['br', () => zlib.createBrotliCompress({ params: { [BROTLI_PARAM_QUALITY]: 4 } })],
  ['gzip', () => zlib.createGzip({ level: 5 })],
];

/** Node has it from 22.15 and 23.8 on; the types are those of the oldest version that is supported. */
function zstdOfNode(): StreamEncoding[] {
  const create: unknown = Reflect.get(zlib, 'createZstdCompress');
  return typeof create === 'function' ? [['zstd', (): Transform => create()]] : [];
}

/** @returns the encoding that a client prefers; undefined for the bytes as they are */
export function streamEncodingFor(accepted: string | undefined): StreamEncoding | undefined {
  return accepted === undefined ? undefined : encodingFor(accepted, ENCODINGS);
}
