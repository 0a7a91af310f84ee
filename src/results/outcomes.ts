/** The outcomes of an evaluation at any threshold as rows that name things as other programs do, for files. */
import type { Queryable } from '../database';
import type { EvaluationRow } from './evaluationRows';
import { loadOutcomeTable } from './outcomeAnalyses';
import type { Outcome } from './outcomeTable';

/** An outcome with the names of its image and its lesion outside the database. */
export interface NamedOutcome extends Outcome {
  readonly fileName: string;
  /** of the lesion; null without one, and for a lesion that reviews confirmed */
  readonly sourceRowIndex: number | null;
}

const ROWS_AT_ONCE = 10_000;
const EVERY_SCORE = Number.NEGATIVE_INFINITY;

/**
 * The outcomes of all lesions under the protocol's FROC, by file name; of an image its detections by rank, then the
 * lesions that they miss by source row, then what the protocol leaves out.
 *
 * @param iouThreshold in (0, 1), at most three decimals
 * @throws BadUserInput for another threshold
 */
export async function* outcomesOfEvaluation(
  database: Queryable,
  row: EvaluationRow,
  iouThreshold: number,
): AsyncGenerator<NamedOutcome[]> {
  const table = await loadOutcomeTable(database, row, { iouThreshold });
  const fileNames = await findFileNames(database, [...new Set(table.imageId)]);
  const rows = Int32Array.from({ length: table.length }, (_, place) => place).filter((place) =>
    table.isThere(place, EVERY_SCORE),
  );
  const placeOf = new Map(
    [...fileNames]
      .sort(([, one], [, other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
      .map(([id], place) => [id, place]),
  );
  rows.sort((a, b) => placeOf.get(table.imageId[a]!)! - placeOf.get(table.imageId[b]!)! || a - b);
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const outcomes = Array.from(rows.subarray(at, at + ROWS_AT_ONCE), (place) => table.read(place, EVERY_SCORE));
    const lesions = outcomes.flatMap(({ lesionId }) => lesionId ?? []);
    const rowIndices = await findRowIndices(database, lesions);
    yield outcomes.map((outcome) => ({
      ...outcome,
      fileName: fileNames.get(outcome.imageId) ?? '',
      sourceRowIndex: rowIndices.get(outcome.lesionId ?? 0) ?? null,
    }));
  }
}

async function findFileNames(database: Queryable, imageIds: readonly number[]): Promise<Map<number, string>> {
  const images = await database.query<{ id: number; fileName: string }>({
    text: 'SELECT id, file_name AS "fileName" FROM bookmarked_image WHERE id = ANY($1::int4[])',
    values: [imageIds],
  });
  return new Map(images.map(({ id, fileName }) => [id, fileName]));
}

async function findRowIndices(database: Queryable, lesionIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await database.query<{ id: number; rowIndex: number }>({
    text: 'SELECT id, source_row_index AS "rowIndex" FROM lesion WHERE id = ANY($1::int4[])',
    values: [lesionIds],
  });
  return new Map(rows.map(({ id, rowIndex }) => [id, rowIndex]));
}
