import { useId, useRef } from 'react';
import { formatBytes, formatPercent, plural } from '../../data/text';
import { useMay } from '../../data/viewer';
import { Needs } from '../../parts/Needs';
import { Problem } from '../../parts/States';
import { EXAMPLES, type Example } from './examples';
import { SpacingForm } from './SpacingForm';
import type { TryItQuery } from './try.generated';
import { useDropped } from './useDropped';
import type { Sender, Sending } from './useSending';

type Limits = TryItQuery['serverInfo']['uploadLimits'];

/** Where a file is dropped, chosen or pasted, and three slices to try. */
export function SendForm({ sender, limits }: { sender: Sender; limits: Limits }) {
  const { sending, offer, send, fail, reset } = sender;
  const right = useMay('upload');
  const isOpen = right.isGiven && (sending.step === 'IDLE' || sending.step === 'FAILED');
  const isOver = useDropped(isOpen, { onFile: (file) => void offer(file), onRefused: fail });
  const tryExample = async (example: Example): Promise<void> => {
    try {
      const response = await fetch(example.url);
      const { pixelSpacingMm, fileName, window } = example;
      const view = window && { w: String(window.width), l: String(window.center) };
      await send({ name: fileName, content: await response.blob() }, { pixelSpacingMm }, view);
    } catch {
      fail('The example could not be fetched. The server may be restarting, or the network is gone.');
    }
  };
  if (sending.step === 'ASKING') {
    return (
      <SpacingForm
        file={sending.file}
        isSeries={sending.kind === 'ZIP_PNG'}
        onSend={(claims) => void send(sending.file, claims)}
        onCancel={reset}
      />
    );
  }
  if (sending.step === 'SENDING') return <SendingProgress sending={sending} onCancel={reset} />;
  return (
    <div className="stack">
      {sending.step === 'FAILED' && <Problem error={sending.error} />}
      <DropZone
        isOver={isOver}
        isOpen={isOpen}
        limits={limits}
        onFile={(file) => void offer({ name: file.name, content: file })}
      />
      <Needs right={right} />
      <Examples isOpen={isOpen} onExample={(example) => void tryExample(example)} />
    </div>
  );
}

function DropZone({
  isOver,
  isOpen,
  limits,
  onFile,
}: {
  isOver: boolean;
  isOpen: boolean;
  limits: Limits;
  onFile: (file: File) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const helpId = useId();
  return (
    <section className="drop-zone stack" data-over={isOver} aria-label="Your file">
      <p className="drop-zone-title">{isOver ? 'Drop it' : 'Drop a CT slice or a series here, or paste it'}</p>
      <div>
        <button
          type="button"
          className="primary"
          aria-describedby={helpId}
          disabled={!isOpen}
          onClick={() => input.current?.click()}
        >
          Choose a file
        </button>
        <input
          ref={input}
          type="file"
          className="visually-hidden"
          tabIndex={-1}
          aria-label="A CT slice, a series or a model, or detections"
          accept=".dcm,.png,.zip,.json,.csv,.ndjson,.parquet,.gz,application/dicom,image/png,application/zip"
          onChange={(event) => {
            const file = event.target.files?.[0];
            // The same file can be chosen again after a refusal.
            event.target.value = '';
            if (file) onFile(file);
          }}
        />
      </div>
      <dl className="facts drop-kinds" id={helpId}>
        <dt>Images</dt>
        <dd>A DICOM slice (.dcm), a 16-bit PNG as in DeepLesion, or a zip of the slices of one series.</dd>
        <dt>A model</dt>
        <dd>
          A zip of <code>model.json</code> and <code>model.onnx</code> is checked as a detector.
        </dd>
        <dt>Detections</dt>
        <dd>COCO results, CSV, NDJSON or Parquet of detections made elsewhere are checked and become a run.</dd>
        <dt>Privacy</dt>
        <dd>
          Names, dates and places in DICOM files are removed before anything is stored. An upload has at most{' '}
          {formatBytes(limits.maxBytes)} and is deleted after {plural(limits.hoursKept, 'hour')}, or when you delete it.
        </dd>
      </dl>
    </section>
  );
}

function Examples({ isOpen, onExample }: { isOpen: boolean; onExample: (example: Example) => void }) {
  return (
    <section className="stack-tight">
      <h2>Or take a phantom</h2>
      <p className="muted">Synthetic slices that come with this page. Whatever is found in them is no real lesion.</p>
      <ul className="examples">
        {EXAMPLES.map((example) => (
          <li key={example.fileName}>
            <button type="button" className="example" disabled={!isOpen} onClick={() => onExample(example)}>
              <img src={example.pictureUrl} alt="" width={192} height={192} />
              {example.label}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function SendingProgress({
  sending: { file, share },
  onCancel,
}: {
  sending: Extract<Sending, { step: 'SENDING' }>;
  onCancel: () => void;
}) {
  const isRead = share >= 1;
  return (
    <section className="card stack-tight" aria-label="Upload">
      <h2>
        <bdi>{file.name}</bdi>
      </h2>
      <p role="status">{isRead ? 'The server reads the file.' : `Sending: ${formatPercent(share, 0)}`}</p>
      {/* Without a value, the bar says that something is going on. */}
      <progress aria-label="Upload" max={1} value={isRead ? undefined : share} />
      <div>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </section>
  );
}
