import { readCodeVersion } from '../codeVersion';
import type { Config } from '../config';
import type { Database } from '../database';
import { countWebhooks, findQueueDepth } from '../jobs';
import { findWorkers } from '../runs';
import { type Finding, fail, ok, warn } from './finding';

/** The processes that take from the queue: whether they live, what they lack, and whether they are of one version. */
export async function checkWorkers(database: Database): Promise<Finding[]> {
  const living = (await findWorkers(database)).filter(({ alive }) => alive);
  if (living.length === 0)
    return [
      warn('workers', 'No worker has reported in the last seconds.', 'Start the server, or npx deeplesion worker.'),
    ];
  const findings = living.flatMap(({ host, processId, problems }) =>
    problems.map((problem) =>
      warn('workers', `${host}, process ${processId}: ${problem}`, 'Give that machine what it lacks.'),
    ),
  );
  const own = readCodeVersion();
  const others = [...new Set(living.map(({ codeVersion }) => codeVersion))].filter((version) => version !== own);
  if (others.length > 0)
    findings.push(
      warn('workers', `Workers are of version ${others.join(', ')}, this is ${own}.`, 'Bring all to one version.'),
    );
  return findings.length > 0 ? findings : [ok('workers', `${living.length} workers live, and lack nothing.`)];
}

const LONG_WAIT_SECONDS = 600;

export async function checkQueue(database: Database): Promise<Finding[]> {
  const { waiting, active, oldestWaitingSeconds } = await findQueueDepth(database);
  const waited = Math.round(oldestWaitingSeconds);
  const text = `${waiting} batches wait, ${active} are processed; the oldest has waited ${waited} s.`;
  if (oldestWaitingSeconds <= LONG_WAIT_SECONDS) return [ok('queue', text)];
  const isServed = (await findWorkers(database)).some(({ alive }) => alive);
  if (!isServed) return [fail('queue', `${text} No worker lives.`, 'Start the server, or npx deeplesion worker.')];
  return [warn('queue', text, 'Add workers: npx deeplesion worker, on this machine or another.')];
}

/** Whether messages about ended jobs can be sent, and are signed. */
export async function checkWebhooks(
  database: Database,
  { webhookHosts, webhookSecret }: Pick<Config, 'webhookHosts' | 'webhookSecret'>,
): Promise<Finding[]> {
  const { open, unencrypted, failed } = await countWebhooks(database);
  const findings: Finding[] = [];
  const waiting = `${open} webhooks are not delivered yet`;
  if (open > 0 && webhookHosts.length === 0)
    findings.push(warn('webhooks', `${waiting}, and none are allowed.`, 'Set WEBHOOK_HOSTS to their receivers.'));
  if (open > 0 && webhookSecret === undefined)
    findings.push(
      warn('webhooks', `${waiting}, and they cannot be signed.`, 'Set WEBHOOK_SECRET; docs/hosting.md says how.'),
    );
  if (unencrypted > 0)
    findings.push(
      warn(
        'webhooks',
        `${unencrypted} of the webhooks that are not delivered yet go to http:// addresses, which others can read.`,
        'Ask for https:// addresses of their receivers.',
      ),
    );
  if (failed > 0)
    findings.push(
      warn(
        'webhooks',
        `${failed} webhooks were given up.`,
        'Job.webhook of the runs and exports says why; mend the receivers.',
      ),
    );
  if (findings.length > 0) return findings;
  const isOn = webhookHosts.length > 0;
  return [
    ok('webhooks', isOn ? 'Webhooks are signed with WEBHOOK_SECRET.' : 'Webhooks are off: WEBHOOK_HOSTS is unset.'),
  ];
}
