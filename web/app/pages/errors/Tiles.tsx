import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { pictureAddress } from '../../data/pictures';
import { formatNumber, titleOf } from '../../data/text';
import { Picture } from '../../parts/Picture';
import { Empty } from '../../parts/States';
import type { ErrorTilesQuery } from './errors.generated';
import { KIND_FACTS, type ShownKind } from './state';

export type Outcome = NonNullable<NonNullable<ErrorTilesQuery['evaluation']>['outcomes']>['nodes'][number];

const MARGIN_MM = 25;

/** Where the pictures are from, and what is drawn in them. */
export interface Side {
  readonly evaluation: string;
  readonly run: string;
  readonly iouThreshold: number;
  readonly score: number;
}

/** Outcomes of one kind as pictures. */
export function Tiles({
  outcomes,
  side,
  kind,
  isFiltered,
}: {
  outcomes: readonly Outcome[];
  side: Side;
  kind: ShownKind;
  /** whether only those with certain verdicts are wanted */
  isFiltered: boolean;
}) {
  if (outcomes.length === 0)
    return (
      <Empty>{isFiltered ? 'None at this threshold of which reviews say this.' : 'None at this threshold.'}</Empty>
    );
  return (
    <ul className="error-tiles" aria-label={KIND_FACTS[kind].title}>
      {outcomes.map((outcome) => (
        <li key={`${outcome.image.id} ${outcome.rank ?? ''} ${outcome.lesion?.id ?? ''}`}>
          <Tile outcome={outcome} side={side} />
        </li>
      ))}
    </ul>
  );
}

function Tile({ outcome, side }: { outcome: Outcome; side: Side }) {
  const { image, lesion } = outcome;
  const drawn = {
    ...(lesion && { crop: `lesion:${lesion.id},${MARGIN_MM}` }),
    overlay: `lesions,outcomes:${side.evaluation}`,
    iou: side.iouThreshold,
    scoreThreshold: side.score,
  };
  return (
    <article className="card error-tile">
      <Link
        to={PATHS.image}
        params={{ imageId: image.id }}
        search={{ run: side.run, t: String(side.score), iou: String(side.iouThreshold), lesion: lesion?.id }}
        aria-label={`Open ${image.fileName}: ${headOf(outcome)}`}
      >
        {image.url && image.hasPixels ? (
          <span className="error-picture">
            <Picture
              src={pictureAddress(image.url, lesion ? { ...drawn, size: 256 } : drawn)}
              width={256}
              height={256}
              alt=""
              loading="lazy"
              style={lesion ? undefined : { transform: zoomOn(outcome) }}
            />
          </span>
        ) : (
          <span className="no-picture">No pixel file is here</span>
        )}
      </Link>
      <div className="stack-tight small">
        <strong>{headOf(outcome)}</strong>
        <span className="muted">{sentenceOf(outcome)}</span>
      </div>
    </article>
  );
}

/** Where no lesion says what to cut out: the whole slice, enlarged around the box. */
function zoomOn({ boundingBox: { x1, y1, x2, y2 }, image }: Outcome): string {
  const side = Math.max(image.width, image.height);
  const zoom = Math.min(4, Math.max(1, side / (3 * Math.max(x2 - x1, y2 - y1, 1))));
  // The slice stays in the frame: its middle moves by at most what the enlargement leaves over.
  const most = (50 * (zoom - 1)) / zoom;
  const shift = (centre: number, length: number): number =>
    Math.max(-most, Math.min(most, (100 * (length / 2 - centre)) / side));
  return `scale(${zoom}) translate(${shift((x1 + x2) / 2, image.width)}%, ${shift((y1 + y2) / 2, image.height)}%)`;
}

function headOf({ lesion, score }: Outcome): string {
  const type = lesion?.coarseType ? titleOf(lesion.coarseType) : 'Lesion';
  const named = lesion ? `${type}, ${formatNumber(lesion.longDiameterMm)} mm` : null;
  const scored = score === null ? null : `Score ${formatNumber(score, 2)}`;
  return [scored, named].filter((part) => part !== null).join(' · ') || 'Confirmed by review';
}

const VERDICTS = {
  LESION: 'reviewed as a lesion',
  NOT_A_LESION: 'reviewed as no lesion',
  UNSURE: 'reviewed, undecided',
};

const REASONS: Readonly<Record<string, string>> = {
  NO_BOX: 'No box overlaps it.',
  SCORE_TOO_LOW: 'The box on it has a lower score.',
  FINDS_ANOTHER: 'The box on it finds another lesion.',
};

function sentenceOf({ kind, reason, overlap, rank, verdict }: Outcome): string {
  const nearest = `overlap ${formatNumber(overlap, 2)}`;
  if (kind === 'MISSED') return REASONS[reason ?? ''] ?? `The nearest box has ${nearest}.`;
  const reviewed = verdict && verdict !== 'WITHDRAWN' ? `, ${VERDICTS[verdict]}` : '';
  const elsewhere = reason === 'OTHER_STRATUM' ? ', on a lesion of another stratum' : '';
  return `Rank ${rank ?? '–'}, ${nearest}${elsewhere}${reviewed}`;
}
