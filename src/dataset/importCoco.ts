import { basename } from 'node:path';
import { z } from 'zod';
import { BadUserInput } from '../errors';
import { CocoAnnotation, CocoImage, problemsOfEntry, readCocoFile } from './cocoFile';
import { type ImportOptions, mustRefuse } from './importDlInfo';
import { ImportError } from './importError';
import type { ImageRecord, LesionRecord } from './importRecords';
import { describeImport, type ImportReport, reportOf } from './importReport';
import { checkDatasetTexts, storeDataset } from './importStore';
import { ImportTree } from './importTree';
import { findPixelFiles } from './pixelFolder';
import { ProblemList } from './problemList';
import type { Split } from './vocabulary';

const DEEPLESION_NAME = /^(\d{6})_(\d{2,3})_(\d{2,3})[_/](\d{3,4})\.png$/;
const AREA_TOLERANCE = 1e-6;
const Reference = z.object({ image_id: z.number() });

/**
 * Imports a COCO annotation file: boxes `x, y, width, height` with the first pixel's edge at 0. File names of DeepLesion's form give patient,
 * study, series and slice; any other image stands for a patient of its own. RECIST axes and diameters are unknown. Images without
 * annotations are kept: a detector can be wrong on them.
 *
 * @param options.split of all images of the file; COCO keeps none
 * @throws ImportError naming each entry that does not fit, unless they are to be skipped; nothing is written then
 * @throws BadUserInput when a file or folder is missing or no COCO file, or pixel files are not what it says of them
 */
export async function importCoco(options: ImportOptions & { jsonPath: string; split?: Split }): Promise<ImportReport> {
  const { jsonPath, slug, split = 'UNASSIGNED', signal } = options;
  checkDatasetTexts(options);
  const { images, annotations, categoryIds, sha256 } = await readCocoFile(jsonPath);
  const problems = new ProblemList();
  const tree = new ImportTree();
  const wrongAreas = addLesions(annotations, { ...readImages(images, split, problems), categoryIds }, tree, problems);
  if (mustRefuse(problems, tree, options)) throw new ImportError(basename(jsonPath), problems);
  if (tree.lesions.length === 0) throw new BadUserInput(`${basename(jsonPath)} has no annotations.`, 'annotations');
  const pixels = options.imagesDir ? await findPixelFiles(options.imagesDir, [...tree.images.keys()]) : null;
  const counts = { ...describeImport(tree, pixels, problems, []), wrongAreas, split };
  const stored = await storeDataset(
    options.database,
    {
      ...options,
      pixelConvention: 'ZERO_BASED',
      sourceFormat: 'coco',
      sourceFile: basename(jsonPath),
      sourceSha256: sha256,
      split,
    },
    tree,
    pixels,
    counts,
    options.onProgress ?? (() => undefined),
    signal,
  );
  return reportOf(slug, counts, stored);
}

interface CocoImages {
  records: Map<number, ImageRecord>;
  places: Map<number, string>;
}

function readImages(images: readonly unknown[], split: Split, problems: ProblemList): CocoImages {
  const parsed: { image: CocoImage; place: string }[] = [];
  images.forEach((entry, index) => {
    const place = `images[${index}]`;
    const result = CocoImage.safeParse(entry);
    if (result.success) parsed.push({ image: result.data, place });
    else problems.add(...problemsOfEntry(place, entry, result.error));
  });
  // Images that name no patient get numbers behind those of the named ones.
  const named = parsed.reduce((highest, { image }) => Math.max(highest, patientOf(image) ?? 0), 0);
  const records = new Map<number, ImageRecord>();
  const places = new Map<number, string>();
  const placeOfName = new Map<string, string>();
  parsed.forEach(({ image, place }, index) => {
    const record = toRecord(image, named + index + 1, index + 1, split);
    const sameName = placeOfName.get(record.fileName);
    const sameId = places.get(image.id);
    if (sameId) problems.add({ place, column: 'id', reason: `image id ${image.id} is also that of ${sameId}` });
    else if (sameName)
      problems.add({ place, column: 'file_name', reason: `${record.fileName} is also that of ${sameName}` });
    else {
      records.set(image.id, record);
      places.set(image.id, place);
      placeOfName.set(record.fileName, place);
    }
  });
  return { records, places };
}

