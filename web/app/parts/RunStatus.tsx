import { formatPercent } from '../data/text';

type Status = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

const LOOKS: Record<Status, { label: string; tone: string }> = {
  QUEUED: { label: 'queued', tone: '' },
  RUNNING: { label: 'running', tone: 'warn' },
  SUCCEEDED: { label: 'succeeded', tone: 'good' },
  FAILED: { label: 'failed', tone: 'bad' },
  CANCELLED: { label: 'cancelled', tone: '' },
};

/** The status of a job in a word, with its share done while it works. */
export function RunStatus({
  status,
  progress: { completed, failed, total },
}: {
  status: Status;
  progress: { completed: number; failed: number; total: number };
}) {
  const { label, tone } = LOOKS[status];
  const share = total > 0 ? (completed + failed) / total : 0;
  return (
    <span className={`badge ${tone}`}>
      {label}
      {status === 'RUNNING' && ` ${formatPercent(share, 0)}`}
      {status === 'SUCCEEDED' && failed > 0 && `, ${failed} failed`}
    </span>
  );
}
