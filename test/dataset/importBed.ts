import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Queryable } from '../../src/database';

/**
 * Five made-up rows of three patients: two lesions on one image, a slice above 999, odd ages, no sex, a box past the
 * image's edge.
 */
export const SMALL_CSV = resolve(__dirname, '../fixtures/dl-info/small.csv');

const REAL = process.env.DEEPLESION_FIXTURES ?? resolve(__dirname, '../../../shared/deeplesion');

/** Published rows and pixel files, which the project does not ship. */
export const realFile = (name: string): string => join(REAL, name);

export function describeReal(title: string, body: () => void): void {
  if (existsSync(realFile('DL_info.val.csv'))) describe(title, body);
  else describe.skip(`${title} (skipped: set DEEPLESION_FIXTURES to a folder with DL_info.val.csv)`, body);
}

/** A folder for one test file. */
export class Scratch {
  readonly root = mkdtempSync(join(tmpdir(), 'import-test-'));

  write(name: string, content: string | Buffer): string {
    const path = join(this.root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  /** @returns the path of a copy of the small file, changed */
  csv(name: string, change: (text: string) => string): string {
    return this.write(name, change(readFileSync(SMALL_CSV, 'utf8')));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

const TABLES = ['dataset', 'patient', 'study', 'series', 'bookmarked_image', 'lesion'];

/** @returns how many rows each table has */
export async function countTables(database: Queryable): Promise<Record<string, number>> {
  const counts = TABLES.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
  const [row] = await database.query<Record<string, number>>({ text: `SELECT ${counts.join(', ')}` });
  return row ?? {};
}

export interface StoredLesion {
  fileName: string;
  row: number;
  box: number[];
  longMm: number;
  type: string;
  noisy: boolean;
}

/** The lesions of a data set version in the order of their source. */
export function lesionsOf(database: Queryable, slug: string, version = 1): Promise<StoredLesion[]> {
  return database.query({
    text: `SELECT file_name AS "fileName", source_row_index AS row, ARRAY[x1, y1, x2, y2] AS box, long_diameter_mm AS "longMm",
             coarse_type AS type, possibly_noisy AS noisy
           FROM lesion JOIN bookmarked_image AS image ON image.id = image_id JOIN dataset ON dataset.id = lesion.dataset_id
           WHERE slug = $1 AND version = $2 ORDER BY source_row_index`,
    values: [slug, version],
  });
}
