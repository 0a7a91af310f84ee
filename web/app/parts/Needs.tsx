import type { Right } from '../data/viewer';
import { showAccount } from './accountDoor';

/** Why something is not offered, and the way to it; nothing where it is. */
export function Needs({
  right: { isGiven, scopes },
  what,
}: {
  right: Right;
  /** "Naming a cluster", where nothing beside the sentence says so */
  what?: string;
}) {
  if (isGiven) return null;
  return (
    <p className="small muted">
      {what === undefined ? 'Needs' : `${what} needs`} the scope{' '}
      {scopes.map((scope, index) => (
        <span key={scope}>
          {index > 0 && ' or '}
          <code>{scope}</code>
        </span>
      ))}
      :{' '}
      <button type="button" className="link" onClick={() => showAccount('SIGN_IN')}>
        sign in
      </button>{' '}
      with a key that has it.
    </p>
  );
}
