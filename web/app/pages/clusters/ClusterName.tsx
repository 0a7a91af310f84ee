import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { type Cluster, clusterName } from './clusterTexts';
import type { Naming } from './useNaming';

/** As the graph takes it. */
const MAX_LETTERS = 200;

/** The name of a cluster, changed where it stands: Enter saves, Escape restores. */
export function ClusterName({ cluster, naming }: { cluster: Cluster; naming: Naming }) {
  const [draft, setDraft] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const isEditing = draft !== null;
  const wasEditing = useRef(false);
  useEffect(() => {
    if (isEditing) input.current?.select();
    else if (wasEditing.current) button.current?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);
  if (draft === null) {
    return (
      <div className="cluster-name">
        <h3>
          <bdi>{clusterName(cluster)}</bdi>
        </h3>
        {naming.right.isGiven && (
          <button ref={button} type="button" className="quiet small" onClick={() => setDraft(cluster.label ?? '')}>
            {cluster.label === null ? 'Name it' : 'Rename'}
            <span className="visually-hidden"> {clusterName(cluster)}</span>
          </button>
        )}
      </div>
    );
  }
  const save = async (): Promise<void> => {
    setSaving(true);
    const isSaved = await naming.name(cluster.id, cluster.label, draft.trim() === '' ? null : draft.trim());
    setSaving(false);
    if (isSaved) setDraft(null);
  };
  const onKeyDown = ({ key, nativeEvent }: KeyboardEvent): void => {
    // Enter that ends the composition of a letter is not meant for us.
    if (nativeEvent.isComposing) return;
    if (key === 'Enter') void save();
    if (key === 'Escape') setDraft(null);
  };
  return (
    <div className="cluster-name">
      <input
        ref={input}
        value={draft}
        maxLength={MAX_LETTERS}
        dir="auto"
        readOnly={isSaving}
        aria-label={`Name of pseudo-cluster ${cluster.clusterIndex}; Enter saves, Escape restores`}
        placeholder="e.g. lung nodule"
        onChange={({ target }) => setDraft(target.value)}
        onKeyDown={onKeyDown}
      />
      <button type="button" onClick={() => void save()} disabled={isSaving}>
        Save
      </button>
      <button type="button" className="quiet" onClick={() => setDraft(null)}>
        Cancel
      </button>
    </div>
  );
}
