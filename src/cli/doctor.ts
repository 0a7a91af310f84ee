import type { Command } from 'commander';
import { examine, type Finding, worstOf } from '../doctor';

/** `deeplesion doctor`: every part that the product needs, with what to do. */
export function registerDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('look at settings, database, disk, images, models and workers; status 1 if something fails')
    .option('--json', 'print the findings as JSON')
    .action(({ json = false }: { json?: boolean }) => examineAll(json));
}

async function examineAll(json: boolean): Promise<void> {
  const write = (text: string): void => void process.stdout.write(`${text}\n`);
  const findings = await examine(process.env, json ? undefined : (finding) => write(line(finding)));
  const status = worstOf(findings);
  if (json) write(JSON.stringify({ status, findings }, null, 2));
  else write(summary(findings));
  if (status === 'fail') process.exitCode = 1;
}

function line({ check, status, text, cure }: Finding): string {
  return `${status.padEnd(4)}  ${check}: ${text}${cure === null ? '' : `\n      → ${cure}`}`;
}

function summary(findings: readonly Finding[]): string {
  const count = (status: Finding['status']): number => findings.filter((one) => one.status === status).length;
  return `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed.`;
}
