import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { ask } from '../../data/graph';
import { useMay } from '../../data/viewer';
import { Needs } from '../../parts/Needs';
import { Problem } from '../../parts/States';
import type { TriedUpload } from './found';
import { RegisterTriedDocument, type RegisterTriedMutation } from './try.generated';
import { UploadFacts } from './UploadFacts';

/** What `registerDetector` looks at, in its order. */
const CHECKS = [
  'The manifest model.json is complete, and its name and version are free.',
  'The checksum of model.onnx is the one of the manifest, and it needs no other files.',
  'ONNX Runtime loads it: IR version, operators, inputs and outputs are as the manifest says.',
  'It looks at two synthetic slices within the limits of time and memory, and its boxes and scores make sense.',
];

/** An uploaded model: its checks, and the detector that it becomes. */
export function ModelView({ upload, onGone }: { upload: TriedUpload; onGone: () => void }) {
  const right = useMay('register');
  const registration = useMutation({
    mutationFn: async () => (await ask(RegisterTriedDocument, { upload: upload.id })).data.registerDetector,
  });
  return (
    <div className="slice-page">
      <section className="card stack">
        <h2>Check it and register it as a detector</h2>
        <p>The zip holds a model and nothing else. The server checks it step by step and stops at the first fault:</p>
        <ol className="checks">
          {CHECKS.map((check) => (
            <li key={check}>{check}</li>
          ))}
        </ol>
        <p className="muted">
          If nothing is wrong, it becomes a detector of this server, for everyone who uses it. Its name and version then
          denote this model for good.
        </p>
        <div>
          <button
            type="button"
            className="primary"
            disabled={!right.isGiven || registration.isPending || registration.isSuccess}
            onClick={() => registration.mutate()}
          >
            {registration.isPending ? 'Checking' : 'Check and register'}
          </button>
        </div>
        <Needs right={right} />
        <div role="status">
          {registration.isPending && <p className="muted">The model is tried; this takes some seconds.</p>}
          {registration.data && <Registered registered={registration.data} />}
        </div>
        {registration.error && <Problem error={registration.error} />}
      </section>
      <aside aria-label="Upload">
        <UploadFacts upload={upload} onGone={onGone} />
      </aside>
    </div>
  );
}

function Registered({
  registered: { alreadyRegistered, detector },
}: {
  registered: RegisterTriedMutation['registerDetector'];
}) {
  const { name, version, architecture, classes, modelSha256 } = detector;
  return (
    <div className="stack-tight">
      <p>
        <span className="badge good">passed</span>{' '}
        {alreadyRegistered ? 'The same model was registered before; nothing was changed.' : 'It is registered.'}
      </p>
      <dl className="facts small">
        <dt>Detector</dt>
        <dd>
          <bdi>
            {name} {version}
          </bdi>
        </dd>
        <dt>Architecture</dt>
        <dd>
          <bdi>{architecture}</bdi>
        </dd>
        <dt>Classes</dt>
        <dd>
          <bdi>{classes?.join(', ') ?? '–'}</bdi>
        </dd>
        <dt>SHA-256</dt>
        <dd className="mono">{modelSha256}</dd>
      </dl>
      <div className="row">
        <Link to={PATHS.tryIt} search={{ detector: `${name}@${version}` }}>
          Try it on a slice
        </Link>
        <Link to={PATHS.newRun}>Start a run</Link>
      </div>
    </div>
  );
}
