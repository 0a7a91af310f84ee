import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { formatNumber, formatTime, plural } from '../../data/text';
import { deleteUpload } from '../../data/upload';
import { useMay } from '../../data/viewer';
import { Needs } from '../../parts/Needs';
import { Question } from '../../parts/Question';
import type { TriedUpload } from './found';

const KINDS: Record<TriedUpload['kind'], string> = {
  DICOM: 'a DICOM slice',
  DICOM_SERIES: 'a DICOM series',
  PNG: 'a 16-bit PNG',
  PNG_SERIES: 'a series of 16-bit PNGs',
  MODEL: 'a model',
  DETECTIONS: 'detections made elsewhere',
};

/** What the server kept of a file, what it removed, and when it forgets the rest. */
export function UploadFacts({ upload, onGone }: { upload: TriedUpload; onGone: () => void }) {
  const { kind, width, height, pixelSpacingMm, sliceIntervalMm, sliceIndices, expiresAt, warnings } = upload;
  const mm = (value: number | null): string => (value === null ? 'not known' : `${formatNumber(value, 3)} mm`);
  return (
    <section className="card stack">
      <h2>Upload</h2>
      <dl className="facts small">
        <dt>Content</dt>
        <dd>{KINDS[kind]}</dd>
        {width !== null && (
          <>
            <dt>Size</dt>
            <dd>
              {width} × {height} pixels{sliceIndices.length > 1 && `, ${plural(sliceIndices.length, 'slice')}`}
            </dd>
            <dt>Pixel spacing</dt>
            <dd>{mm(pixelSpacingMm)}</dd>
            {sliceIndices.length > 1 && (
              <>
                <dt>Slice interval</dt>
                <dd>{mm(sliceIntervalMm)}</dd>
              </>
            )}
          </>
        )}
        <dt>Deleted at</dt>
        <dd>{formatTime(expiresAt)}</dd>
      </dl>
      {warnings.length > 0 && (
        <div className="banner small">
          {warnings.slice(0, 10).map((warning) => (
            <p key={warning}>
              <bdi>{warning}</bdi>
            </p>
          ))}
          {warnings.length > 10 && <p>and {plural(warnings.length - 10, 'more note')}.</p>}
        </div>
      )}
      <RemovedTags upload={upload} />
      <DeleteNow id={upload.id} onGone={onGone} />
    </section>
  );
}

function RemovedTags({ upload: { kind, removedTags } }: { upload: TriedUpload }) {
  if (kind !== 'DICOM' && kind !== 'DICOM_SERIES') return null;
  if (removedTags.length === 0)
    return <p className="small muted">The file had no attributes with data on persons, places or times.</p>;
  return (
    <details className="small">
      <summary>
        {plural(removedTags.length, 'attribute')} with data on persons, places or times{' '}
        {removedTags.length === 1 ? 'was' : 'were'} not stored
      </summary>
      <ul className="removed-tags">
        {removedTags.map(({ tag, name }) => (
          <li key={tag}>
            <span className="mono">{tag}</span> {name || 'private'}
          </li>
        ))}
      </ul>
    </details>
  );
}

function DeleteNow({ id, onGone }: { id: string; onGone: () => void }) {
  const right = useMay('upload', 'operate');
  const [asked, setAsked] = useState(false);
  const deletion = useMutation({ mutationFn: () => deleteUpload(id), onSuccess: onGone });
  return (
    <div>
      <button type="button" disabled={!right.isGiven} onClick={() => setAsked(true)}>
        Delete now
      </button>
      <Needs right={right} />
      <Question
        open={asked}
        title="Delete the upload?"
        yes={['Delete', 'Deleting …']}
        no="Keep"
        work={deletion}
        onYes={() => deletion.mutate()}
        onNo={() => setAsked(false)}
      >
        <p>The file and everything that was found in it are deleted from the server. This cannot be undone.</p>
      </Question>
    </div>
  );
}
