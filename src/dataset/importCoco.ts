import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { BadUserInput, messageOf } from '../errors';
import type { ImportOptions } from './importDlInfo';
import { ImportError } from './importError';
import type { ImageRecord, RowProblem } from './importRecords';
import { describeImport, type ImportReport } from './importReport';
import { checkSlug, storeDataset } from './importStore';
import { ImportTree } from './importTree';
import { findPixelFiles } from './pixelFolder';
import type { Split } from './vocabulary';

const finite = z.number().refine(Number.isFinite, 'expected a finite number');
const id = z.number().int();

/** A COCO image, with the extras that public DeepLesion conversions carry. */
const CocoImage = z.object({
  id,
  file_name: z.string().min(1).max(300),
  width: z.number().int().min(1).max(65_536),
  height: z.number().int().min(1).max(65_536),
  spacing: finite.positive().optional(),
  slice_intv: z.number().optional(),
  windows: z.array(finite).optional(),
  slice_no: z.number().int().min(0).max(9999).optional(),
  patient_id: z.number().int().min(0).max(999_999).optional(),
});

const CocoAnnotation = z.object({
  id: z.number().int().min(1, 'expected an id from 1 on: id 0 breaks matching in COCO tools'),
  image_id: id,
  bbox: z.tuple([
    finite,
    finite,
    finite.positive('expected a positive width'),
    finite.positive('expected a positive height'),
  ]),
  area: z.number().optional(),
  noisy: z.union([z.literal(0), z.literal(1), z.boolean()]).optional(),
});

const CocoFile = z.object({ images: z.array(z.unknown()), annotations: z.array(z.unknown()) });

const MAX_FILE_BYTES = 512 * 2 ** 20;
const DEEPLESION_NAME = /^(\d{6})_(\d{2,3})_(\d{2,3})[_/](\d{3,4})\.png$/;
const AREA_TOLERANCE = 1e-6;

/**
 * Imports a COCO annotation file: boxes `x, y, width, height` with the first pixel's edge at 0. File names of DeepLesion's form give patient,
 * study, series and slice; any other image stands for a patient of its own. RECIST axes and diameters are unknown.
 *
 * @param options.split of all images of the file; COCO keeps none
 * @throws ImportError naming each entry that does not fit, unless they are to be skipped; nothing is written then
 */
export async function importCoco(options: ImportOptions & { jsonPath: string; split?: Split }): Promise<ImportReport> {
  const { jsonPath, slug, signal } = options;
  checkSlug(slug);
  const { images, annotations, sha256 } = await readCocoFile(jsonPath);
  const problems: RowProblem[] = [];
  const imageOfId = readImages(images, options.split ?? 'UNASSIGNED', problems);
  const tree = new ImportTree();
  const wrongAreas = addLesions(annotations, imageOfId, tree, problems);
  if (problems.length > 0 && (!options.skipBadRows || tree.lesions.length === 0))
    throw new ImportError(basename(jsonPath), problems);
  if (tree.lesions.length === 0) throw new BadUserInput(`${basename(jsonPath)} has no annotations.`, 'annotations');
  const pixels = options.imagesDir ? await findPixelFiles(options.imagesDir, [...tree.images.keys()]) : null;
  const counts = { ...describeImport(tree, pixels, problems, []), wrongAreas };
  const stored = await storeDataset(
    options.database,
    {
      ...options,
      pixelConvention: 'ZERO_BASED',
      sourceFormat: 'coco',
      sourceFile: basename(jsonPath),
      sourceSha256: sha256,
    },
    tree,
    pixels,
    counts,
    options.onProgress ?? (() => undefined),
    signal,
  );
  return { slug, version: stored.version, alreadyImported: stored.alreadyImported, ...counts };
}

