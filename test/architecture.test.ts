import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import LONGEST from './longest';
import {
  circlesOf,
  forbiddenArrows,
  importsOf,
  longLinesOf,
  nameOf,
  readersOf,
  readSources,
  roomOf,
  type Sources,
  sqlFilesOf,
  tablesOf,
  writersOf,
} from './sourceTree';
import { SQL_FILES } from './sqlFiles';

const PROJECT = resolve(__dirname, '..');
const SOURCES = readSources(resolve(PROJECT, 'src'));
const TABLES_OF_SCHEMA = tablesOf(readFileSync(resolve(PROJECT, 'prisma/schema.prisma'), 'utf8'));

/** Which room may use which. The files beside the rooms (config, errors, log …) may be used by all. */
const MAY_USE: Record<string, readonly string[]> = {
  evaluation: [],
  database: [],
  access: ['database'],
  objects: [],
  imaging: ['objects'],
  phantom: ['imaging'],
  dataset: ['imaging', 'objects', 'database'],
  inference: ['imaging', 'evaluation'],
  models: ['inference', 'dataset', 'database'],
  categorization: ['inference', 'models', 'dataset', 'imaging', 'evaluation', 'database'],
  uploads: ['inference', 'models', 'imaging', 'database'],
  realSlices: ['models', 'inference', 'categorization', 'dataset', 'evaluation', 'imaging'],
  runs: ['models', 'inference', 'dataset', 'imaging', 'objects', 'database'],
  backup: ['uploads', 'dataset', 'imaging', 'objects', 'database'],
  results: ['runs', 'dataset', 'evaluation', 'database'],
  exports: ['access', 'results', 'runs', 'categorization', 'dataset', 'evaluation', 'database'],
  submissions: ['uploads', 'runs', 'models', 'dataset', 'evaluation', 'imaging', 'database'],
  jobs: [
    'access',
    'exports',
    'submissions',
    'results',
    'runs',
    'models',
    'inference',
    'categorization',
    'dataset',
    'database',
  ],
  graphql: [
    'access',
    'deletion',
    'doctor',
    'exports',
    'retention',
    'submissions',
    'results',
    'runs',
    'models',
    'inference',
    'categorization',
    'uploads',
    'dataset',
    'evaluation',
    'imaging',
    'database',
  ],
  http: [
    'access',
    'exports',
    'graphql',
    'jobs',
    'results',
    'runs',
    'models',
    'categorization',
    'uploads',
    'dataset',
    'evaluation',
    'imaging',
    'database',
  ],
  deletion: ['results', 'runs', 'categorization', 'dataset', 'database'],
  retention: ['access', 'deletion', 'results', 'database'],
  doctor: ['access', 'jobs', 'runs', 'models', 'inference', 'uploads', 'dataset', 'imaging', 'objects', 'database'],
  reproduction: [
    'access',
    'jobs',
    'results',
    'runs',
    'models',
    'categorization',
    'uploads',
    'dataset',
    'phantom',
    'database',
  ],
  cli: [
    'access',
    'retention',
    'backup',
    'doctor',
    'exports',
    'graphql',
    'reproduction',
    'realSlices',
    'jobs',
    'submissions',
    'results',
    'runs',
    'models',
    'inference',
    'categorization',
    'uploads',
    'dataset',
    'evaluation',
    'imaging',
    'phantom',
    'objects',
    'database',
  ],
};
/** Ways into the product: no domain room knows them or their libraries. */
const WAYS_IN = ['graphql', 'http', 'cli', 'jobs', 'reproduction'];
const LIBRARIES_OF_WAYS_IN = /^(graphql|type-graphql|express|@apollo\/)/;

