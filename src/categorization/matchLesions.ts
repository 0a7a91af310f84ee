import type { Queryable } from '../database';
import { type Box, boxDifferencePx } from '../dataset';
import type { FolderRow } from './categorizationFolder';

/** A file's boxes have six digits; the stored ones come from the end points of the measurement. */
const TOLERANCE_PX = 0.01;

interface KnownLesion extends Box {
  id: number;
  fileName: string;
}

/** The outcome of the rows of a file. */
export interface MatchedRows {
  matched: { row: FolderRow; lesionId: number }[];
  /** rows whose lesion the data set does not have */
  unknown: { row: FolderRow; reason: string }[];
  /** rows whose lesion an earlier row names */
  repeated: { row: FolderRow; earlier: string }[];
  /** lesions of the data set that no row names */
  lesionsWithoutRow: number;
}

/** Finds the lesion of each row by key slice and box. */
export async function matchLesions(
  database: Queryable,
  datasetId: number,
  rows: readonly FolderRow[],
): Promise<MatchedRows> {
  const lesions = await database.query<KnownLesion>({
    text: `SELECT lesion.id, image.file_name AS "fileName", x1, y1, x2, y2
           FROM lesion JOIN bookmarked_image AS image ON image.id = image_id WHERE lesion.dataset_id = $1 ORDER BY lesion.id`,
    values: [datasetId],
  });
  const byFile = new Map<string, KnownLesion[]>();
  for (const lesion of lesions) byFile.set(lesion.fileName, [...(byFile.get(lesion.fileName) ?? []), lesion]);
  const taken = new Map<number, string>();
  const answer: MatchedRows = { matched: [], unknown: [], repeated: [], lesionsWithoutRow: 0 };
  for (const row of rows) {
    const onImage = byFile.get(row.fileName);
    const near = onImage?.filter((lesion) => boxDifferencePx(lesion, row.box) <= TOLERANCE_PX) ?? [];
    // Two lesions of the source may have the same box.
    const lesion = near.find(({ id }) => !taken.has(id));
    if (lesion) {
      taken.set(lesion.id, row.place);
      answer.matched.push({ row, lesionId: lesion.id });
    } else if (near[0]) answer.repeated.push({ row, earlier: taken.get(near[0].id) ?? '' });
    else answer.unknown.push({ row, reason: reasonOf(row, onImage) });
  }
  answer.lesionsWithoutRow = lesions.length - taken.size;
  return answer;
}

function reasonOf({ fileName, box }: FolderRow, onImage: readonly KnownLesion[] | undefined): string {
  if (!onImage) return `the data set has no lesion on a key slice ${JSON.stringify(fileName.slice(0, 80))}`;
  const nearest = Math.min(...onImage.map((lesion) => boxDifferencePx(lesion, box)));
  return (
    `none of the ${onImage.length} lesions on ${fileName} has this box within ${TOLERANCE_PX} px, the ` +
    `nearest differs by ${nearest.toPrecision(3)} px`
  );
}
