import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImportError, ProblemList } from '../dataset';
import { BadUserInput } from '../errors';
import { type AssignmentRecord, parseAssignments } from './assignmentsCsv';
import { type CategorizationFile, centroidsOf, parseCategorizationFile } from './categorizationFile';
import { type Placement, placementOf, type Vectors, vectorAt } from './featureBytes';
import { readFloat32Npy } from './npyFile';

/** One lesion of a folder with its place between the centroids. */
export type FolderRow = AssignmentRecord & Placement;

/** A folder that `training/categorize.py` wrote, its parts checked against one another. */
export interface CategorizationFolder {
  file: CategorizationFile;
  rows: FolderRow[];
  /** as many vectors as rows, in the same order */
  features: Vectors;
  /** by rising cluster index */
  centroids: Vectors;
}

const MAX_TEXT_BYTES = 256 * 2 ** 20;
/** Features are float32, and distances are written with a few digits. */
const DISTANCE_TOLERANCE = 1e-3;
const REMEDY = 'Mend the folder, or have it written again.';

/**
 * Reads categorization.json, assignments.csv and features.npy.
 *
 * @throws BadUserInput naming file, row and field that do not fit
 */
export async function readCategorizationFolder(folder: string): Promise<CategorizationFolder> {
  const file = parseCategorizationFile(await readText(folder, 'categorization.json'));
  const problems = new ProblemList();
  const text = await readText(folder, 'assignments.csv');
  const { records, rowCount } = parseAssignments(text, file.clusterCount, problems);
  const features = await readFloat32Npy(join(folder, 'features.npy'), 'features.npy');
  checkShape(features, rowCount, file.featureDimension);
  const centroids = centroidsOf(file);
  const rows = records.flatMap((record) => placeRow(record, features, centroids, problems));
  if (problems.total > 0) throw new ImportError('assignments.csv', problems, REMEDY);
  checkSizes(file, rows);
  return { file, rows, features, centroids };
}

async function readText(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  const found = await stat(path).catch((cause) => {
    throw new BadUserInput(`There is no file ${name} in the folder.`, name, { cause });
  });
  if (!found.isFile() || found.size > MAX_TEXT_BYTES)
    throw new BadUserInput(
      `Expected ${name} to be a file of at most ${MAX_TEXT_BYTES} bytes, got ${found.size}.`,
      name,
    );
  return readFile(path, 'utf8');
}

function checkShape({ count, dimension }: Vectors, rowCount: number, featureDimension: number): void {
  if (count !== rowCount)
    throw new BadUserInput(
      `features.npy has ${count} rows, assignments.csv has ${rowCount}: expected one each, in the same order.`,
      'features.npy',
    );
  if (dimension !== featureDimension)
    throw new BadUserInput(
      `features.npy has ${dimension} columns, categorization.json says featureDimension ${featureDimension}.`,
      'featureDimension',
    );
}

/**
 * @returns the row, or nothing after a reported problem; a distance that does not match the features means that the
 *   rows of the files differ
 */
function placeRow(record: AssignmentRecord, features: Vectors, centroids: Vectors, problems: ProblemList): FolderRow[] {
  const { place, rowIndex, clusterIndex } = record;
  const vector = vectorAt(features, rowIndex);
  const complain = (column: string, reason: string): FolderRow[] => {
    problems.add({ place, column, reason });
    return [];
  };
  const unfit = vector.findIndex((value) => !Number.isFinite(value));
  if (unfit >= 0)
    return complain('distance', `features.npy [${rowIndex}, ${unfit}]: expected a finite number, got ${vector[unfit]}`);
  const placement = placementOf(vector, centroids, clusterIndex - 1);
  if (Math.abs(placement.distance - record.distance) > DISTANCE_TOLERANCE * (1 + placement.distance))
    return complain(
      'distance',
      `expected ${placement.distance.toPrecision(6)}, which row ${rowIndex} of features.npy has to the centroid ` +
        `of cluster ${clusterIndex}, got ${record.distance}`,
    );
  return [{ ...record, ...placement }];
}

function checkSizes({ clusters }: CategorizationFile, rows: readonly FolderRow[]): void {
  for (const { clusterIndex, size } of clusters) {
    const found = rows.filter((row) => row.clusterIndex === clusterIndex).length;
    if (found !== size)
      throw new BadUserInput(
        `categorization.json says that cluster ${clusterIndex} has ${size} lesions, assignments.csv has ${found} ` +
          'of it.',
        'clusters',
      );
  }
}
