/**
 * A data set version as COCO has it: boxes `x, y, width, height` in pixels, with the first pixel's edge at 0. Ids are
 * the same whatever the filter: an image's is its place by file name in the version, an annotation's its source row, both
 * counted from 1, because COCO tools lose a match with id 0.
 */
import type { CategorizationRow } from '../categorization';
import { type Snapshot, SqlParameters, type TextRow } from '../database';
import { COARSE_TYPES, cocoIdsSql, lesionFilterSql } from '../dataset';
import { type Parameters, readParameters, refuseParameter } from '../parameters';
import { findCategorization } from './datasetExports';
import { bytesOf, type Export, type ExportSource } from './export';
import { type ChosenFilter, linksOf, metadataOf, readFilterOf, type Version } from './version';

/** How annotations get their category. */
export type CategoryScheme =
  | { readonly kind: 'single' }
  | { readonly kind: 'coarse-type' }
  | { readonly kind: 'pseudo-cluster'; readonly categorization: CategorizationRow };

const CLUSTER_SCHEME = /^pseudo-cluster:(.+)$/s;

/** @throws BadUserInput, NotFound, Conflict */
export async function readCategories(source: ExportSource, version: Version, text = 'single'): Promise<CategoryScheme> {
  if (text === 'single' || text === 'coarse-type') return { kind: text };
  const [, name] = CLUSTER_SCHEME.exec(text) ?? [];
  const categorization = await findCategorization(source, version, name);
  if (categorization) return { kind: 'pseudo-cluster', categorization };
  return refuseParameter('categories', 'single, coarse-type or pseudo-cluster:NAME', text);
}

/** What tells a scheme from others. */
export const identityOfScheme = (scheme: CategoryScheme): unknown =>
  scheme.kind === 'pseudo-cluster' ? [scheme.kind, scheme.categorization.uuid] : scheme.kind;

/** The id of the types that DL_info.csv numbers, and behind them that of no type. */
const typeId = (index: number): number => (index === 0 ? COARSE_TYPES.length : index);

function categoriesOf(scheme: CategoryScheme): { id: number; name: string; supercategory: string }[] {
  const supercategory = 'lesion';
  if (scheme.kind === 'single') return [{ id: 1, name: 'lesion', supercategory }];
  if (scheme.kind === 'coarse-type')
    return COARSE_TYPES.map((type, index) => ({ id: typeId(index), name: type.toLowerCase(), supercategory })).sort(
      (one, other) => one.id - other.id,
    );
  const { clusterCount, name } = scheme.categorization;
  const clusters = Array.from({ length: clusterCount }, (_, index) => ({
    id: index + 1,
    name: `${name}: pseudo-cluster ${index + 1}`,
    supercategory,
  }));
  return [...clusters, { id: clusterCount + 1, name: `${name}: in no pseudo-cluster`, supercategory }];
}

/** `GET …/coco.json?categories=…&filter=…` */
export async function cocoExport(source: ExportSource, version: Version, query: Parameters): Promise<Export> {
  const parameters = readParameters(query, ['categories', 'clipped', 'filter']);
  const { clipped } = parameters;
  if (clipped !== undefined && clipped !== '1') refuseParameter('clipped', '1', clipped);
  const chosen = await readFilterOf(source, 'LesionFilter', parameters.filter, version);
  const scheme = await readCategories(source, version, parameters.categories);
  const info = infoOf(version, source, chosen);
  return {
    identity: [
      version.identity,
      'coco',
      chosen.identity,
      identityOfScheme(scheme),
      info,
      ...(clipped ? ['clipped'] : []),
    ],
    mediaType: 'application/json',
    isText: true,
    fileName: `${version.name}.coco.json`,
    links: linksOf(version),
    write: (snapshot) =>
      bytesOf(cocoText(snapshot, version, { chosen, scheme, isClipped: clipped !== undefined }, info)),
  };
}

function infoOf(version: Version, source: ExportSource, { filter }: ChosenFilter<'LesionFilter'>): object {
  const { name, licence, ...rest } = metadataOf(version, source, filter);
  const year = version.dataset.importedAt.getUTCFullYear();
  return {
    info: { description: name, version: version.name, year, contributor: '', date_created: '', ...rest },
    licenses: [{ id: 1, name: licence, url: '' }],
  };
}

/** What is exported, and how. */
interface CocoChoice {
  chosen: ChosenFilter<'LesionFilter'>;
  scheme: CategoryScheme;
  /** whether boxes are cut to their image, as evaluations do: tools that do not cut find the same overlaps then */
  isClipped: boolean;
}

async function* cocoText(
  snapshot: Snapshot,
  version: Version,
  { chosen, scheme, isClipped }: CocoChoice,
  head: object,
): AsyncGenerator<string> {
  yield JSON.stringify({ ...head, categories: categoriesOf(scheme) }).slice(0, -1);
  yield ',"images":[';
  yield* listOf(snapshot.rows(imageStatement(version, chosen)), imageText);
  yield '],"annotations":[';
  const shift = version.dataset.pixelConvention === 'ONE_BASED' ? -0.5 : 0;
  yield* listOf(snapshot.rows(annotationStatement(version, chosen, scheme)), (row) =>
    annotationText(row, shift, isClipped),
  );
  yield ']}\n';
}

