/** From an address to the export behind it: the one grammar of all of them. */
import { NotFound, quoted } from '../errors';
import { readParameters } from '../parameters';
import { cocoExport } from './coco';
import { CSV_METADATA } from './csvMetadata';
import { DATASET_TABLES, tableExport, tableMetadataExport } from './datasetExports';
import { dlInfoExport } from './dlInfo';
import { croissantExport, evaluationCitation, roCrateExport, versionCitation } from './documents';
import { outcomesExport, POINT_TABLE_NAMES, pointsExport } from './evaluationExports';
import { bytesOf, type Export, type ExportAddress, type ExportSource } from './export';
import { featuresExport } from './features';
import { jsonSchemaOf } from './jsonSchema';
import { cocoResultsExport, imagesRunExport, runTableExport } from './runExports';
import { splitsExport } from './splits';
import { TABLE_FORMATS, type TableFormat } from './tableFormat';
import { DESCRIBED_TABLES } from './tables';
import { findVersion, type Version } from './version';

const VERSION_FILES =
  'lesions, images, studies, patients or files with the ending csv, ndjson, parquet or csv-metadata.json, DL_info.csv, coco.json, splits.json, ' +
  'features.npy, features.index.csv, croissant.json, ro-crate-metadata.json, citation';
const RUN_FILES = 'detections or images with the ending csv, ndjson or parquet, coco-results.json, images-run.json';
const EVALUATION_FILES =
  'accuracy, froc, precision-recall or outcomes with the ending csv, ndjson or parquet, citation';

/**
 * @returns what is at an address below `/exports`
 * @throws BadUserInput, NotFound, Conflict as the graph, naming the parameter
 */
export async function findExport(source: ExportSource, address: ExportAddress): Promise<Export> {
  const [first = '', second = '', third] = address.path;
  if (address.path.length === 3 && first === 'runs') return runExport(source, second, third ?? '', address);
  if (address.path.length === 3 && first === 'evaluations')
    return evaluationExport(source, second, third ?? '', address);
  if (address.path.length === 2 && first === 'schema') return schemaExport(second, address);
  if (address.path.length === 2) {
    const version = await findVersion(source, first);
    // How a data set is cited, anyone may know who sees that there is one.
    if (second !== 'citation') await source.expectTerms(first);
    return versionExport(source, version, second, address);
  }
  throw nothingAt(address, `SLUG@VERSION/FILE with FILE one of ${VERSION_FILES}; runs/ID/FILE, evaluations/ID/FILE`);
}

/** @returns the name of a table and its format; null for a file that is none */
function tableFile<Name extends string>(
  file: string,
  names: readonly Name[],
): { name: Name; format: TableFormat } | null {
  const [, stem, ending] = /^(.+)\.(\w+)$/.exec(file) ?? [];
  const name = names.find((one) => one === stem);
  const format = TABLE_FORMATS.find((one) => one === ending);
  return name && format ? { name, format } : null;
}

function versionExport(
  source: ExportSource,
  version: Version,
  file: string,
  address: ExportAddress,
): Promise<Export> | Export {
  const { parameters } = address;
  const table = tableFile(file, DATASET_TABLES);
  if (table) return tableExport(source, version, table.name, table.format, parameters);
  const described = DATASET_TABLES.find((name) => file === `${name}.csv${CSV_METADATA}`);
  if (described) return tableMetadataExport(source, version, described, parameters);
  switch (file) {
    case 'DL_info.csv':
      return dlInfoExport(source, version, parameters);
    case 'coco.json':
      return cocoExport(source, version, parameters);
    case 'splits.json':
      return splitsExport(version, parameters);
    case 'features.npy':
      return featuresExport(source, version, 'matrix', parameters);
    case 'features.index.csv':
      return featuresExport(source, version, 'index', parameters);
    case 'croissant.json':
      return croissantExport(source, version, parameters);
    case 'ro-crate-metadata.json':
      return roCrateExport(source, version, parameters);
    case 'citation':
      return versionCitation(source, version, address);
    default:
      throw nothingAt(address, `one of the files ${VERSION_FILES}`);
  }
}

async function runExport(source: ExportSource, id: string, file: string, address: ExportAddress): Promise<Export> {
  const { parameters } = address;
  const table = tableFile(file, ['detections', 'images'] as const);
  if (table) return runTableExport(source, id, table.name, table.format, parameters);
  if (file === 'coco-results.json') return cocoResultsExport(source, id, parameters);
  if (file === 'images-run.json') return imagesRunExport(source, id, parameters);
  throw nothingAt(address, `one of the files ${RUN_FILES}`);
}

async function evaluationExport(
  source: ExportSource,
  id: string,
  file: string,
  address: ExportAddress,
): Promise<Export> {
  const points = tableFile(file, POINT_TABLE_NAMES);
  if (points) return pointsExport(source, id, points.name, points.format, address.parameters);
  const outcomes = tableFile(file, ['outcomes'] as const);
  if (outcomes) return outcomesExport(source, id, outcomes.format, address.parameters);
  if (file === 'citation') return evaluationCitation(source, id, address);
  throw nothingAt(address, `one of the files ${EVALUATION_FILES}`);
}

/** `GET /exports/schema/TABLE.json` */
function schemaExport(file: string, address: ExportAddress): Export {
  readParameters(address.parameters, []);
  const table = DESCRIBED_TABLES.find(({ name }) => `${name}.json` === file);
  if (!table)
    throw nothingAt(address, `one of the schemas ${DESCRIBED_TABLES.map(({ name }) => `${name}.json`).join(', ')}`);
  const text = `${JSON.stringify(jsonSchemaOf(table), null, 1)}\n`;
  return {
    identity: ['schema', text],
    mediaType: 'application/schema+json',
    isText: true,
    isSmall: true,
    fileName: file,
    write: () => bytesOf([text]),
  };
}

function nothingAt({ path }: ExportAddress, expected: string): NotFound {
  return new NotFound(`There is no export ${quoted(path.join('/'))}. Expected below /exports ${expected}.`, 'path');
}
