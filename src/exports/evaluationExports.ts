/** The metrics of an evaluation and the outcome of each box, as files. An evaluation never changes. */

import type { Snapshot, TextRow } from '../database';
import { findDatasets } from '../dataset';
import { NotFound } from '../errors';
import { keyOf } from '../globalId';
import { type Parameters, readParameters, refuseParameter } from '../parameters';
import { type EvaluationRow, findEvaluationsByKey, type NamedOutcome, outcomesOfEvaluation } from '../results';
import { findRuns } from '../runs';
import type { Export, ExportSource } from './export';
import { ACCURACY, FROC, OUTCOME_COLUMNS, PRECISION_RECALL } from './runTables';
import { tableStatement } from './table';
import { FORMAT_FACTS, type TableFormat, writeTable } from './tableFormat';
import { findVersion, linksOf, metadataOf, type Version } from './version';

/** An evaluation and the version whose lesions it counts. */
export interface Evaluated {
  readonly evaluation: EvaluationRow;
  readonly version: Version;
}

/** @throws BadUserInput, NotFound naming the parameter */
export async function findEvaluated(
  source: Pick<ExportSource, 'database'>,
  id: string,
  argument = 'evaluation',
): Promise<Evaluated> {
  const { database } = source;
  const [evaluation] = await findEvaluationsByKey(database, [keyOf(id, 'Evaluation', argument)]);
  const [run] = evaluation ? await findRuns(database, [evaluation.runId]) : [];
  const [dataset] = run ? await findDatasets(database, [run.datasetId]) : [];
  if (!evaluation || !dataset)
    throw new NotFound('There is no evaluation with this id: the query evaluations lists them.', argument);
  return { evaluation, version: await findVersion(source, `${dataset.slug}@${dataset.version}`) };
}

const POINT_TABLES = { accuracy: ACCURACY, froc: FROC, 'precision-recall': PRECISION_RECALL };
export type PointTableName = keyof typeof POINT_TABLES;
export const POINT_TABLE_NAMES = Object.keys(POINT_TABLES) as PointTableName[];

/** `GET /exports/evaluations/ID/{accuracy,froc,precision-recall}.FORMAT` */
export async function pointsExport(
  source: ExportSource,
  id: string,
  name: PointTableName,
  format: TableFormat,
  query: Parameters,
): Promise<Export> {
  readParameters(query, []);
  const { evaluation, version } = await findEvaluated(source, id);
  const table = POINT_TABLES[name];
  return inFormat(source, { evaluation, version }, name, format, [], (metadata, snapshot) => {
    const where = ['point.evaluation_id = $1::int4', 'point.kind = ANY($2::text[])'];
    const rows = snapshot.rows(tableStatement(table, table.columns, where, [evaluation.id, table.kinds]));
    return writeTable(format, { columns: table.columns, rows }, { forSpreadsheet: false, metadata });
  });
}

/** `GET /exports/evaluations/ID/outcomes.FORMAT?iou=0.5` */
export async function outcomesExport(
  source: ExportSource,
  id: string,
  format: TableFormat,
  query: Parameters,
): Promise<Export> {
  const iou = readIou(readParameters(query, ['iou']).iou);
  const evaluated = await findEvaluated(source, id);
  return inFormat(source, evaluated, 'outcomes', format, [iou], (metadata, snapshot) => {
    const rows = outcomeRows(snapshot, evaluated.evaluation, iou);
    return writeTable(format, { columns: OUTCOME_COLUMNS, rows }, { forSpreadsheet: false, metadata });
  });
}

function inFormat(
  source: ExportSource,
  { evaluation, version }: Evaluated,
  name: string,
  format: TableFormat,
  choices: readonly unknown[],
  write: (metadata: Record<string, string>, snapshot: Snapshot) => AsyncIterable<Buffer>,
): Export {
  const metadata = { ...metadataOf(version, source, {}), protocol: JSON.stringify(evaluation.protocol) };
  const { mediaType, isText } = FORMAT_FACTS[format];
  return {
    identity: [version.identity, evaluation.uuid, name, choices, format === 'parquet' ? metadata : null],
    mediaType,
    isText,
    fileName: `${evaluation.uuid}.${name}.${format}`,
    links: linksOf(version),
    write: (snapshot) => write(metadata, snapshot),
  };
}

function readIou(text = '0.5'): number {
  const value = Number(text);
  if (/^0?\.\d{1,3}$/.test(text) && value > 0) return value;
  return refuseParameter('iou', 'an overlap above 0 and below 1 with at most three decimals, such as 0.5', text);
}

const textOf = (value: number | null): string | null => (value === null ? null : String(value));

function rowOf({ fileName, kind, rank, score, sourceRowIndex, overlap, reason, box }: NamedOutcome): TextRow {
  const numbers = [rank, score, sourceRowIndex, overlap].map(textOf);
  return [fileName, kind, ...numbers, reason, ...[box.x1, box.y1, box.x2, box.y2].map(String)];
}

async function* outcomeRows(
  snapshot: Snapshot,
  evaluation: EvaluationRow,
  iou: number,
): AsyncGenerator<readonly TextRow[]> {
  for await (const part of outcomesOfEvaluation(snapshot, evaluation, iou)) yield part.map(rowOf);
}