/** Which room writes each table, and which others may read it. */
const TABLES: Record<string, { writes: string; reads: readonly string[] }> = {
  // Written by its migration alone.
  database_identity: { writes: 'database', reads: [] },
  // Written by triggers too (migration `data_changes`).
  data_change: { writes: 'database', reads: [] },
  // The room `access` hides tables from keys that are bound to data sets (boundReads.ts), and `database` compiles a query of
  // this one without sending it.
  dataset: { writes: 'dataset', reads: ['access', 'categorization', 'database', 'exports', 'results', 'runs'] },
  dataset_edit: { writes: 'dataset', reads: [] },
  dataset_source: { writes: 'dataset', reads: [] },
  cohort: { writes: 'dataset', reads: ['access'] },
  cohort_lesion: { writes: 'dataset', reads: [] },
  export_job: { writes: 'exports', reads: ['access', 'jobs'] },
  export_webhook: { writes: 'exports', reads: ['jobs'] },
  patient: { writes: 'dataset', reads: ['exports', 'results'] },
  study: { writes: 'dataset', reads: ['exports', 'results'] },
  series: { writes: 'dataset', reads: ['exports'] },
  bookmarked_image: { writes: 'dataset', reads: ['categorization', 'exports', 'results', 'runs'] },
  lesion: { writes: 'dataset', reads: ['access', 'categorization', 'exports', 'results'] },
  encoder: { writes: 'categorization', reads: ['exports'] },
  lesion_feature: { writes: 'categorization', reads: ['exports'] },
  categorization: { writes: 'categorization', reads: ['access', 'dataset', 'jobs', 'results', 'runs'] },
  categorization_iteration: { writes: 'categorization', reads: [] },
  categorization_scan: { writes: 'categorization', reads: [] },
  pseudo_cluster: { writes: 'categorization', reads: ['dataset', 'exports', 'results', 'runs'] },
  cluster_assignment: { writes: 'categorization', reads: ['dataset', 'exports', 'results'] },
  detector: { writes: 'models', reads: ['results', 'runs'] },
  model_file_part: { writes: 'models', reads: [] },
  detection_run: { writes: 'runs', reads: ['access', 'exports', 'jobs', 'results'] },
  detection_submission: { writes: 'submissions', reads: ['jobs', 'runs'] },
  run_webhook: { writes: 'runs', reads: ['jobs'] },
  worker: { writes: 'runs', reads: [] },
  run_image: { writes: 'runs', reads: ['exports', 'jobs', 'results'] },
  // Written by triggers of run_image alone.
  run_pending_images: { writes: 'runs', reads: [] },
  packed_detections: { writes: 'runs', reads: ['results'] },
  detection: { writes: 'runs', reads: ['access', 'exports', 'results'] },
  evaluation: { writes: 'results', reads: ['access'] },
  metric_point: { writes: 'results', reads: ['exports'] },
  detection_review: { writes: 'results', reads: [] },
  retention_pass: { writes: 'retention', reads: [] },
  tombstone: { writes: 'database', reads: [] },
  idempotency_key: { writes: 'database', reads: [] },
  upload: { writes: 'uploads', reads: [] },
  upload_detection: { writes: 'uploads', reads: [] },
  upload_detection_slice: { writes: 'uploads', reads: [] },
  api_key: { writes: 'access', reads: [] },
  dataset_access: { writes: 'access', reads: [] },
  dataset_terms: { writes: 'access', reads: [] },
  hidden_split: { writes: 'access', reads: ['runs'] },
  hidden_split_try: { writes: 'runs', reads: ['results'] },
  terms_acceptance: { writes: 'access', reads: [] },
  person: { writes: 'access', reads: [] },
  person_session: { writes: 'access', reads: [] },
  audit_event: { writes: 'access', reads: [] },
  quota_use: { writes: 'access', reads: [] },
  quota_share: { writes: 'access', reads: [] },
  // Its rows are written by a trigger of audit_event.
  audit_head: { writes: 'access', reads: [] },
};

/** Who is the only one to import what. */
const KEEPERS: Record<string, (file: string) => boolean> = {
  'onnxruntime-node': (file) => file === 'inference/session.ts',
  sharp: (file) => roomOf(file) === 'imaging',
  'openid-client': (file) => file === 'http/openIdProvider.ts',
  'pg-boss': (file) => file === 'jobs/queue.ts',
  pg: (file) => roomOf(file) === 'database',
  'pg-copy-streams': (file) => file === 'database/copy.ts',
};

/** The sources with one more file, which breaks a rule. */
const planted = (file: string, text: string): Sources => new Map([...SOURCES, [file, text]]);

