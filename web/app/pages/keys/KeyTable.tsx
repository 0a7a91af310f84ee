import { formatTime } from '../../data/text';
import { type ListedKey, roleOfScopes, stateOfKey } from './keyTexts';
import type { MadeKey } from './MadeKeyCard';
import { QuotaMeters } from './Quotas';
import { Revoke } from './Revoke';
import { Rotate } from './Rotate';

interface RowProps {
  /** of the key that this page is signed in with */
  readonly ownId: string | undefined;
  readonly onMade: (made: MadeKey) => void;
}

/** Keys, one row each; on a phone, each is a card. */
export function KeyTable({ keys, ...more }: RowProps & { keys: readonly ListedKey[] }) {
  return (
    <div className="card row-cards">
      <table>
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">May</th>
            <th scope="col">Data sets</th>
            <th scope="col">Made</th>
            <th scope="col">Last used</th>
            <th scope="col">Valid</th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <Row key={key.id} listed={key} {...more} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ listed, ownId, onMade }: RowProps & { listed: ListedKey }) {
  const { id, name, prefix, note, datasets, createdAt, createdBy, lastUsedAt, quotas } = listed;
  const state = stateOfKey(listed, Date.now());
  const isOwn = id === ownId;
  return (
    <tr>
      <td>
        <strong>
          <bdi>{name}</bdi>
        </strong>{' '}
        {isOwn && <span className="badge">yours</span>}
        <p className="small muted mono">{prefix}_…</p>
        {note !== null && (
          <p className="small">
            <bdi>{note}</bdi>
          </p>
        )}
        {quotas.length > 0 && state === 'ACTIVE' && (
          <details>
            <summary className="small">
              Quotas<span className="visually-hidden"> of {name}</span>
            </summary>
            <QuotaMeters quotas={quotas} />
          </details>
        )}
      </td>
      <td data-label="May">
        <Scopes scopes={listed.scopes} />
      </td>
      <td data-label="Data sets">{datasets === null ? 'all' : datasets.join(', ')}</td>
      <td data-label="Made">
        {formatTime(createdAt)}
        <p className="small muted">by {createdBy === null ? 'the command line' : <bdi>{createdBy}</bdi>}</p>
      </td>
      <td data-label="Last used">{lastUsedAt === null ? 'never' : formatTime(lastUsedAt)}</td>
      <td data-label="Valid">
        <Validity listed={listed} state={state} />
      </td>
      <td>
        {state === 'ACTIVE' && (
          <div className="key-actions">
            <Rotate listed={listed} isOwn={isOwn} onMade={onMade} />
            <Revoke listed={listed} isOwn={isOwn} />
          </div>
        )}
      </td>
    </tr>
  );
}

function Scopes({ scopes }: { scopes: readonly string[] }) {
  const role = roleOfScopes(scopes);
  return (
    <>
      {role && <p>{role}</p>}
      <p className={role ? 'small muted' : undefined}>{scopes.join(', ')}</p>
    </>
  );
}

function Validity({ listed: { expiresAt, revokedAt }, state }: { listed: ListedKey; state: string }) {
  if (state === 'REVOKED')
    return (
      <>
        <span className="badge bad">revoked</span> <span className="small muted">{formatTime(revokedAt)}</span>
      </>
    );
  if (state === 'EXPIRED')
    return (
      <>
        <span className="badge warn">expired</span> <span className="small muted">{formatTime(expiresAt)}</span>
      </>
    );
  return expiresAt === null ? 'until it is revoked' : `until ${formatTime(expiresAt)}`;
}
