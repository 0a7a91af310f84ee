/** The features of a version's lesions by an encoder: a matrix as NumPy reads it, and which lesion each row is. */
import type { Snapshot } from '../database';
import { BadUserInput, NotFound, quoted } from '../errors';
import { type Parameters, readParameters } from '../parameters';
import { csvOf } from './csv';
import { LESIONS } from './datasetTables';
import type { Export, ExportSource } from './export';
import { npyHeader } from './npy';
import { column } from './table';
import { FORMAT_FACTS } from './tableFormat';
import { linksOf, type Version } from './version';

/** The features of one encoder for one version. */
interface FeatureTable {
  encoderId: number;
  /** `name@version` */
  encoder: string;
  modelSha256: string;
  dimension: number;
  lesions: number;
}

const FROM =
  'lesion_feature AS feature JOIN lesion ON lesion.id = feature.lesion_id JOIN dataset ON dataset.id = lesion.dataset_id';
/** Some 2 MB of 128 numbers each, twice as many as text. */
const LESIONS_AT_ONCE = 4_000;

const INDEX_COLUMNS = [
  column(
    'row',
    'INTEGER',
    '(row_number() OVER (ORDER BY lesion.source_row_index) - 1)::int4',
    'Row of the matrix, starting at 0.',
  ),
  ...LESIONS.columns.filter(({ name }) => name === 'source_row_index' || name === 'id'),
];

/** @throws BadUserInput, NotFound naming the parameter `encoder` */
async function findFeatures(
  { database }: ExportSource,
  { dataset, name }: Version,
  wanted: string | undefined,
): Promise<FeatureTable> {
  const all = await database.query<FeatureTable>({
    text: `SELECT encoder.id AS "encoderId", encoder.name || '@' || encoder.version AS encoder, encoder.model_sha256 AS "modelSha256",
             encoder.feature_dimension AS dimension, counted.lesions
           FROM (SELECT feature.encoder_id, count(*)::int4 AS lesions FROM lesion_feature AS feature
             JOIN lesion ON lesion.id = feature.lesion_id WHERE lesion.dataset_id = $1 GROUP BY feature.encoder_id) AS counted
           JOIN encoder ON encoder.id = counted.encoder_id ORDER BY encoder.name COLLATE "C", encoder.version COLLATE "C", encoder.id`,
    values: [dataset.id],
  });
  const known = all.map(({ encoder }) => encoder).join(', ') || 'none';
  const fitting = all.filter(({ encoder }) => wanted === undefined || encoder === wanted);
  const [first, second] = fitting;
  if (!first)
    throw new NotFound(
      wanted === undefined
        ? `No features of the lesions of ${name} are stored: categorize them first.`
        : `No features of the lesions of ${name} by ${quoted(wanted)} are stored. Encoders with features: ${known}.`,
      'encoder',
    );
  if (second && wanted === undefined)
    throw new BadUserInput(`Expected encoder to be one of ${known}, because there are features of several.`, 'encoder');
  return first;
}

/** `GET …/features.npy?encoder=NAME@VERSION`, and `features.index.csv` for the same. */
export async function featuresExport(
  source: ExportSource,
  version: Version,
  part: 'matrix' | 'index',
  query: Parameters,
): Promise<Export> {
  const features = await findFeatures(source, version, readParameters(query, ['encoder']).encoder);
  const { encoder, modelSha256, lesions, dimension } = features;
  // More lesions may be encoded later; those that are stored never change.
  const identity = [version.identity, 'features', part, encoder, modelSha256, lesions];
  const common = { identity, links: linksOf(version), headers: { 'X-Feature-Encoder': encoder } };
  if (part === 'matrix')
    return {
      ...common,
      mediaType: 'application/octet-stream',
      isText: false,
      fileName: `${version.name}.features.npy`,
      write: (snapshot) => matrixOf(snapshot, version, features, [lesions, dimension]),
    };
  return {
    ...common,
    ...FORMAT_FACTS.csv,
    fileName: `${version.name}.features.index.csv`,
    write: (snapshot) =>
      csvOf({
        columns: INDEX_COLUMNS,
        rows: snapshot.rows(
          statementOf(
            INDEX_COLUMNS.map(({ sql }) => sql),
            version,
            features,
          ),
        ),
      }),
  };
}

function statementOf(expressions: readonly string[], { dataset }: Version, { encoderId }: FeatureTable) {
  return {
    text: `SELECT ${expressions.join(', ')} FROM ${FROM} WHERE lesion.dataset_id = $1::int4 AND feature.encoder_id = $2::int4
           ORDER BY lesion.source_row_index`,
    values: [dataset.id, encoderId],
  };
}

/** Features are stored as little-endian floats, as the file has them. */
async function* matrixOf(
  snapshot: Snapshot,
  version: Version,
  features: FeatureTable,
  shape: readonly number[],
): AsyncGenerator<Buffer> {
  yield npyHeader('<f4', shape);
  const rows = snapshot.rows(statementOf(["encode(feature.features, 'hex')"], version, features), LESIONS_AT_ONCE);
  for await (const part of rows) yield Buffer.concat(part.map(([hex]) => Buffer.from(hex ?? '', 'hex')));
}
