import { createLogger } from '../src/log';
import { createRunBed } from './runs/runBed';

/** @returns a logger and the lines that it wrote */
const logging = (level: string) => {
  const lines: Record<string, never>[] = [];
  return { lines, log: createLogger(level, { write: (line) => lines.push(JSON.parse(line)) }) };
};

describe('the log', () => {
  it('has an error with its stack and cause, under either name', () => {
    const { log, lines } = logging('info');
    const failure = new Error('outer', { cause: new Error('inner') });
    log.error({ failure }, 'a');
    log.error({ err: failure }, 'b');
    for (const name of ['failure', 'err'] as const) {
      const line = lines.find((one) => name in one);
      expect(line?.[name]).toMatchObject({ type: 'Error', message: expect.stringContaining('outer: inner') });
    }
  });

  it('does not have the values of the row that PostgreSQL refused', async () => {
    const { log, lines } = logging('info');
    const bed = await createRunBed(1);
    try {
      const text = `INSERT INTO patient (dataset_id, patient_index, sex) SELECT id, -4711, 'FEMALE' FROM dataset`;
      const err = await bed.database.query({ text }).catch((thrown) => thrown);
      expect(err.detail).toContain('-4711');
      log.error({ err }, 'refused');
      expect(lines[0]).toMatchObject({ err: { code: '23514' } });
      expect(JSON.stringify(lines)).not.toContain('-4711');
    } finally {
      await bed.drop();
    }
  });
});
