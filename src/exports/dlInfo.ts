/** DL_info.csv: the source itself where it is kept, else written from the rows. */
import { type Snapshot, SqlParameters, type TextRow } from '../database';
import { COARSE_TYPES, dlInfoRecords, hasDatasetSource, lesionFilterSql, readDatasetSource, SPLITS } from '../dataset';
import { DL_INFO_COLUMNS } from '../dlInfoColumns';
import { type Parameters, readParameters } from '../parameters';
import { csvCell } from './csv';
import type { Export, ExportSource } from './export';
import { type ChosenFilter, linksOf, readFilterOf, type Version } from './version';

/** In which way the file was made. */
const SOURCE_HEADER = 'X-DeepLesion-Source';

/**
 * The whole version byte for byte as it was imported, or the lines of the lesions that a filter chooses, in their order.
 * A version whose source is not kept (COCO, imports of earlier releases) is written by rule.
 */
export async function dlInfoExport(source: ExportSource, version: Version, query: Parameters): Promise<Export> {
  const { filter: text } = readParameters(query, ['filter']);
  const chosen = await readFilterOf(source, 'LesionFilter', text, version);
  const isKept = await hasDatasetSource(source.database, version.dataset.id);
  return {
    identity: [version.identity, 'DL_info', chosen.identity, isKept],
    mediaType: 'text/csv; charset=utf-8; header=present',
    isText: true,
    fileName: `${version.name}.DL_info.csv`,
    links: linksOf(version),
    headers: { [SOURCE_HEADER]: isKept ? 'ORIGINAL' : 'BY_RULE' },
    write: (snapshot) => (isKept ? original(snapshot, version, chosen) : writtenByRule(snapshot, version, chosen)),
  };
}

const PART_BYTES = 256 * 2 ** 10;

async function* original(
  snapshot: Snapshot,
  version: Version,
  chosen: ChosenFilter<'LesionFilter'>,
): AsyncGenerator<Buffer> {
  const source = await readDatasetSource(snapshot, version.dataset.id);
  if (chosen.identity !== '{}') yield* chosenLines(source, snapshot, version, chosen);
  else for (let at = 0; at < source.length; at += PART_BYTES) yield source.subarray(at, at + PART_BYTES);
}

async function* chosenLines(
  source: Buffer,
  snapshot: Snapshot,
  version: Version,
  chosen: ChosenFilter<'LesionFilter'>,
): AsyncGenerator<Buffer> {
  const wanted = new Set<number>();
  for await (const part of rowsOf(snapshot, version, chosen, ['lesion.source_row_index']))
    for (const [index] of part) wanted.add(Number(index));
  let lines: Buffer[] = [];
  let bytes = 0;
  for (const { rowIndex, record } of dlInfoRecords(source)) {
    if (rowIndex !== null && !wanted.has(rowIndex)) continue;
    lines.push(record);
    bytes += record.length;
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(lines);
    lines = [];
    bytes = 0;
  }
  yield Buffer.concat(lines);
}

function rowsOf(
  snapshot: Snapshot,
  { dataset }: Version,
  { filter }: ChosenFilter<'LesionFilter'>,
  columns: readonly string[],
): AsyncGenerator<TextRow[]> {
  const parameters = new SqlParameters();
  const ofVersion = `lesion.dataset_id = ${parameters.add(dataset.id)}::int4`;
  return snapshot.rows({
    text: `SELECT ${columns.join(', ')} FROM lesion JOIN bookmarked_image AS image ON image.id = lesion.image_id
           JOIN series ON series.id = image.series_id JOIN study ON study.id = image.study_id JOIN patient ON patient.id = lesion.patient_id
           WHERE ${ofVersion} AND (${lesionFilterSql(filter, parameters)}) ORDER BY lesion.source_row_index`,
    values: parameters.values,
  });
}

/** Lists of numbers as the published file writes them. */
const list = (...expressions: string[]): string => `concat_ws(', ', ${expressions.join(', ')})`;
/** One-based pixels, as the published file has them: the centre of the first pixel is 1. */
const onePixel = (expression: string, zeroBased: boolean): string => (zeroBased ? `${expression} + 0.5` : expression);
const codeOf = (column: string, codes: readonly (readonly [string, string])[]): string =>
  `CASE ${column} ${codes.map(([value, code]) => `WHEN '${value}' THEN '${code}'`).join(' ')} ELSE '' END`;

const SPLIT_CODES = SPLITS.flatMap((split, index) =>
  split === 'UNASSIGNED' ? [] : [[split, String(index + 1)] as const],
);
const TYPE_CODES = COARSE_TYPES.map((type, index) => [type, index === 0 ? '-1' : String(index)] as const);

/** The expressions of the 18 columns in their order; what the source did not have is empty. */
function expressionsOf(zeroBased: boolean): string[] {
  const edges = ['x1', 'y1', 'x2', 'y2'].map((edge) => onePixel(`lesion.${edge}`, zeroBased));
  const ends = Array.from({ length: 8 }, (_, index) => onePixel(`lesion.axes[${index + 1}]`, zeroBased));
  const inPixels = ['long', 'short'].map((name) => `lesion.${name}_diameter_mm / image.pixel_spacing_mm`);
  return [
    'image.file_name',
    'patient.patient_index',
    'study.study_index',
    'series.series_index',
    'image.slice_index',
    list(...ends),
    list(...edges),
    list(...inPixels),
    list('lesion.normalized_x', 'lesion.normalized_y', 'lesion.normalized_z'),
    codeOf('lesion.coarse_type', TYPE_CODES),
    'lesion.possibly_noisy::int4',
    list('image.slice_range_first', 'image.slice_range_last'),
    list('image.pixel_spacing_mm', 'image.pixel_spacing_mm', "coalesce(image.slice_interval_mm::text, 'NaN')"),
    list('image.width', 'image.height'),
    "array_to_string(image.windows, ', ')",
    codeOf('patient.sex', [
      ['FEMALE', 'F'],
      ['MALE', 'M'],
    ]),
    'study.age_years',
    codeOf('image.split', SPLIT_CODES),
  ];
}

async function* writtenByRule(
  snapshot: Snapshot,
  version: Version,
  chosen: ChosenFilter<'LesionFilter'>,
): AsyncGenerator<Buffer> {
  yield Buffer.from(`${DL_INFO_COLUMNS.join(',')}\n`);
  const zeroBased = version.dataset.pixelConvention === 'ZERO_BASED';
  const cells = (row: TextRow): string => `${row.map((cell) => (cell ? csvCell(cell) : '')).join(',')}\n`;
  for await (const part of rowsOf(snapshot, version, chosen, expressionsOf(zeroBased)))
    yield Buffer.from(part.map(cells).join(''));
}
