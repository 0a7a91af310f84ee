import { useEffect, useId, useRef } from 'react';
import { keepingNow, signIn } from '../../data/signedIn';
import { CopyButton } from '../../parts/CopyButton';

/** A key that was just made. Its secret is known to this page and to nobody else. */
export interface MadeKey {
  readonly id: string;
  readonly name: string;
  /** `dl_ID_SECRET` */
  readonly secret: string;
  /** it takes the place of the key that this page is signed in with */
  readonly isOwn: boolean;
}

/** Shows a key once. It stands in the page and not in a dialog, which a slip of the finger would close. */
export function MadeKeyCard({ made: { id, name, secret, isOwn }, onDone }: { made: MadeKey; onDone: () => void }) {
  const title = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new key is read
  useEffect(() => title.current?.focus(), [id]);
  return (
    <section className="card stack made-key" aria-labelledby={titleId}>
      <h2 ref={title} id={titleId} tabIndex={-1}>
        The key of <bdi>{name}</bdi>
      </h2>
      <p>It is shown once, now. The server keeps only a checksum of it: copy it, and hand it over in a safe way.</p>
      <pre>{secret}</pre>
      <div className="row">
        <CopyButton text={secret} label="Copy the key" />
        {isOwn && (
          <button type="button" onClick={() => signIn(secret, keepingNow())}>
            Go on with the new key here
          </button>
        )}
        <button type="button" onClick={onDone}>
          I have it
        </button>
      </div>
    </section>
  );
}