async function readCocoFile(path: string): Promise<{ images: unknown[]; annotations: unknown[]; sha256: string }> {
  const name = basename(path);
  const found = await stat(path).catch((cause) => {
    throw new BadUserInput(`There is no file ${name}.`, 'json', { cause });
  });
  if (!found.isFile() || found.size > MAX_FILE_BYTES)
    throw new BadUserInput(`Expected ${name} to be a file of at most ${MAX_FILE_BYTES} bytes.`, 'json');
  const bytes = await readFile(path);
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new BadUserInput(`${name} is not JSON: ${messageOf(cause)}`, 'json', { cause });
  }
  const parsed = CocoFile.safeParse(json);
  if (!parsed.success)
    throw new BadUserInput(`${name}: expected the lists "images" and "annotations" of a COCO file.`, 'json');
  return { ...parsed.data, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function readImages(images: readonly unknown[], split: Split, problems: RowProblem[]): Map<number, ImageRecord> {
  const records = new Map<number, ImageRecord>();
  const placeOfName = new Map<string, string>();
  images.forEach((entry, index) => {
    const place = `images[${index}]`;
    const parsed = CocoImage.safeParse(entry);
    if (!parsed.success) {
      problems.push(...issuesAt(place, parsed.error));
      return;
    }
    const record = toRecord(parsed.data, index, split);
    const before = placeOfName.get(record.fileName);
    if (records.has(parsed.data.id))
      problems.push({ place, column: 'id', reason: `image id ${parsed.data.id} comes twice` });
    else if (before) problems.push({ place, column: 'file_name', reason: `${record.fileName} is also ${before}` });
    else {
      records.set(parsed.data.id, record);
      placeOfName.set(record.fileName, place);
    }
  });
  return records;
}

function toRecord(image: z.infer<typeof CocoImage>, index: number, split: Split): ImageRecord {
  const match = DEEPLESION_NAME.exec(image.file_name);
  const [patient, study, series, slice] = match ? match.slice(1).map(Number) : [];
  const { windows = [], slice_intv: interval } = image;
  return {
    fileName: image.file_name.replace(/\/(\d{3,5}\.png)$/, '_$1'),
    patientIndex: patient ?? image.patient_id ?? index + 1,
    // Images of one patient without DeepLesion's names are told apart by a study each.
    studyIndex: study ?? (image.patient_id === undefined ? 1 : index + 1),
    seriesIndex: series ?? 1,
    sliceIndex: slice ?? image.slice_no ?? 0,
    sliceRange: null,
    width: image.width,
    height: image.height,
    pixelSpacingMm: image.spacing ?? null,
    sliceIntervalMm: interval !== undefined && interval > 0 && Number.isFinite(interval) ? interval : null,
    windows: windows.length % 2 === 0 ? windows : [],
    split,
    sex: 'UNKNOWN',
    ageYears: null,
  };
}

/** @returns how many annotations have an `area` that is not width times height: a public conversion has it wrong in all of them */
function addLesions(
  annotations: readonly unknown[],
  imageOfId: ReadonlyMap<number, ImageRecord>,
  tree: ImportTree,
  problems: RowProblem[],
): number {
  let wrongAreas = 0;
  const ids = new Set<number>();
  annotations.forEach((entry, index) => {
    const place = `annotations[${index}]`;
    const parsed = CocoAnnotation.safeParse(entry);
    if (!parsed.success) {
      problems.push(...issuesAt(place, parsed.error));
      return;
    }
    const { bbox, image_id: imageId, area, noisy, id: annotationId } = parsed.data;
    const image = imageOfId.get(imageId);
    if (ids.has(annotationId))
      problems.push({ place, column: 'id', reason: `annotation id ${annotationId} comes twice` });
    else if (!image) problems.push({ place, column: 'image_id', reason: `no image has the id ${imageId}` });
    else {
      const [x, y, width, height] = bbox;
      if (area !== undefined && Math.abs(area - width * height) > AREA_TOLERANCE * width * height) wrongAreas++;
      problems.push(
        ...tree.add({
          sourceRowIndex: index,
          place,
          image,
          box: { x1: x, y1: y, x2: x + width, y2: y + height },
          axes: [],
          longDiameterMm: null,
          shortDiameterMm: null,
          normalizedLocation: null,
          coarseType: 'UNKNOWN',
          possiblyNoisy: Boolean(noisy),
        }),
      );
    }
    ids.add(annotationId);
  });
  return wrongAreas;
}

function issuesAt(place: string, error: z.ZodError): RowProblem[] {
  return error.issues.map((issue) => ({ place, column: issue.path.join('.') || 'all', reason: issue.message }));
}
