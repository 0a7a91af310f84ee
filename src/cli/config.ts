import type { Command } from 'commander';
import { effectiveSettings, type Setting } from '../settings';

const ORIGINS: Record<Setting['origin'], string> = { DEFAULT: 'default', ENVIRONMENT: 'environment', FILE: 'file' };

/** `deeplesion config`: what the server would work with, and where each setting comes from. It starts nothing. */
export function registerConfigCommand(program: Command): void {
  program
    .command('config')
    .description('print the effective settings with their origin: default, environment or file; secrets are not shown')
    .option('--json', 'print one object with value and origin of each variable')
    .action(({ json }: { json?: boolean }) => {
      const settings = effectiveSettings(process.env);
      process.stdout.write(json ? jsonOf(settings) : tableOf(settings));
    });
}

function jsonOf(settings: readonly Setting[]): string {
  const entries = settings.map(({ name, value, origin }) => [name, { value, origin: ORIGINS[origin] }]);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

function tableOf(settings: readonly Setting[]): string {
  const widthOf = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));
  const rows = settings.map(({ name, value, origin }) => [name, textOf(value), ORIGINS[origin]] as const);
  const [names, origins] = [widthOf(rows.map(([name]) => name)), widthOf(Object.values(ORIGINS))];
  return rows.map(([name, text, origin]) => `${name.padEnd(names)}  ${origin.padEnd(origins)}  ${text}\n`).join('');
}

function textOf(value: Setting['value']): string {
  if (value === null) return '–';
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'object' ? value.join(',') || '–' : String(value);
}
