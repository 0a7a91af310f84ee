import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { ask } from '../../data/graph';
import { useMay } from '../../data/viewer';
import { Needs } from '../../parts/Needs';
import { Dialog } from '../../parts/Popup';
import { Problem } from '../../parts/States';
import { CategorizeLesionsDocument } from './work.generated';

const FIRST_CLUSTER_COUNT = 5;
const MAX_CLUSTERS = 1000;

/** Asks for another categorization of a data set version, and leads to it while it is being made. */
export function NewCategorization({ slug, version }: { slug: string; version: number }) {
  const right = useMay('curate');
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" disabled={!right.isGiven} onClick={() => setOpen(true)}>
        New categorization
      </button>
      <Needs right={right} />
      <Dialog open={open} onClose={() => setOpen(false)} title="New categorization">
        <Form slug={slug} dataset={`${slug}@${version}`} onAccepted={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function Form({ slug, dataset, onAccepted }: { slug: string; dataset: string; onAccepted: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [clusterCount, setClusterCount] = useState(String(FIRST_CLUSTER_COUNT));
  const [withNoisy, setWithNoisy] = useState(true);
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setSending(true);
    setError(null);
    try {
      const { data } = await ask(CategorizeLesionsDocument, {
        input: {
          dataset,
          name: name.trim(),
          clusterCount: Number(clusterCount),
          ...(!withNoisy && { filter: { possiblyNoisy: false } }),
        },
      });
      await queries.invalidateQueries({ queryKey: ['ClustersDataset'] });
      onAccepted();
      const categorizationId = data.categorizeLesions.categorization.id;
      void navigate({ to: PATHS.categorization, params: { slug, categorizationId } });
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown : new Error(String(thrown)));
      setSending(false);
    }
  };
  return (
    <form className="stack" onSubmit={(event) => void send(event)}>
      <p className="muted">
        Every lesion with pixels is put into one of K clusters, by k-means on the features of the encoder. Nothing that
        is there is changed.
      </p>
      <label className="stack-tight">
        Name
        <input required maxLength={200} dir="auto" value={name} onChange={({ target }) => setName(target.value)} />
      </label>
      <label className="stack-tight">
        Number of clusters, K
        <input
          type="number"
          required
          min={1}
          max={MAX_CLUSTERS}
          step={1}
          value={clusterCount}
          onChange={({ target }) => setClusterCount(target.value)}
        />
      </label>
      <label className="row">
        <input type="checkbox" checked={withNoisy} onChange={({ target }) => setWithNoisy(target.checked)} />
        With possibly noisy measurements
      </label>
      {error && <Problem error={error} />}
      <div>
        <button type="submit" className="primary" disabled={isSending}>
          {isSending ? 'Sending …' : 'Sort the lesions'}
        </button>
      </div>
    </form>
  );
}
