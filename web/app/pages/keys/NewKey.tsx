import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../data/useAction';
import type { Viewer } from '../../data/viewer';
import { Dialog, focusFirst } from '../../parts/Popup';
import { Problem } from '../../parts/States';
import { DatasetFields, QuotaFields, ScopeFields } from './KeyFields';
import { CreateKeyDocument, KeysDocument } from './keys.generated';
import { expiryOfDays, MAX_DAYS, quotaInputs } from './keyTexts';
import type { MadeKey } from './MadeKeyCard';

const DEFAULT_SCOPES = ['read', 'export'];
const DEFAULT_DAYS = '90';

/** A key for a person or a program, with at most the rights of its maker. */
export function NewKey({ viewer, onMade }: { viewer: Viewer; onMade: (made: MadeKey) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="primary" onClick={() => setOpen(true)}>
        New key
      </button>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title="New key">
        <Form
          viewer={viewer}
          onMade={(made) => {
            setOpen(false);
            onMade(made);
          }}
        />
      </Dialog>
    </>
  );
}

function Form({ viewer, onMade }: { viewer: Viewer; onMade: (made: MadeKey) => void }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const [days, setDays] = useState(DEFAULT_DAYS);
  const [datasets, setDatasets] = useState<readonly string[]>([]);
  const [limits, setLimits] = useState<Readonly<Record<string, string>>>({});
  const [scopes, setScopes] = useState<readonly string[]>(
    DEFAULT_SCOPES.filter((scope) => viewer.scopes.includes(scope)),
  );
  const create = useAction(CreateKeyDocument, async ({ createApiKey: { apiKey, secret } }) => {
    if (secret !== null) onMade({ id: apiKey.id, name: apiKey.name, secret, isOwn: false });
    await client.invalidateQueries({ queryKey: [KeysDocument.name] });
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const quotas = quotaInputs(limits);
    create.mutate({
      input: {
        name: name.trim(),
        scopes: [...scopes],
        expiresAt: expiryOfDays(days, Date.now()),
        ...(note.trim() !== '' && { note: note.trim() }),
        ...(datasets.length > 0 && { datasets: [...datasets] }),
        ...(quotas.length > 0 && { quotas }),
      },
    });
  };
  return (
    <form className="stack" onSubmit={send}>
      <label className="stack-tight">
        Name of the person or program
        <input
          ref={focusFirst}
          required
          maxLength={200}
          dir="auto"
          autoComplete="off"
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      </label>
      <ScopeFields chosen={scopes} grantable={viewer.scopes} onChange={setScopes} />
      <DatasetFields chosen={datasets} bound={viewer.key?.datasets ?? null} onChange={setDatasets} />
      <label className="stack-tight">
        Valid for so many days
        <input
          type="number"
          min={1}
          max={MAX_DAYS}
          step={1}
          placeholder={viewer.key?.expiresAt ? 'as long as your own key' : 'until it is revoked'}
          value={days}
          onChange={({ target }) => setDays(target.value)}
        />
      </label>
      <QuotaFields typed={limits} onChange={setLimits} />
      <label className="stack-tight">
        <span>
          What it is for <span className="muted">(optional)</span>
        </span>
        <input
          maxLength={1000}
          dir="auto"
          autoComplete="off"
          value={note}
          onChange={({ target }) => setNote(target.value)}
        />
      </label>
      {create.error && <Problem error={create.error} />}
      <div>
        <button type="submit" className="primary" disabled={create.isPending || scopes.length === 0}>
          {create.isPending ? 'Making the key …' : 'Make the key'}
        </button>
        {scopes.length === 0 && <p className="small muted">Choose at least one scope.</p>}
      </div>
    </form>
  );
}
