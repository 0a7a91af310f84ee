import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../data/useAction';
import { Question } from '../../parts/Question';
import { KeysDocument, RotateKeyDocument } from './keys.generated';
import type { ListedKey } from './keyTexts';
import type { MadeKey } from './MadeKeyCard';

/** For how long both keys are valid, hours. One's own stays at least until the page has changed over. */
const OVERLAPS = [
  { hours: 0, label: 'not at all: it stops working now' },
  { hours: 1, label: 'for an hour' },
  { hours: 24, label: 'for a day' },
  { hours: 168, label: 'for a week' },
  { hours: 720, label: 'for 30 days' },
] as const;

/** Replaces a key by one of the same rights, with some time to change over. */
export function Rotate({
  listed: { id, name },
  isOwn,
  onMade,
}: {
  listed: ListedKey;
  isOwn: boolean;
  onMade: (made: MadeKey) => void;
}) {
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [overlapHours, setOverlapHours] = useState(24);
  const rotate = useAction(RotateKeyDocument, async ({ rotateApiKey: { apiKey, secret } }) => {
    setAsking(false);
    if (secret !== null) onMade({ id: apiKey.id, name: apiKey.name, secret, isOwn });
    await client.invalidateQueries({ queryKey: [KeysDocument.name] });
  });
  return (
    <>
      <button type="button" onClick={() => setAsking(true)}>
        Replace<span className="visually-hidden"> the key of {name}</span>
      </button>
      <Question
        open={isAsking}
        title="Replace this key?"
        yes={['Replace the key', 'Replacing …']}
        no="Keep it"
        isDangerous={false}
        work={rotate}
        onYes={() => rotate.mutate({ input: { id, overlapHours } })}
        onNo={() => setAsking(false)}
      >
        <p>
          A new key with the same name, scopes and data sets takes the place of the one of{' '}
          <strong>
            <bdi>{name}</bdi>
          </strong>
          . What was made with the old one belongs to the same owner.
        </p>
        <label className="stack-tight">
          The old key stays valid
          <select value={overlapHours} onChange={({ target }) => setOverlapHours(Number(target.value))}>
            {OVERLAPS.filter(({ hours }) => hours > 0 || !isOwn).map(({ hours, label }) => (
              <option key={hours} value={hours}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </Question>
    </>
  );
}