function patientOf(image: CocoImage): number | undefined {
  const match = DEEPLESION_NAME.exec(image.file_name);
  return match ? Number(match[1]) : image.patient_id;
}

/** Images of one patient without DeepLesion's names are told apart by a study each. */
function toRecord(image: CocoImage, ownPatient: number, ownStudy: number, split: Split): ImageRecord {
  const match = DEEPLESION_NAME.exec(image.file_name);
  const [, study, series, slice] = match ? match.slice(1).map(Number) : [];
  const { windows = [], slice_intv: interval } = image;
  return {
    fileName: match ? image.file_name.replace('/', '_') : image.file_name,
    patientIndex: patientOf(image) ?? ownPatient,
    studyIndex: study ?? (image.patient_id === undefined ? 1 : ownStudy),
    seriesIndex: series ?? 1,
    sliceIndex: slice ?? image.slice_no ?? 0,
    sliceRange: null,
    width: image.width,
    height: image.height,
    pixelSpacingMm: image.spacing ?? null,
    sliceIntervalMm: typeof interval === 'number' && interval > 0 ? interval : null,
    windows: isWindows(windows) ? windows : [],
    split,
    sex: 'UNKNOWN',
    ageYears: null,
  };
}

const isWindows = (values: readonly number[]): boolean =>
  values.length % 2 === 0 && values.every((value, i) => i % 2 === 0 || value > (values[i - 1] ?? value));

/** @returns how many annotations have an `area` that is not width times height: a public conversion has it wrong in all of them */
function addLesions(
  annotations: readonly unknown[],
  { records, places, categoryIds }: CocoImages & { categoryIds: ReadonlySet<number> | null },
  tree: ImportTree,
  problems: ProblemList,
): number {
  let wrongAreas = 0;
  const placeOfId = new Map<number, string>();
  const annotated = new Set<number>();
  annotations.forEach((entry, index) => {
    const place = `annotations[${index}]`;
    const reference = Reference.safeParse(entry);
    if (reference.success) annotated.add(reference.data.image_id);
    const parsed = CocoAnnotation.safeParse(entry);
    if (!parsed.success) {
      problems.add(...problemsOfEntry(place, entry, parsed.error));
      return;
    }
    const { id, image_id: imageId, category_id: category } = parsed.data;
    const image = records.get(imageId);
    const sameId = placeOfId.get(id);
    if (sameId) problems.add({ place, column: 'id', reason: `annotation id ${id} is also that of ${sameId}` });
    else if (!image) problems.add({ place, column: 'image_id', reason: `no image that fits has the id ${imageId}` });
    else if (category !== undefined && categoryIds?.has(category) === false)
      problems.add({ place, column: 'category_id', reason: `no category has the id ${category}` });
    else {
      if (hasWrongArea(parsed.data)) wrongAreas++;
      problems.add(...tree.add(toLesion(parsed.data, index, place, image)));
    }
    placeOfId.set(id, sameId ?? place);
  });
  for (const [imageId, image] of records)
    if (!annotated.has(imageId)) tree.addImage(image, places.get(imageId) ?? 'images');
  return wrongAreas;
}

function hasWrongArea({ area, bbox: [, , width, height] }: CocoAnnotation): boolean {
  return typeof area === 'number' && Math.abs(area - width * height) > AREA_TOLERANCE * width * height;
}

function toLesion({ bbox, noisy }: CocoAnnotation, index: number, place: string, image: ImageRecord): LesionRecord {
  const [x, y, width, height] = bbox;
  return {
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
  };
}