async function* listOf(
  parts: AsyncIterable<readonly TextRow[]>,
  write: (row: TextRow) => string,
): AsyncGenerator<string> {
  let separator = '\n';
  for await (const part of parts) {
    yield separator + part.map(write).join(',\n');
    separator = ',\n';
  }
  yield '\n';
}

/** Without a filter also the images without lesions, on which a detector can be wrong. */
function imageStatement({ dataset }: Version, { filter, identity }: ChosenFilter<'LesionFilter'>) {
  const parameters = new SqlParameters();
  const id = `${parameters.add(dataset.id)}::int4`;
  const hasOne = `EXISTS (SELECT FROM lesion WHERE lesion.image_id = image.id AND (${lesionFilterSql(filter, parameters)}))`;
  return {
    text: `SELECT json_build_object('id', numbered.coco_id, 'file_name', image.file_name, 'width', image.width, 'height', image.height,
             'license', 1, 'patient_id', study.patient_index, 'study_id', study.study_index, 'series_id', series.series_index,
             'slice_no', image.slice_index, 'spacing', image.pixel_spacing_mm, 'slice_intv', image.slice_interval_mm,
             'windows', image.windows, 'split', image.split)
           FROM bookmarked_image AS image JOIN (${cocoIdsSql(id)}) AS numbered ON numbered.image_id = image.id
           JOIN study ON study.id = image.study_id JOIN series ON series.id = image.series_id
           WHERE image.dataset_id = ${id} AND ${identity === '{}' ? 'true' : hasOne} ORDER BY numbered.coco_id`,
    values: identity === '{}' ? [dataset.id] : parameters.values,
  };
}

const imageText = ([json]: TextRow): string => json ?? 'null';

function annotationStatement({ dataset }: Version, { filter }: ChosenFilter<'LesionFilter'>, scheme: CategoryScheme) {
  const parameters = new SqlParameters();
  const id = `${parameters.add(dataset.id)}::int4`;
  const { category, join } = categorySql(scheme, parameters);
  return {
    text: `SELECT lesion.source_row_index + 1, numbered.coco_id, ${category}, lesion.x1, lesion.y1, lesion.x2, lesion.y2,
             lesion.possibly_noisy::int4, json_build_object('coarse_type', lesion.coarse_type, 'possibly_noisy', lesion.possibly_noisy,
               'long_diameter_mm', lesion.long_diameter_mm, 'short_diameter_mm', lesion.short_diameter_mm, 'recist', lesion.axes),
             image.width, image.height
           FROM lesion JOIN bookmarked_image AS image ON image.id = lesion.image_id
           JOIN (${cocoIdsSql(id)}) AS numbered ON numbered.image_id = lesion.image_id ${join}
           WHERE lesion.dataset_id = ${id} AND (${lesionFilterSql(filter, parameters)}) ORDER BY lesion.source_row_index`,
    values: parameters.values,
  };
}

function categorySql(scheme: CategoryScheme, parameters: SqlParameters): { category: string; join: string } {
  if (scheme.kind === 'single') return { category: '1', join: '' };
  if (scheme.kind === 'coarse-type') {
    const cases = COARSE_TYPES.map((type, index) => `WHEN '${type}' THEN ${typeId(index)}`).join(' ');
    return { category: `CASE lesion.coarse_type ${cases} END`, join: '' };
  }
  const { id, clusterCount } = scheme.categorization;
  return {
    category: `coalesce(cluster.cluster_index, ${clusterCount + 1})`,
    join: `LEFT JOIN cluster_assignment AS member ON member.lesion_id = lesion.id AND member.categorization_id = ${parameters.add(id)}::int4
           LEFT JOIN pseudo_cluster AS cluster ON cluster.id = member.pseudo_cluster_id`,
  };
}

function annotationText(
  [id, image, category, x1, y1, x2, y2, noisy, attributes, imageWidth, imageHeight]: TextRow,
  shift: number,
  isClipped: boolean,
): string {
  const ends = [imageWidth, imageHeight, imageWidth, imageHeight];
  const within = (edge: number, end: number): number => (isClipped ? Math.min(Math.max(edge, 0), end) : edge);
  const [left, top, right, bottom] = [x1, y1, x2, y2].map((edge, at) =>
    within(Number(edge) + shift, Number(ends[at])),
  ) as [number, number, number, number];
  const width = lengthBetween(left, right);
  const height = lengthBetween(top, bottom);
  const isExact = left + width === right && top + height === bottom;
  const corners = isExact ? '' : `"corners":${JSON.stringify([left, top, right, bottom])},`;
  return (
    `{"id":${id},"image_id":${image},"category_id":${category},"bbox":${JSON.stringify([left, top, width, height])},` +
    `"area":${width * height},${corners}"iscrowd":0,"noisy":${noisy},"attributes":${attributes}}`
  );
}

/**
 * A box is told by a corner and its size, and readers add the two. Rounding may miss the other corner by a bit: the size
 * that leads to it exactly is next to the difference; hardly ever there is none, and `corners` of the annotation tell it.
 */
function lengthBetween(from: number, to: number): number {
  const length = to - from;
  if (from + length === to) return length;
  for (const step of [1, -1, 2, -2]) {
    const near = length + step * ulpOf(length);
    if (from + near === to) return near;
  }
  return length;
}

/** @returns the distance to the next greater double */
function ulpOf(value: number): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(value));
  bits.setBigUint64(0, bits.getBigUint64(0) + 1n);
  return bits.getFloat64(0) - Math.abs(value);
}
