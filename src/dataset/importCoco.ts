import { basename } from 'node:path';
import { z } from 'zod';
import { BadUserInput } from '../errors';
import { CocoAnnotation, type CocoFile, problemsOfEntry, readCocoFile } from './cocoFile';
import { type CocoImages, readCocoImages } from './cocoImages';
import { findPixelsOf, type ImportOptions, mustRefuse } from './importDlInfo';
import { ImportError } from './importError';
import { ImportNotes } from './importNotes';
import type { ImageRecord, LesionRecord } from './importRecords';
import { describeImport, type ImportReport, reportOf } from './importReport';
import { checkDatasetTexts, storeDataset } from './importStore';
import { ImportTree } from './importTree';
import { ProblemList } from './problemList';
import { type Box, boxDifferencePx } from './recist';
import { COARSE_TYPES, type CoarseType, type Split } from './vocabulary';

const AREA_TOLERANCE = 1e-6;
const Reference = z.object({ image_id: z.number() });

/**
 * Imports a COCO annotation file: boxes `x, y, width, height` with the first pixel's edge at 0. File names of
 * DeepLesion's form, however they are written, give patient, study, series and slice; any other image is of the patient
 * that its entry names, or of one of its own. Categories that are called like DeepLesion's lesion types give the type.
 * RECIST axes and diameters are unknown. Images without annotations are kept: a detector can be wrong on them.
 *
 * @param options.split of all images of the file; COCO keeps none
 * @throws ImportError naming each entry that does not fit, unless they are to be skipped; nothing is written then
 * @throws BadUserInput if a file or folder is missing or not a COCO file, or pixel files contradict it
 */
export async function importCoco(options: ImportOptions & { jsonPath: string; split?: Split }): Promise<ImportReport> {
  const { jsonPath, slug, split = 'UNASSIGNED', signal } = options;
  checkDatasetTexts(options);
  const name = basename(jsonPath);
  const { images, annotations, categories, sha256 } = await readCocoFile(jsonPath);
  if (images.length === 0)
    throw new BadUserInput(
      `${name} has no images${annotations.length === 0 ? ' and has no annotations' : ''}.`,
      'images',
    );
  const problems = new ProblemList();
  const notes = new ImportNotes();
  const tree = new ImportTree('ZERO_BASED');
  const read = { ...readCocoImages(images, split, problems, notes), categories };
  const wrongAreas = addLesions(annotations, read, tree, problems, notes);
  const nothingLeft = annotations.length > 0 ? tree.lesions.length === 0 : tree.images.size === 0;
  if (mustRefuse(problems, nothingLeft, options)) throw new ImportError(name, problems);
  if (annotations.length === 0) for (const fileName of tree.images.keys()) notes.add('NO_LESIONS', fileName);
  const pixels = await findPixelsOf(tree, notes, options);
  const counts = { ...describeImport(tree, pixels, problems, [], notes), wrongAreas, split };
  const stored = await storeDataset(
    options.database,
    {
      ...options,
      pixelConvention: 'ZERO_BASED',
      sourceFormat: 'coco',
      sourceFile: name,
      sourceSha256: sha256,
      split,
    },
    tree,
    pixels,
    counts,
    options.onProgress ?? (() => undefined),
    signal,
  );
  return reportOf(slug, counts, stored, pixels);
}

/**
 * The lesion type of a category. Only the letters of its name are compared: `1_bone`, `Soft tissue` and
 * `lung lesion` are such.
 *
 * @returns null if it is none of them; UNKNOWN if it says only that there is a lesion
 */
function typeOfCategory(name: string): CoarseType | null {
  const letters = name
    .toUpperCase()
    .replaceAll(/[^A-Z]/g, '')
    .replace(/LESIONS?$/, '');
  if (letters === '') return 'UNKNOWN';
  const lettersOf = (type: string): string => type.replaceAll('_', '');
  return COARSE_TYPES.find((type) => [letters, letters.replace(/S$/, '')].includes(lettersOf(type))) ?? null;
}