/** @returns files that write or read a table without a right to, as `FILE writes TABLE` */
function trespassers(sources: Sources): string[] {
  return TABLES_OF_SCHEMA.flatMap((table) => {
    const { writes, reads } = TABLES[table.name] ?? { writes: '', reads: [] };
    const offends = (file: string, rooms: readonly string[]) => !rooms.includes(roomOf(file));
    return [
      ...writersOf(sources, table).flatMap((file) => (offends(file, [writes]) ? [`${file} writes ${table.name}`] : [])),
      ...readersOf(sources, table).flatMap((file) =>
        offends(file, [writes, ...reads]) ? [`${file} reads ${table.name}`] : [],
      ),
    ];
  });
}

const unlistedSql = (sources: Sources): string[] => sqlFilesOf(sources).filter((file) => !(file in SQL_FILES));

describe('the rooms of src', () => {
  const all = importsOf(SOURCES);
  const offenders = (rule: (one: (typeof all)[number]) => boolean): string[] => all.filter(rule).map(nameOf);

  it('reads imports at all', () => {
    expect(all.length).toBeGreaterThan(1000);
  });

  it('have a row in the table of arrows, and every arrow of the table is used', () => {
    expect(Object.keys(MAY_USE).sort()).toEqual([...new Set([...SOURCES.keys()].map(roomOf))].filter(Boolean).sort());
    const unused = Object.entries(MAY_USE).flatMap(([room, targets]) =>
      targets
        .filter((other) => !all.some(({ file, target }) => roomOf(file) === room && roomOf(target ?? '') === other))
        .map((other) => `${room} → ${other}`),
    );
    expect(unused).toEqual([]);
  });

  it('stand in ARCHITECTURE.md with the same rows', () => {
    const page = readFileSync(resolve(PROJECT, 'ARCHITECTURE.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `(\w+)\/` \| .* \| ?([\w, ]*?) ?\|$/gm)].map(([, room, targets = '']) => [
      room,
      targets.split(', ').filter(Boolean),
    ]);
    expect(Object.fromEntries(rows)).toEqual(MAY_USE);
  });

  it('use the rooms of their row alone', () => {
    expect(forbiddenArrows(SOURCES, MAY_USE)).toEqual([]);
  });

  it('are named by a planted arrow the wrong way', () => {
    const sources = planted('models/planted.ts', "import { requestRun } from '../runs';");
    expect(forbiddenArrows(sources, MAY_USE)).toEqual(['models/planted.ts:1 imports ../runs']);
  });

  it('have arrows that lead down: no room is reached from itself', () => {
    const reached = (room: string, seen: Set<string>): Set<string> => {
      for (const next of MAY_USE[room] ?? []) if (!seen.has(next)) reached(next, seen.add(next));
      return seen;
    };
    expect(Object.keys(MAY_USE).filter((room) => reached(room, new Set()).has(room))).toEqual([]);
  });

  it('have no circle of files', () => {
    expect(circlesOf(SOURCES)).toEqual([]);
  });

  it('are named by a planted circle', () => {
    const sources = new Map([
      ...planted('runs/one.ts', "import { b } from './other';"),
      ['runs/other.ts', "import { a } from './one';"] as const,
    ]);
    expect(circlesOf(sources)).toEqual([expect.stringMatching(/^runs\/one.ts → runs\/other.ts → runs\/one.ts$/)]);
  });

  it('reach into one another through index.ts alone', () => {
    expect(
      offenders(({ file, target }) => {
        const room = roomOf(target ?? '');
        return room !== '' && room !== roomOf(file) && target !== `${room}/index.ts` && room !== 'cli';
      }),
    ).toEqual([]);
  });

  it('open with a sentence in their index.ts', () => {
    const indexes = Object.keys(MAY_USE).filter((room) => SOURCES.has(`${room}/index.ts`));
    expect(indexes.filter((room) => !SOURCES.get(`${room}/index.ts`)?.startsWith('/**'))).toEqual([]);
  });

  it('keep GraphQL and HTTP out of the domain rooms', () => {
    expect(
      offenders(({ file, specifier }) => {
        const isWayIn = WAYS_IN.includes(roomOf(file)) || roomOf(file) === '';
        return !isWayIn && LIBRARIES_OF_WAYS_IN.test(specifier);
      }),
    ).toEqual([]);
  });

  it('have one keeper for each library that is delicate', () => {
    expect(offenders((one) => KEEPERS[one.specifier]?.(one.file) === false)).toEqual([]);
  });
});

