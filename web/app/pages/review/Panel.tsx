import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, type MouseEvent, type RefObject, useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { wordsOf } from '../../data/text';
import { clusterText, extentText } from '../slice/boxes';
import { type Given, VERDICTS, type Verdict } from './session';
import type { ReviewItem } from './useSession';
import { VERDICT_LOOKS } from './verdicts';

const MAX_REMARK = 5000;

/** The three verdicts, large enough for a finger; the one that was given is pressed. */
export function VerdictButtons({
  given,
  isBlocked,
  onGive,
}: {
  given: Given | undefined;
  /** three verdicts are on their way, or the caller may give none */
  isBlocked: boolean;
  onGive: (verdict: Verdict) => void;
}) {
  const press = (verdict: Verdict, { currentTarget, detail }: MouseEvent<HTMLButtonElement>): void => {
    // After a click, Enter means "next" again; anyone who pressed the button by keyboard stays on it.
    if (detail > 0) currentTarget.blur();
    onGive(verdict);
  };
  return (
    <fieldset className="verdicts">
      <legend className="visually-hidden">Verdict</legend>
      {VERDICTS.map((verdict) => (
        <button
          key={verdict}
          type="button"
          aria-pressed={given?.verdict === verdict}
          aria-disabled={isBlocked}
          aria-keyshortcuts={VERDICT_LOOKS[verdict].key}
          onClick={(event) => press(verdict, event)}
        >
          <kbd>{VERDICT_LOOKS[verdict].key}</kbd> {VERDICT_LOOKS[verdict].label}
        </button>
      ))}
    </fieldset>
  );
}

/** The remark that goes with the verdict. Enter and Escape lead back to the keys. */
export function RemarkField({
  field,
  text,
  onText,
  onEnter,
}: {
  field: RefObject<HTMLTextAreaElement | null>;
  text: string;
  onText: (text: string) => void;
  onEnter: () => void;
}) {
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const isEnter = event.key === 'Enter' && !event.shiftKey;
    if (!isEnter && event.key !== 'Escape') return;
    event.preventDefault();
    event.currentTarget.blur();
    if (isEnter) onEnter();
  };
  return (
    <label className="stack-tight">
      <span>
        <kbd>r</kbd> Remark <span className="muted">(saved with the verdict)</span>
      </span>
      <textarea
        ref={field}
        rows={2}
        maxLength={MAX_REMARK}
        value={text}
        onChange={({ target }) => onText(target.value)}
        onKeyDown={onKey}
      />
    </label>
  );
}

/** What is known of the box, and what others said of it. */
export function BoxFacts({ item, runId }: { item: ReviewItem; runId: string }) {
  const { score, rank, boundingBox, pseudoCluster, image, reviews } = item;
  const { ageYears, patient } = image.study;
  return (
    <>
      <dl className="facts small">
        <dt>Score</dt>
        <dd>
          {score.toFixed(3)}, rank {rank} on its image
        </dd>
        <dt>Extent</dt>
        <dd>{extentText(boundingBox, image.pixelSpacingMm)}</dd>
        {pseudoCluster && (
          <>
            <dt>Predicted cluster</dt>
            <dd>
              <bdi>{clusterText(pseudoCluster)}</bdi>
            </dd>
          </>
        )}
        <dt>Patient</dt>
        <dd>
          {patient.patientIndex}, {wordsOf(patient.sex)}
          {ageYears !== null && `, ${Math.round(ageYears)} years`}
        </dd>
        <dt>Slice</dt>
        <dd>
          <Link to={PATHS.image} params={{ imageId: image.id }} search={{ run: runId }}>
            <bdi>{image.fileName}</bdi>
          </Link>
        </dd>
      </dl>
      {reviews.length > 0 && (
        <ul className="stack-tight small" aria-label="Earlier verdicts">
          {reviews.map(({ id, verdict, reviewer, remark }) => (
            <li key={id}>
              <bdi>{reviewer}</bdi>: {wordsOf(verdict)}
              {remark && (
                <span className="muted">
                  , “<bdi>{remark}</bdi>”
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Asks for the reviewer's name once; later it can be changed, unless it is the name of a key. */
export function ReviewerField({
  field,
  name,
  onName,
}: {
  field: RefObject<HTMLInputElement | null>;
  name: string;
  onName: ((name: string) => void) | undefined;
}) {
  const [isOpen, setOpen] = useState(name === '');
  if (!onName) {
    return (
      <p className="small">
        Reviewing as{' '}
        <strong>
          <bdi>{name}</bdi>
        </strong>
      </p>
    );
  }
  if (!isOpen) {
    return (
      <p className="row small">
        <span>
          Reviewer: <bdi>{name}</bdi>
        </span>
        <button type="button" className="quiet" onClick={() => setOpen(true)}>
          Change
        </button>
      </p>
    );
  }
  return (
    <form
      className="stack-tight"
      onSubmit={(event) => {
        event.preventDefault();
        const next = field.current?.value.trim() ?? '';
        if (next === '') return;
        onName(next);
        setOpen(false);
      }}
    >
      <label className="stack-tight">
        Your name, as it will stand in the verdicts
        <span className="row">
          <input ref={field} type="text" defaultValue={name} maxLength={200} autoComplete="name" required />
          <button type="submit">Use it</button>
        </span>
      </label>
      <p className="muted small">This browser keeps it.</p>
    </form>
  );
}