/**
 * @returns how many annotations have an `area` that is not width times height: a public conversion has it wrong in all
 *   of them
 */
function addLesions(
  annotations: readonly unknown[],
  { byId, places, bad, categories }: CocoImages & Pick<CocoFile, 'categories'>,
  tree: ImportTree,
  problems: ProblemList,
  notes: ImportNotes,
): number {
  let wrongAreas = 0;
  const known = new Map<number, { place: string; content: string }>();
  const annotated = new Set<ImageRecord>();
  const types = new Map([...(categories ?? [])].map(([id, name]) => [id, typeOfCategory(name)]));
  annotations.forEach((entry, index) => {
    const place = `annotations[${index}]`;
    const reference = Reference.safeParse(entry);
    const image = reference.success ? byId.get(reference.data.image_id) : undefined;
    if (image) annotated.add(image);
    const parsed = CocoAnnotation.safeParse(entry);
    if (!parsed.success) {
      problems.add(...problemsOfEntry(place, entry, parsed.error));
      return;
    }
    const { id, image_id: imageId, category_id: category, ignore } = parsed.data;
    const content = JSON.stringify(parsed.data);
    const same = known.get(id);
    if (!same) known.set(id, { place, content });
    if (same?.content === content) notes.add('ANNOTATIONS_MERGED', place);
    else if (same) problems.add({ place, column: 'id', reason: `annotation id ${id} is also that of ${same.place}` });
    else if (!image) problems.add({ place, column: 'image_id', reason: missingImage(imageId, bad) });
    else if (typeof category === 'number' && categories?.has(category) === false)
      problems.add({ place, column: 'category_id', reason: `no category has the id ${category}` });
    else {
      if (hasWrongArea(parsed.data)) wrongAreas++;
      const type = typeof category === 'number' ? types.get(category) : undefined;
      const against = tree.add(toLesion(parsed.data, index, place, image, type ?? 'UNKNOWN'));
      problems.add(...against);
      if (against.length > 0) return;
      if (ignore) notes.add('IGNORED_ANNOTATIONS', place);
      if (type === null) notes.add('CATEGORIES_WITHOUT_TYPE', categories?.get(category ?? 0) ?? '');
    }
  });
  for (const [image, place] of places) if (!annotated.has(image)) tree.addImage(image, place);
  return wrongAreas;
}

function missingImage(imageId: number, bad: ReadonlyMap<number, string>): string {
  const place = bad.get(imageId);
  return place ? `its image ${imageId} does not fit: see ${place}` : `no image that fits has the id ${imageId}`;
}

function hasWrongArea({ area, bbox: [, , width, height] }: CocoAnnotation): boolean {
  return typeof area === 'number' && Math.abs(area - width * height) > AREA_TOLERANCE * width * height;
}

function toLesion(
  annotation: CocoAnnotation,
  index: number,
  place: string,
  image: ImageRecord,
  coarseType: CoarseType,
): LesionRecord {
  const { noisy, ignore } = annotation;
  return {
    sourceRowIndex: index,
    place,
    image,
    box: boxOf(annotation),
    axes: [],
    longDiameterMm: null,
    shortDiameterMm: null,
    normalizedLocation: null,
    coarseType,
    possiblyNoisy: Boolean(noisy) || Boolean(ignore),
  };
}

/** Sums of doubles are rounded: corners that are within that of the box are what the box means. */
const CORNER_TOLERANCE_PX = 1e-9;

function boxOf({ bbox: [x, y, width, height], corners }: CocoAnnotation): Box {
  const box = { x1: x, y1: y, x2: x + width, y2: y + height };
  if (!corners) return box;
  const [x1, y1, x2, y2] = corners;
  return boxDifferencePx(box, { x1, y1, x2, y2 }) <= CORNER_TOLERANCE_PX ? { x1, y1, x2, y2 } : box;
}