describe('the tables of the database', () => {
  it('have each a room that writes them', () => {
    expect(TABLES_OF_SCHEMA.map(({ name }) => name).sort()).toEqual(Object.keys(TABLES).sort());
  });

  it('are written by their room alone, and read by the rooms of their row', () => {
    expect(trespassers(SOURCES)).toEqual([]);
  });

  it('have no reader in the list that does not read them', () => {
    const idle = TABLES_OF_SCHEMA.flatMap((table) => {
      const rooms = readersOf(SOURCES, table).map(roomOf);
      return (TABLES[table.name]?.reads ?? [])
        .filter((room) => !rooms.includes(room))
        .map((room) => `${room} reads ${table.name}`);
    });
    expect(idle).toEqual([]);
  });

  it.each([
    ['a statement', "database.query({ text: 'UPDATE lesion SET split = $1', values });"],
    ['a statement of two lines', 'const text = `INSERT INTO\n  lesion (id) VALUES ($1)`;'],
    ['Prisma Client', 'await database.prisma.lesion.updateMany({ data });'],
  ])('name a second room that writes by %s', (_, text) => {
    expect(trespassers(planted('results/planted.ts', text))).toEqual(['results/planted.ts writes lesion']);
  });

  it.each([
    ['a statement', 'const text = `SELECT count(*) FROM evaluation JOIN detection_run AS run ON true`;'],
    ['a listing', "const listing = { from: 'evaluation' };"],
    ['Prisma Client', 'const row = await database.prisma.evaluation.findUnique({ where });'],
  ])('name a room that reads by %s without being in the list', (_, text) => {
    expect(trespassers(planted('runs/planted.ts', text))).toEqual(['runs/planted.ts reads evaluation']);
  });
});

describe("the queue's own tables", () => {
  it('and the names of its queues stand in one file', () => {
    const touches = (text: string) => /pgboss\.|'(detection-batch|categorization-given-up|run-webhook)/.test(text);
    expect([...SOURCES].flatMap(([file, text]) => (touches(text) ? [file] : []))).toEqual(['jobs/bossJobs.ts']);
  });
});

describe('a line of code', () => {
  /** Written by people: codegen writes `*.generated.ts`. */
  const CODE = /(?<!\.generated)\.(ts|tsx|mjs|cjs|js|py|css)$/;

  it.each(['src', 'test', 'scripts', 'bench', 'web', 'training', 'clients'])(
    'of %s has at most 150 columns',
    (folder) => {
      expect(longLinesOf(readSources(resolve(PROJECT, folder), CODE), 150)).toEqual([]);
    },
  );

  it('is named where it is longer', () => {
    expect(longLinesOf(planted('runs/planted.ts', `const a = 1;\n// ${'é'.repeat(148)}`), 150)).toEqual([
      'runs/planted.ts:2',
    ]);
  });
});

describe('statements by hand', () => {
  it('stand in listed files alone, each with its reason', () => {
    expect(unlistedSql(SOURCES)).toEqual([]);
    expect(Object.values(SQL_FILES).filter((reason) => reason.length < 10)).toEqual([]);
  });

  it('are in every listed file', () => {
    const files = sqlFilesOf(SOURCES);
    expect(Object.keys(SQL_FILES).filter((file) => !files.includes(file))).toEqual([]);
  });

  it('are named where a file is not listed', () => {
    const text = "await database.query({ text: 'SELECT id FROM lesion WHERE id = $1', values });";
    expect(unlistedSql(planted('dataset/planted.ts', text))).toEqual(['dataset/planted.ts']);
  });
});

describe('the test files that take longest', () => {
  it('are there under their names: one that is not would neither begin first nor be left out', () => {
    expect(LONGEST.filter((file) => !existsSync(resolve(__dirname, file)))).toEqual([]);
  });
});
