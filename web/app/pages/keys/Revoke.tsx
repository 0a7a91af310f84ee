import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { signOut } from '../../data/signedIn';
import { useAction } from '../../data/useAction';
import { Question } from '../../parts/Question';
import { KeysDocument, RevokeKeyDocument } from './keys.generated';
import type { ListedKey } from './keyTexts';

/** Revokes a key after a question. */
export function Revoke({ listed: { id, name, prefix }, isOwn }: { listed: ListedKey; isOwn: boolean }) {
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const revoke = useAction(RevokeKeyDocument, async () => {
    setAsking(false);
    if (isOwn) signOut();
    else await client.invalidateQueries({ queryKey: [KeysDocument.name] });
  });
  return (
    <>
      <button type="button" onClick={() => setAsking(true)}>
        Revoke<span className="visually-hidden"> the key of {name}</span>
      </button>
      <Question
        open={isAsking}
        title="Revoke this key?"
        yes={['Revoke the key', 'Revoking …']}
        no="Keep it"
        work={revoke}
        onYes={() => revoke.mutate({ input: { id } })}
        onNo={() => setAsking(false)}
      >
        <p>
          The key of{' '}
          <strong>
            <bdi>{name}</bdi>
          </strong>{' '}
          (<span className="mono">{prefix}_…</span>) stops working within a second, also in programs that use it now.
          That cannot be undone. What was made with it stays.
        </p>
        {isOwn && <p className="banner">You are signed in with this key: you will be signed out.</p>}
      </Question>
    </>
  );
}
