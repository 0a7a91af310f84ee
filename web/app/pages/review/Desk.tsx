import { Link } from '@tanstack/react-router';
import { type ReactNode, useRef, useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { randomUuid } from '../../data/uuid';
import { GetThis } from '../../parts/GetThis';
import { usePageKeys } from '../../parts/KeySheet';
import type { KeyAction } from '../../parts/keys';
import { PageHead, SyntheticBanner } from '../../parts/PageHead';
import { Empty, Problem, Skeleton } from '../../parts/States';
import type { NamedWindow } from '../../viewer/keymap';
import type { WindowLevel } from '../../viewer/painter';
import { nameOfRun } from '../runs/rows';
import { BoxFacts, RemarkField, ReviewerField, VERDICT_LOOKS, VerdictButtons } from './Panel';
import { Progress, SavedMark } from './Progress';
import { usePrefetch } from './prefetch';
import { QueueChoice } from './QueueChoice';
import { ReviewCurve, type ReviewedRun, useEvaluation } from './ReviewCurve';
import { ReviewStage } from './ReviewStage';
import { ReviewQueueDocument } from './review.generated';
import { isFull, VERDICTS, type Verdict } from './session';
import { type ChangeReview, queueOf, type ReviewState } from './state';
import { type ReviewItem, type Sitting, useSession } from './useSession';

interface DeskProps {
  readonly run: ReviewedRun;
  readonly presets: readonly NamedWindow[];
  readonly state: ReviewState;
  readonly change: ChangeReview;
  readonly reviewer: string;
  readonly onReviewer: (name: string) => void;
}

/** Where a reviewer sits: the slice with the box, the verdicts, how far one is, and what the verdicts change. */
export function Desk({ run, presets, state, change, reviewer, onReviewer }: DeskProps) {
  const sitting = useSession(run.id, state, reviewer);
  const { session } = sitting;
  const item = session.items[session.position];
  const evaluation = useEvaluation(run.id);
  const nameField = useRef<HTMLInputElement>(null);
  const remarkField = useRef<HTMLTextAreaElement>(null);
  const kept = useRef<WindowLevel | null>(null);
  const remark = useRemark(sitting, item);
  usePrefetch(session.items, session.position);
  const onEvaluate = (): void =>
    evaluation.mutate({ input: { id: run.id, reviews: 'INCLUDE', idempotencyKey: randomUuid() } });
  const actions = useActions(sitting, reviewer, remark.text, () => nameField.current?.focus());
  const keys = keysOf(actions, () => remarkField.current?.focus(), onEvaluate);
  const given = item && session.given.get(item.id);
  return (
    <>
      <PageHead
        title="Review"
        lead={
          <Link to={PATHS.run} params={{ runId: run.id }}>
            <bdi>{nameOfRun(run)}</bdi>
          </Link>
        }
        actions={
          <GetThis
            sources={[
              {
                title: 'The queue',
                document: ReviewQueueDocument,
                variables: { run: run.id, first: 50, ...queueOf(state, reviewer) },
              },
            ]}
          />
        }
      />
      <SyntheticBanner shown={run.dataset.synthetic} />
      <div className="review-page">
        <div className="review-stage">
          {item ? (
            <ReviewStage key={item.id} item={item} presets={presets} keys={keys} kept={kept} />
          ) : (
            <End sitting={sitting} keys={keys} run={run} onUndo={actions.undo} />
          )}
        </div>
        <section className="card stack review-panel" aria-label="Verdict">
          <Progress run={run.id} times={session.times} />
          <ReviewerField field={nameField} name={reviewer} onName={onReviewer} />
          {item && (
            <>
              <VerdictButtons given={given} isBlocked={isFull(session)} onGive={actions.give} />
              <Steps actions={actions} canUndo={session.log.length > 0} />
            </>
          )}
          <SavedMark sitting={sitting} />
          {item && (
            <>
              <RemarkField
                field={remarkField}
                text={remark.text}
                onText={remark.set}
                onEnter={() => given && remark.text !== given.remark && actions.give(given.verdict)}
              />
              <BoxFacts item={item} runId={run.id} />
            </>
          )}
        </section>
        <div className="stack review-more">
          <QueueChoice run={run.id} state={state} change={change} />
          <ReviewCurve run={run} curve={state.curve} change={change} evaluation={evaluation} onEvaluate={onEvaluate} />
        </div>
      </div>
    </>
  );
}

interface Actions {
  readonly give: (verdict: Verdict) => void;
  readonly undo: () => void;
  readonly next: () => void;
  readonly back: () => void;
}

function useActions({ dispatch }: Sitting, reviewer: string, remark: string, askName: () => void): Actions {
  const author = () => ({ reviewer, now: Date.now(), key: randomUuid() });
  return {
    give: (verdict) => {
      if (reviewer === '') askName();
      else dispatch({ type: 'GIVE', verdict, remark: remark.trim(), by: author() });
    },
    undo: () => dispatch({ type: 'UNDO', by: author() }),
    next: () => dispatch({ type: 'NEXT' }),
    back: () => dispatch({ type: 'BACK' }),
  };
}

function keysOf({ give, undo, next, back }: Actions, focusRemark: () => void, evaluate: () => void): KeyAction[] {
  return [
    ...VERDICTS.map((verdict) => ({
      keys: VERDICT_LOOKS[verdict].key,
      label: VERDICT_LOOKS[verdict].label,
      run: () => give(verdict),
    })),
    { keys: 'Enter', label: 'Next box, without a verdict', run: next },
    { keys: 'Backspace', label: 'Box before', run: back },
    { keys: 'u', label: 'Undo the last verdict', run: undo },
    { keys: 'r', label: 'Write a remark', run: focusRemark },
    { keys: 'e', label: 'Evaluate the run again with the reviews', run: evaluate },
  ];
}

/** The remark of the box that is shown: the one that was given with its verdict, until it is changed. */
function useRemark({ session }: Sitting, item: ReviewItem | undefined) {
  const [draft, setDraft] = useState<{ id: string; text: string } | null>(null);
  const given = item && session.given.get(item.id);
  return {
    text: draft && draft.id === item?.id ? draft.text : (given?.remark ?? ''),
    set: (text: string) => item && setDraft({ id: item.id, text }),
  };
}

function Steps({ actions: { back, next, undo }, canUndo }: { actions: Actions; canUndo: boolean }) {
  return (
    <div className="row steps">
      <Step shortcut="⌫" label="Back" onPress={back} />
      <Step shortcut="u" label="Undo" onPress={undo} isOff={!canUndo} />
      <Step shortcut="↵" label="Next" onPress={next} />
    </div>
  );
}

function Step({
  shortcut,
  label,
  onPress,
  isOff = false,
}: {
  shortcut: string;
  label: string;
  onPress: () => void;
  isOff?: boolean;
}) {
  return (
    <button type="button" disabled={isOff} onClick={onPress}>
      {label} <kbd>{shortcut}</kbd>
    </button>
  );
}

/** After the last box, and where there is none: what can be done next. */
function End({
  sitting: { session, totalCount, hasMore, error, retry },
  keys,
  run,
  onUndo,
}: {
  sitting: Sitting;
  keys: readonly KeyAction[];
  run: ReviewedRun;
  onUndo: () => void;
}) {
  usePageKeys(keys);
  if (error) return <Problem error={error} onRetry={retry} />;
  if (totalCount === undefined || hasMore) return <Skeleton height="32rem" />;
  const links: ReactNode = (
    <p className="row" style={{ justifyContent: 'center' }}>
      {session.log.length > 0 && (
        <button type="button" onClick={onUndo}>
          Undo the last verdict
        </button>
      )}
      <Link to={PATHS.run} params={{ runId: run.id }}>
        Go to the run
      </Link>
    </p>
  );
  if (session.items.length === 0) {
    return (
      <Empty action={links}>
        Nothing is left to review here: each false positive of this run that fits has a verdict. A second reading shows
        those that others have reviewed.
      </Empty>
    );
  }
  return (
    <Empty action={links}>
      That was the last box. Evaluate the run again to see what the {session.given.size} verdicts change.
    </Empty>
  );
}
