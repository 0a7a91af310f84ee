/** The package brings no types; this is what of it is used. */
declare module '@cornerstonejs/dicom-codec' {
  export interface ImageInfo {
    rows: number;
    columns: number;
    bitsAllocated: number;
    samplesPerPixel: number;
    signed: boolean;
    pixelRepresentation: number;
  }
  export function decode(
    frame: Uint8Array,
    info: ImageInfo,
    transferSyntaxUid: string,
  ): Promise<{ imageFrame: Uint8Array | Int16Array | Uint16Array }>;
  export function encode(
    frame: Uint8Array,
    info: ImageInfo,
    transferSyntaxUid: string,
  ): Promise<{ imageFrame: Uint8Array }>;
  const codec: { decode: typeof decode; encode: typeof encode };
  export default codec;
}
