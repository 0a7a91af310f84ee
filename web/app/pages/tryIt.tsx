import { lazy, Suspense, useMemo } from 'react';
import { useAddress } from '../data/address';
import { useAnswer } from '../data/useAnswer';
import { useMay } from '../data/viewer';
import { CopyButton } from '../parts/CopyButton';
import { GetThis, type Source } from '../parts/GetThis';
import { PageHead } from '../parts/PageHead';
import { Answered, Empty } from '../parts/States';
import { VIEW_PARAMETERS } from '../viewer/viewSearch';
import { namedWindows } from './slice/image';
import { chosenDetector, DetectorChoice, detectorKey, type TriedDetector } from './try/DetectorChoice';
import { ModelView } from './try/ModelView';
import { SendForm } from './try/SendForm';
import './slice/slice.css';
import './try/try.css';
import {
  TriedSlicesDocument,
  TriedUploadDocument,
  TryDetectorDocument,
  TryItDocument,
  type TryItQuery,
} from './try/try.generated';
import { UploadFacts } from './try/UploadFacts';
import { UploadView } from './try/UploadView';
import { useStart } from './try/useDetection';
import { useSending } from './try/useSending';

const SubmissionView = lazy(() =>
  import('./try/SubmissionView').then(({ SubmissionView: view }) => ({ default: view })),
);

/** `/try`: a slice or a series of the visitor's, a model, or detections made elsewhere. */
export function TryIt() {
  const query = useAnswer(TryItDocument, {});
  return (
    <Answered query={query} height="32rem">
      {(answer) => <Ready answer={answer} />}
    </Answered>
  );
}

/** What another upload does not inherit. */
const NO_UPLOAD = Object.fromEntries(['u', 'd', 'f', ...VIEW_PARAMETERS].map((name) => [name, undefined]));

function Ready({ answer: { detectors, serverInfo } }: { answer: TryItQuery }) {
  const [search, setSearch] = useAddress();
  const mayDetect = useMay('detect').isGiven;
  const chosen = chosenDetector(detectors.nodes, search.detector);
  const start = useStart((d, detector) => setSearch({ d, detector: detectorKey(detector) }, { replace: true }));
  const sender = useSending(serverInfo.uploadLimits, ({ id, hasSlices }, view) => {
    setSearch({ ...NO_UPLOAD, ...view, u: id });
    if (hasSlices && chosen && mayDetect) start.mutate({ upload: id, detector: chosen });
  });
  const leave = (): void => {
    start.reset();
    setSearch(NO_UPLOAD);
  };
  if (search.u) return <Sent id={search.u} answer={{ detectors, serverInfo }} start={start} onLeave={leave} />;
  return (
    <>
      <PageHead title="Try it" lead="A detector looks at a CT slice or a series of yours, or at a phantom." />
      <div className="slice-page">
        <SendForm sender={sender} limits={serverInfo.uploadLimits} />
        <section className="card stack-tight">
          <h2>Detector</h2>
          <DetectorChoice
            detectors={detectors.nodes}
            chosen={chosen}
            onChange={(detector) => setSearch({ detector }, { replace: true })}
          />
        </section>
      </div>
    </>
  );
}

/** What became of an upload. */
function Sent({
  id,
  answer: { detectors, serverInfo },
  start,
  onLeave,
}: {
  id: string;
  answer: TryItQuery;
  start: ReturnType<typeof useStart>;
  onLeave: () => void;
}) {
  const [search] = useAddress();
  const query = useAnswer(TriedUploadDocument, { id });
  const presets = useMemo(() => namedWindows(serverInfo.windowPresets), [serverInfo]);
  const chosen = chosenDetector(detectors.nodes, search.detector);
  return (
    <>
      <PageHead
        title="Try it"
        actions={
          <>
            <button type="button" onClick={onLeave}>
              Another file
            </button>
            <CopyButton text={window.location.href} label="Copy the link" />
            <GetThis sources={sourcesOf(id, search.d, chosen)} />
          </>
        }
      />
      <Answered query={query} height="40rem">
        {({ upload }) => {
          if (upload === null) return <Gone onLeave={onLeave} />;
          if (upload.kind === 'MODEL') return <ModelView upload={upload} onGone={onLeave} />;
          if (upload.kind === 'DETECTIONS')
            return (
              <Suspense fallback={<p className="muted">Loading …</p>}>
                <SubmissionView
                  key={upload.id}
                  upload={upload}
                  facts={<UploadFacts upload={upload} onGone={onLeave} />}
                />
              </Suspense>
            );
          const view = { upload, presets, start, onGone: onLeave };
          return <UploadView key={upload.id} detectors={detectors.nodes} {...view} />;
        }}
      </Answered>
    </>
  );
}

function Gone({ onLeave }: { onLeave: () => void }) {
  return (
    <Empty
      action={
        <button type="button" onClick={onLeave}>
          Send another file
        </button>
      }
    >
      This upload is not on the server any more: it was deleted, or its time is over.
    </Empty>
  );
}

function sourcesOf(upload: string, detection: string | undefined, detector: TriedDetector | undefined): Source[] {
  const { name, version } = detector ?? { name: 'DETECTOR', version: 'VERSION' };
  return [
    { title: 'The upload', document: TriedUploadDocument, variables: { id: upload } },
    { title: 'Start a detector', document: TryDetectorDocument, variables: { upload, detector: name, version } },
    ...(detection === undefined
      ? []
      : [
          {
            title: 'What it found',
            document: TriedSlicesDocument,
            variables: { id: detection, from: 0, first: 50 },
          },
        ]),
  ];
}
