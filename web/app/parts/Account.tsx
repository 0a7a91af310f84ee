import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { isScope, SCOPE_MEANINGS } from '../../../src/access/scopes';
import { PATHS } from '../../../src/http/webPaths';
import { below } from '../data/base';
import { ask } from '../data/graph';
import { keepingNow, sentenceOf, signIn, signOut, useSignedIn } from '../data/signedIn';
import { formatTime } from '../data/text';
import { useViewer } from '../data/viewer';
import { ViewerDocument, type ViewerQuery } from '../data/viewer.generated';
import { type AccountView, showAccount } from './accountDoor';
import { Dialog, focusFirst } from './Popup';
import { Problem, Skeleton } from './States';

type OwnKey = NonNullable<ViewerQuery['viewer']['key']>;
type Person = NonNullable<ViewerQuery['viewer']['person']>;

/** Who is signed in and what they may; or the form to sign in. */
export default function Account({ view, onClose }: { view: AccountView | null; onClose: () => void }) {
  const { key } = useSignedIn();
  const { key: own, person, signIn: provider, scopes = [] } = useViewer() ?? {};
  const isForm = (key === null && !person) || view === 'SIGN_IN';
  return (
    <Dialog open={view !== null} onClose={onClose} title={isForm ? 'Sign in' : 'Signed in'}>
      {isForm ? (
        <>
          {provider && <WithProvider {...provider} />}
          <SignInForm onDone={onClose} />
        </>
      ) : own ? (
        <Panel own={own} onClose={onClose} />
      ) : person ? (
        <PersonPanel person={person} scopes={scopes} onClose={onClose} />
      ) : (
        <Skeleton />
      )}
    </Dialog>
  );
}

/** The way to the provider of the host, which leads back to this view. */
function WithProvider({ name, url }: { name: string; url: string }) {
  const { pathname, search, hash } = window.location;
  return (
    <>
      <div>
        <a
          className="button primary"
          href={`${below(url)}?${new URLSearchParams({ to: `${pathname}${search}${hash}` })}`}
        >
          Sign in with {name}
        </a>
      </div>
      <h3>Or with a key</h3>
    </>
  );
}

/** What a header can carry; everything else the server itself judges. */
const SENDABLE = /^[\x21-\x7e]+$/;

function SignInForm({ onDone }: { onDone: () => void }) {
  const [text, setText] = useState('');
  const [isKept, setKept] = useState(false);
  const [isChecking, setChecking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const check = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const key = text.trim().replace(/^bearer\s+/i, '');
    setRefusal(SENDABLE.test(key) ? null : 'A key begins with dl_ and has no spaces. Copy all of it.');
    if (!SENDABLE.test(key)) return;
    setChecking(true);
    try {
      await ask(ViewerDocument, {}, undefined, key);
      onDone();
      signIn(key, isKept ? 'DEVICE' : 'TAB');
    } catch (failure) {
      setRefusal(failure instanceof Error ? failure.message : String(failure));
      setChecking(false);
    }
  };
  return (
    <form className="stack" onSubmit={(event) => void check(event)}>
      <p className="muted">
        The operator of this server gives out keys. What you may do, and whose your runs and verdicts are, goes by your
        key.
      </p>
      <label className="stack-tight">
        Key
        <input
          ref={focusFirst}
          type="password"
          required
          autoComplete="off"
          spellCheck={false}
          placeholder="dl_…"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      <div className="stack-tight">
        <label className="row">
          <input type="checkbox" checked={isKept} onChange={({ target }) => setKept(target.checked)} />
          Keep me signed in on this device
        </label>
        <p className="muted small">{isKept ? KEPT : FORGOTTEN}</p>
      </div>
      {refusal !== null && (
        <p className="problem" role="alert">
          {refusal}
        </p>
      )}
      <div>
        <button type="submit" className="primary" disabled={isChecking}>
          {isChecking ? 'Checking the key …' : 'Sign in'}
        </button>
      </div>
    </form>
  );
}

const KEPT =
  'This browser keeps the key until you sign out. Anyone who uses this browser can then act as you: choose it only on a device of your own.';
