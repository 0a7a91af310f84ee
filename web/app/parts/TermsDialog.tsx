import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { formatTime } from '../data/text';
import { useAction } from '../data/useAction';
import { useAnswer } from '../data/useAnswer';
import { nameOf, useViewer } from '../data/viewer';
import { showAccount } from './accountDoor';
import { Dialog } from './Popup';
import { Answered, Problem } from './States';
import { AcceptTermsDocument, TermsDocument, type TermsQuery } from './terms.generated';

type Terms = NonNullable<NonNullable<TermsQuery['dataset']>['terms']>;

/** The terms of use of a data set, and the form that accepts them. */
export function TermsDialog({ dataset, onClose }: { dataset: string; onClose: () => void }) {
  const query = useAnswer(TermsDocument, { dataset });
  return (
    <Dialog open onClose={onClose} title={query.data?.data.dataset?.terms?.title ?? 'Terms of use'}>
      <Answered query={query}>
        {({ dataset: found }) =>
          found?.terms ? (
            <>
              <TermsText name={found.name} terms={found.terms} />
              {found.terms.mustAccept && <AcceptForm dataset={dataset} terms={found.terms} onClose={onClose} />}
            </>
          ) : (
            <p>This data set asks for no terms.</p>
          )
        }
      </Answered>
    </Dialog>
  );
}

function TermsText({ name, terms: { version, text, url, duoCodes, acceptedAt } }: { name: string; terms: Terms }) {
  return (
    <>
      <p className="muted small">
        <bdi>{name}</bdi>, version {version}
        {duoCodes.length > 0 && `, ${duoCodes.join(', ')}`}
        {acceptedAt && `, accepted ${formatTime(acceptedAt)}`}
      </p>
      <textarea aria-label="The terms" readOnly rows={12} value={text} />
      {url && (
        <p>
          <a href={url} rel="noreferrer" target="_blank">
            {url}
          </a>
        </p>
      )}
    </>
  );
}

function AcceptForm({ dataset, terms, onClose }: { dataset: string; terms: Terms; onClose: () => void }) {
  const viewer = useViewer();
  const queries = useQueryClient();
  const [said, setSaid] = useState({ name: '', affiliation: '', purpose: '' });
  const accept = useAction(AcceptTermsDocument, async () => {
    onClose();
    await queries.invalidateQueries();
  });
  if (!viewer || nameOf(viewer) === null)
    return (
      <div className="stack-tight">
        <p>An acceptance belongs to a key or a person: sign in first.</p>
        <div>
          <button
            type="button"
            className="primary"
            onClick={() => {
              onClose();
              showAccount('SIGN_IN');
            }}
          >
            Sign in
          </button>
        </div>
      </div>
    );
  const field = (name: keyof typeof said, label: string) => (
    <label className="stack-tight">
      {label}
      <input
        required
        maxLength={name === 'purpose' ? 2000 : 200}
        value={said[name]}
        onChange={({ target }) => setSaid({ ...said, [name]: target.value })}
      />
    </label>
  );
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        accept.mutate({ input: { dataset, termsVersion: terms.version, ...said } });
      }}
    >
      {field('name', 'Your name')}
      {field('affiliation', 'Your affiliation')}
      {field('purpose', 'What you use the data for')}
      {accept.error && <Problem error={accept.error} />}
      <div>
        <button type="submit" className="primary" disabled={accept.isPending}>
          {accept.isPending ? 'Accepting …' : 'I accept these terms'}
        </button>
      </div>
    </form>
  );
}
