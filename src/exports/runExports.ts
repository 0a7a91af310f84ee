/** What a detection run found, as files. A run that has ended never changes. */
import type { Snapshot, TextRow } from '../database';
import { cocoIdsSql, findDatasets } from '../dataset';
import { Conflict, NotFound } from '../errors';
import { keyOf } from '../globalId';
import { isTerminal } from '../job';
import { type Parameters, readParameters, refuseParameter } from '../parameters';
import { type DetectionRunRow, findProgressOfRuns, findRunsByKey } from '../runs';
import { type CategoryScheme, identityOfScheme, readCategories } from './coco';
import { bytesOf, type Export, type ExportSource } from './export';
import { DETECTIONS, RUN_IMAGES } from './runTables';
import { type TableDefinition, tableStatement } from './table';
import { FORMAT_FACTS, type TableFormat, writeTable } from './tableFormat';
import { findVersion, linksOf, metadataOf, type Version } from './version';

/** A run, the version that it ran on, and what its rows are told by. */
interface EndedRun {
  readonly run: DetectionRunRow;
  readonly version: Version;
  readonly identity: unknown;
}

/** @throws BadUserInput, NotFound naming the parameter; Conflict for a run that has not ended */
async function findEndedRun(source: ExportSource, id: string): Promise<EndedRun> {
  const { database } = source;
  const [run] = await findRunsByKey(database, [keyOf(id, 'DetectionRun', 'run')]);
  if (!run) throw new NotFound('There is no detection run with this id: the query detectionRuns lists them.', 'run');
  if (!isTerminal(run.status))
    throw new Conflict(`The run is ${run.status}: its detections can be exported once it has finished.`, 'run');
  const [[dataset], [progress]] = await Promise.all([
    findDatasets(database, [run.datasetId]),
    findProgressOfRuns(database, [run.id]),
  ]);
  if (!dataset) throw new NotFound('The data set of the run is no longer there.', 'run');
  const version = await findVersion(source, `${dataset.slug}@${dataset.version}`);
  const { completed, failed } = progress ?? {};
  return { run, version, identity: [version.identity, run.uuid, run.status, completed, failed] };
}

const RUN_TABLES = { detections: DETECTIONS, images: RUN_IMAGES };
export type RunTable = keyof typeof RUN_TABLES;

/** `GET /exports/runs/ID/{detections,images}.FORMAT` */
export async function runTableExport(
  source: ExportSource,
  id: string,
  name: RunTable,
  format: TableFormat,
  query: Parameters,
): Promise<Export> {
  readParameters(query, []);
  const { run, version, identity } = await findEndedRun(source, id);
  const table = RUN_TABLES[name];
  const metadata = { ...metadataOf(version, source, {}), run: id };
  const { mediaType, isText } = FORMAT_FACTS[format];
  return {
    identity: [identity, name, format === 'parquet' ? metadata : null],
    mediaType,
    isText,
    fileName: `${run.uuid}.${name}.${format}`,
    links: linksOf(version),
    write: (snapshot) => {
      const statement = runStatement(table, name === 'detections' ? 'detection' : 'run_image', run, version);
      const rows = snapshot.rows(statement);
      return writeTable(format, { columns: table.columns, rows }, { forSpreadsheet: false, metadata });
    },
  };
}

function runStatement(table: TableDefinition, alias: string, run: DetectionRunRow, { dataset }: Version) {
  const from = `${table.from} JOIN (${cocoIdsSql('$1::int4')}) AS numbered ON numbered.image_id = image.id`;
  return tableStatement({ ...table, from }, table.columns, [`${alias}.run_id = $2::int4`], [dataset.id, run.id]);
}

/** `GET /exports/runs/ID/coco-results.json?categories=…`: the array that COCO's evaluation reads. */
export async function cocoResultsExport(source: ExportSource, id: string, query: Parameters): Promise<Export> {
  const { categories } = readParameters(query, ['categories']);
  const { run, version, identity } = await findEndedRun(source, id);
  const scheme = await readCategories(source, version, categories);
  if (scheme.kind === 'coarse-type')
    refuseParameter('categories', 'single or pseudo-cluster:NAME, because detectors know no coarse types', scheme.kind);
  return {
    identity: [identity, 'coco-results', identityOfScheme(scheme)],
    mediaType: 'application/json',
    isText: true,
    fileName: `${run.uuid}.coco-results.json`,
    links: linksOf(version),
    write: (snapshot) => bytesOf(resultsText(snapshot, run, version, scheme)),
  };
}

async function* resultsText(
  snapshot: Snapshot,
  run: DetectionRunRow,
  { dataset }: Version,
  scheme: CategoryScheme,
): AsyncGenerator<string> {
  const isOfCluster = scheme.kind === 'pseudo-cluster';
  // A class of another categorization, or of none, is behind the clusters, as in coco.json.
  const category = isOfCluster
    ? `coalesce((SELECT cluster.cluster_index FROM pseudo_cluster AS cluster WHERE cluster.id = detection.pseudo_cluster_id
         AND cluster.categorization_id = $3::int4), ${scheme.categorization.clusterCount + 1})`
    : '1';
  const shift = dataset.pixelConvention === 'ONE_BASED' ? -0.5 : 0;
  const rows = snapshot.rows({
    text: `SELECT numbered.coco_id, ${category}, detection.x1, detection.y1, detection.x2, detection.y2, detection.score
           FROM detection JOIN (${cocoIdsSql('$1::int4')}) AS numbered ON numbered.image_id = detection.image_id
           WHERE detection.run_id = $2::int4 ORDER BY numbered.coco_id, detection.rank`,
    values: [dataset.id, run.id, ...(isOfCluster ? [scheme.categorization.id] : [])],
  });
  const write = ([image, categoryId, x1, y1, x2, y2, score]: TextRow): string => {
    const [left, top] = [Number(x1) + shift, Number(y1) + shift];
    const bbox = [left, top, Number(x2) + shift - left, Number(y2) + shift - top];
    return `{"image_id":${image},"category_id":${categoryId},"bbox":${JSON.stringify(bbox)},"score":${score}}`;
  };
  yield* listText(rows, write);
}

/** `GET /exports/runs/ID/images-run.json`: images without detections do not occur in results. */
export async function imagesRunExport(source: ExportSource, id: string, query: Parameters): Promise<Export> {
  readParameters(query, []);
  const { run, version, identity } = await findEndedRun(source, id);
  return {
    identity: [identity, 'images-run'],
    mediaType: 'application/json',
    isText: true,
    fileName: `${run.uuid}.images-run.json`,
    links: linksOf(version),
    write: (snapshot) =>
      bytesOf(
        listText(
          snapshot.rows({
            text: `SELECT numbered.coco_id, image.file_name FROM run_image JOIN bookmarked_image AS image ON image.id = run_image.image_id
                   JOIN (${cocoIdsSql('$1::int4')}) AS numbered ON numbered.image_id = image.id
                   WHERE run_image.run_id = $2::int4 AND run_image.state = 'COMPLETED' ORDER BY numbered.coco_id`,
            values: [version.dataset.id, run.id],
          }),
          ([place, fileName]) => `{"image_id":${place},"file_name":${JSON.stringify(fileName)}}`,
        ),
      ),
  };
}

async function* listText(
  parts: AsyncIterable<readonly TextRow[]>,
  write: (row: TextRow) => string,
): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const part of parts) {
    yield separator + part.map(write).join(',\n');
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}
