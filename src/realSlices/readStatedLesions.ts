import { type LesionRecord, ProblemList, problemText, readDlInfoFile } from '../dataset';
import { BadUserInput } from '../errors';
import { iou } from '../evaluation';
import type { BoxedSlice, BoxedSlices } from './readBoxedSlices';

/** A lesion of a folder with its row of DL_info.csv. */
export interface StatedLesion {
  readonly slice: BoxedSlice;
  readonly row: LesionRecord;
}

/** Boxes of two files that are rounded differently, or that count pixels from 0 and from 1, are still the same box. */
const SAME_BOX_IOU = 0.5;

/**
 * Finds the rows of the lesions of some slices: those of the same key slice whose box overlaps the lesion's most.
 *
 * @param csvPaths files with the columns of DL_info.csv; their other rows are not used
 * @returns lesions with a row of known type, pixel spacing and diameters, in the order of the slices
 * @throws BadUserInput if a file cannot be read, or one of its rows does not fit
 */
export async function readStatedLesions({ slices }: BoxedSlices, csvPaths: readonly string[]): Promise<StatedLesion[]> {
  const rows = new Map<string, LesionRecord[]>();
  for (const path of csvPaths) {
    const problems = new ProblemList();
    await readDlInfoFile(path, problems, ({ lesion }) => {
      const { fileName } = lesion.image;
      rows.set(fileName, [...(rows.get(fileName) ?? []), lesion]);
    });
    const [problem] = problems.list();
    if (problem)
      throw new BadUserInput(`${path}: ${problemText(problem)}. Correct the row, or take it out of the file.`, 'csv');
  }
  return slices.flatMap((slice) => {
    const ofSlice = rows.get(slice.path.replaceAll('/', '_')) ?? [];
    return slice.boxes.flatMap((box) => {
      const row = rowOf(box, ofSlice);
      return row && isComplete(row) ? [{ slice, row }] : [];
    });
  });
}

function rowOf([x1, y1, x2, y2]: BoxedSlice['boxes'][number], rows: readonly LesionRecord[]): LesionRecord | undefined {
  const [best] = rows
    .map((row) => ({ row, overlap: iou(row.box, { x1, y1, x2, y2 }) }))
    .sort((a, b) => b.overlap - a.overlap);
  return best && best.overlap >= SAME_BOX_IOU ? best.row : undefined;
}

/** What an encoder and the comparison with types cannot do without. */
function isComplete({ coarseType, image, longDiameterMm, shortDiameterMm }: LesionRecord): boolean {
  return (
    coarseType !== 'UNKNOWN' &&
    (image.pixelSpacingMm ?? 0) > 0 &&
    (longDiameterMm ?? 0) > 0 &&
    (shortDiameterMm ?? 0) > 0
  );
}