const FORGOTTEN = 'This tab keeps the key until it is closed.';

/** Ends the session of a person. @returns where the browser goes next: to the provider, to sign out there too */
async function endSession(): Promise<string> {
  const response = await fetch(below('/auth/sign-out'), { method: 'POST' });
  if (!response.ok) throw new Error(await sentenceOf(response));
  return (await response.json()).url;
}

function PersonPanel({
  person: { name, reviewer, issuer, subject, roles, expiresAt },
  scopes,
  onClose,
}: {
  person: Person;
  scopes: readonly string[];
  onClose: () => void;
}) {
  const [problem, setProblem] = useState<Error | null>(null);
  const leave = async (): Promise<void> => {
    try {
      window.location.assign(await endSession());
    } catch (failure) {
      setProblem(failure instanceof Error ? failure : new Error(String(failure)));
    }
  };
  return (
    <>
      <dl className="facts">
        <dt>Name</dt>
        <dd>
          <strong>
            <bdi>{name}</bdi>
          </strong>
        </dd>
        {reviewer !== name && (
          <>
            <dt>Verdicts</dt>
            <dd>
              signed as <bdi>{reviewer}</bdi>
            </dd>
          </>
        )}
        <dt>Known as</dt>
        <dd>
          <span className="mono">{subject}</span> at {issuer}
        </dd>
        <dt>Roles</dt>
        <dd>
          {roles.length > 0 ? roles.join(', ') : 'none of your groups has a role here: you may do what anyone may'}
        </dd>
        <dt>Until</dt>
        <dd>{formatTime(expiresAt)}</dd>
      </dl>
      <Scopes scopes={scopes} />
      {problem && <Problem error={problem} />}
      <div className="row">
        <button type="button" className="primary" onClick={() => void leave()}>
          Sign out
        </button>
        <button type="button" onClick={() => showAccount('SIGN_IN')}>
          Use a key
        </button>
        <ManageKeys scopes={scopes} onClose={onClose} />
      </div>
    </>
  );
}

function Scopes({ scopes }: { scopes: readonly string[] }) {
  return (
    <section className="stack-tight">
      <h3>What you may do</h3>
      <dl className="facts small">
        {scopes.map((scope) => (
          <div key={scope} style={{ display: 'contents' }}>
            <dt>
              <code>{scope}</code>
            </dt>
            <dd>{isScope(scope) ? SCOPE_MEANINGS[scope] : ''}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function ManageKeys({ scopes, onClose }: { scopes: readonly string[]; onClose: () => void }) {
  if (!scopes.includes('keys')) return null;
  return (
    <Link to={PATHS.keys} onClick={onClose}>
      Manage keys
    </Link>
  );
}

function Panel({ own, onClose }: { own: OwnKey; onClose: () => void }) {
  const { name, prefix, scopes, datasets, expiresAt, note } = own;
  return (
    <>
      <dl className="facts">
        <dt>Name</dt>
        <dd>
          <strong>
            <bdi>{name}</bdi>
          </strong>
        </dd>
        <dt>Key</dt>
        <dd className="mono">{prefix}_…</dd>
        {note !== null && (
          <>
            <dt>Note</dt>
            <dd>
              <bdi>{note}</bdi>
            </dd>
          </>
        )}
        <dt>Data sets</dt>
        <dd>{datasets === null ? 'all' : `only ${datasets.join(', ')}`}</dd>
        <dt>Valid until</dt>
        <dd>{expiresAt === null ? 'it is revoked' : formatTime(expiresAt)}</dd>
        <dt>Kept by</dt>
        <dd>{keepingNow() === 'DEVICE' ? 'this browser, until you sign out' : 'this tab, until it is closed'}</dd>
      </dl>
      <Scopes scopes={scopes} />
      <div className="row">
        <button
          type="button"
          className="primary"
          onClick={() => {
            onClose();
            signOut();
          }}
        >
          Sign out
        </button>
        <button type="button" onClick={() => showAccount('SIGN_IN')}>
          Use another key
        </button>
        <ManageKeys scopes={scopes} onClose={onClose} />
      </div>
    </>
  );
}
