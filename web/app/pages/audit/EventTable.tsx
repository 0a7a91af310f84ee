import { formatTime } from '../../data/text';
import type { AuditTrailQuery } from './audit.generated';
import { OUTCOMES } from './search';

export type ListedEvent = AuditTrailQuery['auditEvents']['nodes'][number];

const LOOKS = { DONE: 'good', REFUSED: 'warn', FAILED: 'bad' } as const;

/** Events, one row each; on a phone, each is a card. */
export function EventTable({ events }: { events: readonly ListedEvent[] }) {
  return (
    <div className="card row-cards">
      <table>
        <thead>
          <tr>
            <th scope="col" className="number">
              Number
            </th>
            <th scope="col">Time</th>
            <th scope="col">Who</th>
            <th scope="col">Action</th>
            <th scope="col">Outcome</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <Row key={event.number} event={event} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  event: { number, at, actor, action, outcome, code, target, changes, requestId },
}: {
  event: ListedEvent;
}) {
  return (
    <tr>
      <td className="number" data-label="Number">
        {number}
      </td>
      <td data-label="Time">
        <time dateTime={at}>{formatTime(at)}</time>
      </td>
      <td data-label="Who">
        <bdi>{whoOf(actor)}</bdi>
        {actor.prefix && <p className="small muted mono">{actor.prefix}_…</p>}
      </td>
      <td data-label="Action">
        <code>{action}</code>
      </td>
      <td data-label="Outcome">
        <span className={`badge ${LOOKS[outcome]}`}>{OUTCOMES[outcome]}</span>
        {code && <p className="small muted">{code}</p>}
      </td>
      <td data-label="What">
        <details className="small">
          <summary>{summaryOf(changes)}</summary>
          <dl className="facts event-facts">
            <dt>Target</dt>
            <dd className="mono">{target ?? 'none'}</dd>
            <dt>Request</dt>
            <dd className="mono">{requestId ?? 'none'}</dd>
            <dt>Changes</dt>
            <dd className="mono">{changes === null ? 'none' : JSON.stringify(changes)}</dd>
          </dl>
        </details>
      </td>
    </tr>
  );
}

/** The name of a key or a person, or where the request came from. */
export const whoOf = ({ name, address }: ListedEvent['actor']): string => name ?? address ?? 'several';

const SHOWN_NAMES = 4;

/** The names of what was changed. */
function summaryOf(changes: unknown): string {
  const names = typeof changes === 'object' && changes !== null ? Object.keys(changes) : [];
  // As words: "alreadyImported" is the name of a field.
  const words = names.map((name) => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
  if (words.length === 0) return 'More';
  return words.slice(0, SHOWN_NAMES).join(', ') + (words.length > SHOWN_NAMES ? ' …' : '');
}
