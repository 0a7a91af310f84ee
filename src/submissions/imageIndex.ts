import { quoted } from '../errors';
import { parseGlobalId } from '../globalId';
import type { SubmissionFormat } from './format';
import type { ProblemKind } from './problems';

/** The images of a data set version, in the order of their ids in COCO files. */
export interface NamedImages {
  /** `slug@version` */
  dataset: string;
  /** by file name: the COCO id of an image is its place, from 1 */
  fileNames: readonly string[];
}

/** Why a reference names no image. */
export interface UnknownImage {
  kind: ProblemKind;
  message: string;
}

/** Finds images by what files call them: file name, global id or COCO id. */
export class ImageIndex {
  private readonly places: Map<string, number>;

  constructor(
    private readonly images: NamedImages,
    private readonly format: SubmissionFormat,
  ) {
    this.places = new Map(images.fileNames.map((name, place) => [name, place]));
  }

  /** @returns the place of the image, from 0 */
  find(reference: unknown): number | UnknownImage {
    if (typeof reference === 'number' || typeof reference === 'bigint') return this.findNumber(Number(reference));
    if (typeof reference === 'string' && reference !== '') return this.findText(reference);
    return {
      kind: 'MISSING_VALUE',
      message: `Expected the file name or id of an image, got ${quoted(reference ?? null)}.`,
    };
  }

  private findNumber(id: number): number | UnknownImage {
    const { dataset, fileNames } = this.images;
    if (Number.isInteger(id) && id >= 1 && id <= fileNames.length) return id - 1;
    return {
      kind: 'UNKNOWN_IMAGE',
      message: `Expected the COCO id of an image of ${dataset}, 1 to ${fileNames.length}, got ${quoted(id)}.`,
    };
  }

  private findText(text: string): number | UnknownImage {
    const place = this.places.get(text) ?? this.places.get(this.nameIn(text) ?? '');
    if (place !== undefined) return place;
    const hint = this.format !== 'CSV' && /^\d+$/.test(text) ? ' A COCO id is a number, without quotes.' : '';
    return {
      kind: 'UNKNOWN_IMAGE',
      message: `Expected an image of ${this.images.dataset}, by file name, global id or COCO id, got ${quoted(text)}.${hint}`,
    };
  }

  /** @returns the file name in a global id of an image of the data set version */
  private nameIn(text: string): string | undefined {
    const id = parseGlobalId(text);
    return id?.type === 'BookmarkedImage' && id.key.dataset === this.images.dataset ? id.key.fileName : undefined;
  }
}
