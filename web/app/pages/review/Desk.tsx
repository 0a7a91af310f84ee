import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useRef, useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { useMay } from '../../data/viewer';
import { showAccount } from '../../parts/accountDoor';
import { GetThis } from '../../parts/GetThis';
import { Needs } from '../../parts/Needs';
import { PageHead, SyntheticBanner } from '../../parts/PageHead';
import { Skeleton } from '../../parts/States';
import type { NamedWindow } from '../../viewer/keymap';
import type { WindowLevel } from '../../viewer/painter';
import { nameOfRun } from '../runs/rows';
import { actionsOf, keysOf } from './actions';
import { End } from './End';
import { BoxFacts, RemarkField, ReviewerField, VerdictButtons } from './Panel';
import { Progress, SavedMark } from './Progress';
import { usePrefetch } from './prefetch';
import { QueueChoice } from './QueueChoice';
import type { ReviewedRun } from './ReviewCurve';
import { ReviewStage } from './ReviewStage';
import { ReviewQueueDocument } from './review.generated';
import { Steps } from './Steps';
import { queueOf, type ReviewState } from './search';
import { isFull } from './session';
import type { ChangeReview } from './state';
import { useEvaluation } from './useEvaluation';
import type { Reviewer } from './useReviewer';
import { type ReviewItem, type Sitting, useSession } from './useSession';

/** A reviewer begins with a picture; the figure comes when that is there. */
const ReviewCurve = lazy(() => import('./ReviewCurve').then((module) => ({ default: module.ReviewCurve })));

interface DeskProps {
  readonly run: ReviewedRun;
  readonly presets: readonly NamedWindow[];
  readonly state: ReviewState;
  readonly change: ChangeReview;
  readonly reviewer: Reviewer;
}

/** Where a reviewer sits: the slice with the box, the verdicts, how far one is, and what the verdicts change. */
export function Desk({ run, presets, state, change, reviewer: { name, rename } }: DeskProps) {
  const right = useMay('review');
  const sitting = useSession(run.id, state, name);
  const { session } = sitting;
  const item = session.items[session.position];
  const evaluation = useEvaluation(run.id, session.outbox.length === 0);
  const nameField = useRef<HTMLInputElement>(null);
  const remarkField = useRef<HTMLTextAreaElement>(null);
  const kept = useRef<WindowLevel | null>(null);
  const remark = useRemark(sitting, item);
  usePrefetch(session.items, session.position);
  const actions = actionsOf(sitting, right.isGiven ? name : '', remark.text, () => {
    if (right.isGiven) nameField.current?.focus();
    else showAccount('SIGN_IN');
  });
  const mayEvaluate = useMay('detect', 'review').isGiven;
  const keys = keysOf(
    actions,
    () => remarkField.current?.focus(),
    mayEvaluate ? evaluation.start : () => showAccount('SIGN_IN'),
  );
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
                variables: { run: run.id, first: 50, ...queueOf(state, name) },
              },
            ]}
          />
        }
      />
      <SyntheticBanner shown={run.dataset.synthetic} />
      <div className="review-page">
        <div className="review-stage" data-box={item?.id}>
          {item ? (
            <ReviewStage key={item.id} item={item} presets={presets} keys={keys} kept={kept} />
          ) : (
            <End sitting={sitting} keys={keys} run={run} onUndo={actions.undo} />
          )}
        </div>
        <section className="card stack review-panel" aria-label="Verdict">
          <Progress run={run.id} times={session.times} />
          {right.isGiven ? <ReviewerField field={nameField} name={name} onName={rename} /> : <Needs right={right} />}
          {item && (
            <>
              <VerdictButtons given={given} isBlocked={isFull(session) || !right.isGiven} onGive={actions.give} />
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
          <Suspense fallback={<Skeleton height="24rem" />}>
            <ReviewCurve run={run} curve={state.curve} change={change} evaluation={evaluation} />
          </Suspense>
        </div>
      </div>
    </>
  );
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
