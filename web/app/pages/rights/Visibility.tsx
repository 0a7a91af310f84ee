import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { DatasetVisibility } from '../../data/schemaTypes.generated';
import { useAction } from '../../data/useAction';
import { Dialog } from '../../parts/Popup';
import { Problem } from '../../parts/States';
import { TermsDialog } from '../../parts/TermsDialog';
import { type HeldDatasetFragment, SetVisibilityDocument } from './rights.generated';

type Held = Pick<HeldDatasetFragment, 'slug' | 'isLatest' | 'visibility' | 'terms'>;

const KINDS: readonly DatasetVisibility[] = ['PUBLIC', 'TERMS', 'PRIVATE'];
const LOOKS: Record<DatasetVisibility, { badge: string; word: string; meaning: string }> = {
  PUBLIC: { badge: '', word: 'public', meaning: 'Anyone who may read sees it and its content.' },
  TERMS: {
    badge: 'warn',
    word: 'terms',
    meaning: 'Anyone who may read sees that it is there; its content is for those who accept its terms.',
  },
  PRIVATE: {
    badge: 'bad',
    word: 'private',
    meaning: 'Only keys that are bound to it and operators see it; for all others it is absent.',
  },
};

/** Who sees a data set, its terms, and how that is changed, on the row of its latest version. */
export function Visibility({ dataset, mayChange }: { dataset: Held; mayChange: boolean }) {
  const { slug, isLatest, visibility, terms } = dataset;
  const [isReading, setReading] = useState(false);
  const [isChanging, setChanging] = useState(false);
  const { badge, word } = LOOKS[visibility];
  return (
    <div className="stack-tight">
      <span>
        <span className={`badge ${badge}`}>{word}</span>
      </span>
      {terms && (
        <button type="button" className="link" onClick={() => setReading(true)}>
          <bdi>{terms.title}</bdi>, version {terms.version}
        </button>
      )}
      {isLatest && mayChange && (
        <span>
          <button type="button" onClick={() => setChanging(true)}>
            Change<span className="visually-hidden"> who sees {slug}</span>
          </button>
        </span>
      )}
      {isReading && <TermsDialog dataset={slug} onClose={() => setReading(false)} />}
      {isChanging && <Change dataset={dataset} onClose={() => setChanging(false)} />}
    </div>
  );
}

function Change({ dataset: { slug, visibility, terms }, onClose }: { dataset: Held; onClose: () => void }) {
  const client = useQueryClient();
  const [wanted, setWanted] = useState(visibility);
  // The terms of before hold on, unless there are none or others are given.
  const [isNewTerms, setNewTerms] = useState(terms === null);
  const [said, setSaid] = useState({ version: '', title: 'Terms of use', text: '' });
  const set = useAction(SetVisibilityDocument, async () => {
    onClose();
    // What is listed anywhere may be absent now.
    await client.invalidateQueries();
  });
  const withTerms = wanted === 'TERMS' && isNewTerms;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    set.mutate({
      input: { dataset: slug, visibility: wanted, ...(withTerms && { terms: { ...said, duoCodes: [] } }) },
    });
  };
  return (
    <Dialog open onClose={onClose} title={`Who sees ${slug}?`}>
      <form className="stack" onSubmit={send}>
        <p className="muted small">It holds for all its versions, on every server within a second.</p>
        <fieldset className="stack-tight">
          <legend className="visually-hidden">Who sees it</legend>
          {KINDS.map((kind) => (
            <label key={kind} className="row">
              <input type="radio" name="visibility" checked={wanted === kind} onChange={() => setWanted(kind)} />
              <span>
                <strong>{LOOKS[kind].word}</strong> <span className="small muted">{LOOKS[kind].meaning}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {wanted === 'TERMS' && (
          <>
            <label className="row">
              <input type="checkbox" checked={isNewTerms} onChange={({ target }) => setNewTerms(target.checked)} />
              {terms
                ? 'Other terms, which everybody has to accept again'
                : 'Give terms; without a tick those that it had last hold'}
            </label>
            {isNewTerms && <TermsFields said={said} onChange={setSaid} />}
          </>
        )}
        {set.error && <Problem error={set.error} />}
        <div className="row">
          <button type="submit" className="primary" disabled={set.isPending || (wanted === visibility && !withTerms)}>
            {set.isPending ? 'Changing …' : 'Change it'}
          </button>
          <button type="button" onClick={onClose}>
            Leave it
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface Said {
  version: string;
  title: string;
  text: string;
}

function TermsFields({ said, onChange }: { said: Said; onChange: (said: Said) => void }) {
  return (
    <>
      <label className="stack-tight">
        Version
        <input
          required
          maxLength={40}
          pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
          title="Letters, digits, dots, dashes and underscores"
          value={said.version}
          onChange={({ target }) => onChange({ ...said, version: target.value })}
        />
      </label>
      <label className="stack-tight">
        Title
        <input
          required
          maxLength={200}
          value={said.title}
          onChange={({ target }) => onChange({ ...said, title: target.value })}
        />
      </label>
      <label className="stack-tight">
        Text
        <textarea
          required
          maxLength={100_000}
          rows={8}
          value={said.text}
          onChange={({ target }) => onChange({ ...said, text: target.value })}
        />
      </label>
    </>
  );
}
