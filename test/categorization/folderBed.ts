import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Queryable } from '../../src/database';

/** One lesion of a folder: its row of assignments.csv and of features.npy. */
export interface FolderLesion {
  fileName: string;
  box: number[];
  /** from 1 */
  cluster: number;
  features: number[];
}

const SHA = 'ab'.repeat(32);
/** Three clusters of two features each. */
export const CENTROIDS = [
  [0, 0],
  [10, 0],
  [0, 20],
];

/** @returns bytes as NumPy's save writes them, format version 1 */
export function npyBytes(rows: readonly number[][], header?: string): Buffer {
  const shape = `(${rows.length}, ${rows[0]?.length ?? 0})`;
  const text = header ?? `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const start = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.alloc(2)]);
  start.writeUInt16LE(padded.length, 8);
  return Buffer.concat([start, Buffer.from(padded, 'latin1'), Buffer.from(Float32Array.from(rows.flat()).buffer)]);
}

/** What categorization.json says of three clusters with these sizes. */
export function categorizationJson(sizes: number[]) {
  return {
    formatVersion: 1,
    name: 'mined',
    method: 'k-means on features of a fine-tuned encoder',
    clusterCount: 3,
    encoder: { name: 'phantom-encoder', version: '1.0.0', sha256: SHA },
    featureDimension: 2,
    seed: 7,
    startWeights: 'random',
    command: 'python training/categorize.py --clusters 3 --seed 7',
    codeVersion: 'abc123',
    dataChecksum: 'cd'.repeat(32),
    createdAt: '2026-11-20T10:11:12Z',
    selectionRule: 'the first iteration with NMI of 0.9 or more to the one before',
    chosenIteration: 1,
    iterations: [
      { iteration: 0, nmiToPrevious: null, purityToPrevious: null, silhouette: 0.25, sizes } as Record<string, unknown>,
      {
        iteration: 1,
        nmiToPrevious: 1.0000000000000002,
        purityToPrevious: 0.96,
        silhouette: 0.5,
        sizes,
        diagnostics: { nmiToHiddenTypes: 0.7, purityToHiddenTypes: 0.8 },
      },
    ],
    scan: [
      { clusterCount: 2, silhouette: 0.3, stability: 0.9, chosen: false },
      { clusterCount: 3, silhouette: 0.5, stability: 0.95, chosen: true },
    ],
    centroids: CENTROIDS,
    clusters: sizes.map((size, k) => ({ clusterIndex: k + 1, size })),
  };
}

/**
 * @returns a folder's worth of the lesions of a data set: the n-th is in cluster 1 + n % 3, n % 5 away from its
 * centroid
 */
export async function lesionsOf(database: Queryable, datasetId: number): Promise<FolderLesion[]> {
  const rows = await database.query<{ n: number; fileName: string; box: number[] }>({
    text: `SELECT source_row_index AS n, file_name AS "fileName", ARRAY[x1, y1, x2, y2] AS box
           FROM lesion JOIN bookmarked_image AS image ON image.id = image_id WHERE lesion.dataset_id = $1 ORDER BY source_row_index`,
    values: [datasetId],
  });
  return rows.map(({ n, fileName, box }) => {
    const [x = 0, y = 0] = CENTROIDS[n % 3] ?? [];
    return { fileName, box, cluster: 1 + (n % 3), features: [x + (n % 5), y] };
  });
}

/** What is written into a folder; a test changes what it wants. */
export interface FolderContent {
  json: ReturnType<typeof categorizationJson>;
  csv: string[][];
  features: Buffer;
}

/** Folders for one test file. */
export class Folders {
  private readonly made: string[] = [];

  /** Writes a folder of these lesions. @param change may change what is written */
  write(lesions: readonly FolderLesion[], change: (content: FolderContent) => void = () => undefined): string {
    const sizes = [1, 2, 3].map((k) => lesions.filter(({ cluster }) => cluster === k).length);
    const content: FolderContent = {
      json: categorizationJson(sizes),
      csv: [
        ['File_name', 'Bounding_boxes', 'cluster', 'distance'],
        ...lesions.map((one) => [one.fileName, one.box.join(', '), String(one.cluster), String(distanceOf(one))]),
      ],
      features: npyBytes(lesions.map(({ features }) => features)),
    };
    change(content);
    const folder = mkdtempSync(join(tmpdir(), 'categorization-'));
    this.made.push(folder);
    writeFileSync(join(folder, 'categorization.json'), JSON.stringify(content.json));
    const lines = content.csv.map((cells) => cells.map((cell) => (cell.includes(',') ? `"${cell}"` : cell)).join(','));
    writeFileSync(join(folder, 'assignments.csv'), `${lines.join('\n')}\n`);
    writeFileSync(join(folder, 'features.npy'), content.features);
    return folder;
  }

  remove(): void {
    for (const folder of this.made) rmSync(folder, { recursive: true, force: true });
  }
}

function distanceOf({ cluster, features }: FolderLesion): number {
  const centroid = CENTROIDS[cluster - 1] ?? [];
  return Math.hypot(...features.map((value, i) => value - (centroid[i] ?? 0)));
}
