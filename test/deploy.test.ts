import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { Quotas } from '../src/access';
import { VARIABLES } from '../src/config';
import { createLogger } from '../src/log';
import { startBedServer } from './http/bedServer';
import { createRunBed } from './runs/runBed';

const DEPLOY = resolve(__dirname, '../deploy');
const readText = (name: string): string => readFileSync(join(DEPLOY, name), 'utf8');

const Compose = z.object({
  services: z.record(
    z.string(),
    z.object({ environment: z.record(z.string(), z.string()).default({}), secrets: z.array(z.string()).default([]) }),
  ),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});
const Alerts = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z.string(),
          labels: z.object({ severity: z.enum(['warning', 'critical']) }),
          annotations: z.object({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
});
const Board = z.object({
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })),
    }),
  ),
});

/** Settings of others that the files name. */
const OF_OTHERS = /^(POSTGRES_|NODE_ENV$)/;
const isSetting = (name: string): boolean =>
  OF_OTHERS.test(name) || VARIABLES.includes(name.replace(/_FILE$/, '') as (typeof VARIABLES)[number]);

/**
 * @returns labels that a query groups by or its legend shows, and that no sample of its metric has; a metric without samples
 *   tells none
 */
function unknownLabels({ expr, legendFormat }: { expr: string; legendFormat: string }, metrics: string): string[] {
  const [metric = ''] = expr.match(/\b(?:deeplesion|http)_\w+/) ?? [];
  const samples = metrics.split('\n').filter((line) => line.startsWith(`${metric}{`));
  if (samples.length === 0) return [];
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(/, */));
  const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
  return [...grouped, ...shown].filter((label) => !samples.some((line) => line.includes(`${label}="`)));
}

describe('the files of deploy/', () => {
  it('name settings that there are', () => {
    const { services } = Compose.parse(parse(readText('compose.yaml'), { merge: true }));
    const inCompose = Object.values(services).flatMap(({ environment }) => Object.keys(environment));
    const lines = ['deeplesion.service', 'deeplesion-worker@.service', 'Containerfile'].flatMap((name) =>
      readText(name)
        .split('\n')
        .filter((line) => /^#?(Environment=|ENV )/.test(line)),
    );
    const inLines = lines.flatMap((line) => line.match(/[A-Z][A-Z_]+(?==)/g) ?? []);
    expect(inLines.length).toBeGreaterThan(8);
    expect([...inCompose, ...inLines].filter((name) => !isSetting(name))).toEqual([]);
  });

  it('hand secrets over as files that are defined', () => {
    const { services, secrets } = Compose.parse(parse(readText('compose.yaml'), { merge: true }));
    for (const { environment, secrets: used } of Object.values(services)) {
      const files = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'));
      expect(files.map(([, path]) => path)).toEqual(used.map((name) => `/run/secrets/${name}`));
      for (const name of used) expect(secrets).toHaveProperty(name);
    }
    for (const ignore of ['.dockerignore', '.gitignore'])
      expect(readFileSync(join(DEPLOY, '..', ignore), 'utf8').split('\n')).toContain('deploy/secrets');
  });

  it('ask for metrics and labels that /metrics has', async () => {
    const bed = await createRunBed(1);
    const quotas = new Quotas(bed.database, { host: '127.0.0.1' }, createLogger('silent'));
    const server = await startBedServer(bed, { quotas });
    try {
      await bed.request('tiny-constant');
      await fetch(`${server.url}/graphql?query={__typename}`);
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      const known = new Set([...metrics.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name));
      const rules = Alerts.parse(parse(readText('alerts.yml'))).groups.flatMap((group) => group.rules);
      const { panels } = Board.parse(JSON.parse(readText('grafana.json')));
      const expressions = [
        ...rules.map(({ expr }) => expr),
        ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
      ];
      const used = expressions.flatMap((expr) => expr.match(/\b(?:deeplesion|http)_\w+/g) ?? []);
      const missing = used.filter((name) => !known.has(name.replace(/_(?:bucket|count|sum)$/, '')));
      expect(used.length).toBeGreaterThan(15);
      expect(missing).toEqual([]);
      for (const target of panels.flatMap(({ targets }) => targets)) expect(unknownLabels(target, metrics)).toEqual([]);
      for (const metric of ['graphql_scopes', 'graphql_types', 'detector_images'])
        expect(used).toContain(`deeplesion_${metric}_total`);
    } finally {
      await server.http.stop();
      await bed.drop();
    }
  });

  it('put each panel of the board in a place of its own', () => {
    const { panels } = Board.parse(JSON.parse(readText('grafana.json')));
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)}, ${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBeLessThanOrEqual(24);
  });

  const systemd = spawnSync('systemd-analyze', ['--version']).status === 0;
  (systemd ? it : it.skip)('are units that systemd accepts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'deeplesion-units-'));
    try {
      for (const name of readdirSync(DEPLOY).filter((file) => file.endsWith('.service'))) {
        // Programs and accounts are those of the operator's machine.
        const unit = readText(name).replaceAll('/usr/bin/node', '/bin/true').replace('User=deeplesion', 'User=root');
        writeFileSync(join(folder, name), unit);
        const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', join(folder, name)], {
          encoding: 'utf8',
        });
        expect(stderr.split('\n').filter((line) => line.includes(folder))).toEqual([]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
