import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { useAddress } from '../../data/address';
import { SPLITS } from '../../data/lesionChoice';
import { titleOf } from '../../data/text';
import { useAction } from '../../data/useAction';
import { useAnswer } from '../../data/useAnswer';
import { randomUuid } from '../../data/uuid';
import { useMay } from '../../data/viewer';
import { LabelledSelect } from '../../parts/LabelledSelect';
import { Needs } from '../../parts/Needs';
import { Answered, Problem } from '../../parts/States';
import type { TriedUpload } from './found';
import { SubmissionFindings } from './SubmissionFindings';
import {
  BOX_CONVENTIONS,
  FORMATS,
  formatOfText,
  inputOf,
  LISTED_IN_FILE,
  PIXEL_CONVENTIONS,
  SCORE_TRANSFORMS,
  type SubmissionState,
} from './submission';
import {
  SubmissionChoicesDocument,
  type SubmissionChoicesQuery,
  SubmitTriedDocument,
  ValidateTriedDocument,
} from './submission.generated';

/** A file of detections: what it is about, what the validator finds, and the run that it becomes. */
export function SubmissionView({ upload, facts }: { upload: TriedUpload; facts: ReactNode }) {
  const query = useAnswer(SubmissionChoicesDocument, {});
  return (
    <Answered query={query} height="32rem">
      {({ datasets }) => <Ready upload={upload} datasets={datasets.nodes} facts={facts} />}
    </Answered>
  );
}

type Datasets = SubmissionChoicesQuery['datasets']['nodes'];

function Ready({ upload, datasets, facts }: { upload: TriedUpload; datasets: Datasets; facts: ReactNode }) {
  const [search] = useAddress();
  const navigate = useNavigate();
  const right = useMay('submit');
  const [state, setState] = useState<SubmissionState>({
    ...{ dataset: datasets[0]?.slug ?? '', detector: '', version: '1.0.0', url: '', images: 'TEST' },
    ...{ format: formatOfText(search.f), boxConvention: '', pixelConvention: '', scoreTransform: '' },
  });
  const [checked, setChecked] = useState<SubmissionState>();
  const [key] = useState(randomUuid);
  const input = inputOf(upload.id, checked ?? state);
  const report = useAnswer(ValidateTriedDocument, { input }, { enabled: checked !== undefined });
  const submission = useAction(SubmitTriedDocument, ({ submitDetections }) =>
    navigate({ to: PATHS.run, params: { runId: submitDetections.run.id } }),
  );
  const found = checked === undefined ? undefined : report.data?.data.validateSubmission;
  const isChecking = checked !== undefined && report.isFetching;
  return (
    <div className="slice-page">
      <div className="stack">
        {checked === undefined && (
          <p className="muted">
            Say what made the detections and on which images, then check the file. Nothing is stored before you submit
            it.
          </p>
        )}
        <div role="status">{isChecking && <p>The server reads the file and compares it with the lesions.</p>}</div>
        {report.error && <Problem error={report.error} />}
        {found && <SubmissionFindings report={found} />}
      </div>
      <aside className="stack" aria-label="Submission and upload">
        <form
          className="card stack"
          aria-label="Submission"
          onSubmit={(event) => {
            event.preventDefault();
            setChecked(state);
          }}
        >
          <h2>Detections made elsewhere</h2>
          <Fields
            state={state}
            datasets={datasets}
            change={(changes) => {
              setState({ ...state, ...changes });
              setChecked(undefined);
            }}
          />
          <div className="row">
            <button type="submit" className={found?.isValid ? '' : 'primary'} disabled={!right.isGiven || isChecking}>
              {isChecking ? 'Checking …' : 'Check the file'}
            </button>
            <button
              type="button"
              className={found?.isValid ? 'primary' : ''}
              disabled={!found?.isValid || !right.isGiven || submission.isPending}
              onClick={() => submission.mutate({ input: { ...input, idempotencyKey: key } })}
            >
              {submission.isPending ? 'Submitting …' : 'Submit'}
            </button>
          </div>
          <Needs right={right} />
          {submission.error && <Problem error={submission.error} />}
        </form>
        {facts}
      </aside>
    </div>
  );
}

interface FieldsProps {
  readonly state: SubmissionState;
  readonly datasets: Datasets;
  readonly change: (changes: Partial<SubmissionState>) => void;
}

function Fields({ state, datasets, change }: FieldsProps) {
  const text = (name: 'detector' | 'version' | 'url') => ({
    value: state[name],
    onChange: ({ target }: { target: HTMLInputElement }) => change({ [name]: target.value }),
  });
  return (
    <>
      <LabelledSelect
        label="Data set"
        value={state.dataset}
        options={datasets.map(({ slug, name }) => [slug, `${slug}: ${name}`])}
        onChange={(dataset) => change({ dataset })}
      />
      <label className="stack-tight small">
        Name of the detector
        <input required pattern="[a-z0-9][a-z0-9.\-]*" placeholder="my-detector" {...text('detector')} />
      </label>
      <label className="stack-tight small">
        Version
        <input required pattern="\d+\.\d+\.\d+" placeholder="1.0.0" {...text('version')} />
      </label>
      <label className="stack-tight small">
        Its web page, if there is one
        <input type="url" {...text('url')} />
      </label>
      <LabelledSelect
        label="It was run on"
        value={state.images}
        options={[
          ...SPLITS.map((split) => [split, `all images of ${titleOf(split).toLowerCase()}`] as const),
          [LISTED_IN_FILE, 'the images that the file names'],
        ]}
        onChange={(images) => change({ images })}
      />
      <LabelledSelect
        label="Format"
        value={state.format}
        options={FORMATS.map((format) => [format, format.replace('_', ' ')])}
        onChange={(format) => change({ format: formatOfText(format) })}
      />
      <details className="small">
        <summary>Conventions of boxes and scores</summary>
        <div className="stack-tight">
          <LabelledSelect
            label="A box is"
            value={state.boxConvention}
            options={[['', 'as usual in the format'], ...BOX_CONVENTIONS.map((one) => [one, one] as const)]}
            onChange={(boxConvention) => change({ boxConvention })}
          />
          <LabelledSelect
            label="Pixels are"
            value={state.pixelConvention}
            options={[['', 'as usual in the format'], ...PIXEL_CONVENTIONS.map((one) => [one, titleOf(one)] as const)]}
            onChange={(pixelConvention) => change({ pixelConvention })}
          />
          <LabelledSelect
            label="Scores are"
            value={state.scoreTransform}
            options={[['', '0 to 1'], ...SCORE_TRANSFORMS.map((one) => [one, `any numbers: ${one}`] as const)]}
            onChange={(scoreTransform) => change({ scoreTransform })}
          />
        </div>
      </details>
    </>
  );
}
