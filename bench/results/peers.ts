/** The same boxes in other people's tools: tidecv's errors and FiftyOne's matching, each in a Python of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/database';

const PEERS = { tidecv: 'tidecv==1.0.1', fiftyone: 'fiftyone' } as const;
const INSTALL_MS = 10 * 60_000;
const MEASURE_MS = 30 * 60_000;

/** @returns a line for each tool: its time, or why it was skipped */
export async function measurePeers(database: Database, runId: number): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'results-peers-'));
  try {
    await writeBoxes(database, runId, folder);
    return Object.entries(PEERS).map(([name, requirement]) => `  ${name}: ${measurePeer(folder, name, requirement)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As COCO annotations and results. */
async function writeBoxes(database: Database, runId: number, folder: string): Promise<void> {
  const box = `json_build_array(x1, y1, x2 - x1, y2 - y1)`;
  // tidecv reads a polygon of each lesion, though it compares boxes.
  const polygon = 'json_build_array(json_build_array(x1, y1, x2, y1, x2, y2, x1, y2))';
  const lesions = await database.query({
    text: `SELECT lesion.id, lesion.image_id, 1 AS category_id, ${box} AS bbox, ${polygon} AS segmentation,
             (x2 - x1) * (y2 - y1) AS area, 0 AS iscrowd
           FROM lesion JOIN run_image ON run_image.image_id = lesion.image_id WHERE run_id = $1`,
    values: [runId],
  });
  const detections = await database.query({
    text: `SELECT image_id, 1 AS category_id, ${box} AS bbox, score FROM detection WHERE run_id = $1`,
    values: [runId],
  });
  const images = await database.query({
    text: `SELECT id, file_name, width, height FROM bookmarked_image JOIN run_image ON image_id = id WHERE run_id = $1`,
    values: [runId],
  });
  const truth = { images, annotations: lesions, categories: [{ id: 1, name: 'lesion' }] };
  writeFileSync(join(folder, 'truth.json'), JSON.stringify(truth));
  writeFileSync(join(folder, 'results.json'), JSON.stringify(detections));
}

function measurePeer(folder: string, name: string, requirement: string): string {
  const venv = join(folder, name);
  const made = spawnSync('python3', ['-m', 'venv', venv], { timeout: INSTALL_MS });
  if (made.status !== 0) return 'skipped, because python3 makes no virtual environment';
  const python = join(venv, 'bin', 'python');
  const installed = spawnSync(python, ['-m', 'pip', 'install', '--quiet', requirement], { timeout: INSTALL_MS });
  if (installed.status !== 0) return `skipped, because pip does not install ${requirement}`;
  const measured = spawnSync(python, [join(__dirname, 'peers.py'), name, folder], {
    encoding: 'utf8',
    timeout: MEASURE_MS,
  });
  if (measured.status === 0) return measured.stdout.trim();
  return `skipped, because it does not run here: ${measured.stderr.trim().split('\n').at(-1) ?? 'no message'}`;
}
