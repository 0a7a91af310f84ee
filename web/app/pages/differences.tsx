import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../src/http/webPaths';
import { useAddress } from '../data/address';
import { csvOf } from '../data/csv';
import { pictureAddress } from '../data/pictures';
import { formatCount, formatNumber, plural, titleOf, topKDetections } from '../data/text';
import { listOf, numberOf, oneOf, textOfList } from '../data/url';
import { useAnswer } from '../data/useAnswer';
import { GetThis } from '../parts/GetThis';
import { PageHead, SyntheticBanner } from '../parts/PageHead';
import { Picture } from '../parts/Picture';
import { PictureLegend } from '../parts/PictureLegend';
import { Answered, Empty } from '../parts/States';
import { EvaluationListDocument } from './accuracy/accuracy.generated';
import { nameOfEvaluation, newestComparable } from './accuracy/evaluations';
import { DiscordantDocument, type DiscordantQuery } from './differences.generated';
import './differences.css';

const SIDES = ['both', 'first', 'second'] as const;
const SIDE_FILTERS = { both: null, first: 'BASELINE', second: 'OTHER' } as const;
const MARGIN_MM = 25;

type Compared = DiscordantQuery['compareEvaluations'];
type Difference = NonNullable<Compared['differences']>[number];
type Discordant = NonNullable<Difference['discordantLesions']>[number];

/** The lesions that one of two runs found and the other did not, with the reason, as pictures. */
export function Differences() {
  const [search] = useAddress();
  const asked = listOf(search.e).slice(0, 2);
  const list = useAnswer(EvaluationListDocument, {}, { enabled: asked.length < 2 });
  if (asked.length === 2) return <Pair ids={asked} />;
  return (
    <Answered query={list} height="30rem">
      {({ evaluations: { nodes } }) => {
        const newest = newestComparable(nodes).slice(0, 2);
        if (newest.length === 2) return <Pair ids={newest} />;
        return (
          <>
            <PageHead title="Where two runs differ" />
            <Empty action={<Link to={PATHS.newRun}>Start a run</Link>}>
              Two runs with the same protocol are needed, of two detectors.
            </Empty>
          </>
        );
      }}
    </Answered>
  );
}

function Pair({ ids }: { ids: readonly string[] }) {
  const [search, setSearch] = useAddress();
  const iouThreshold = numberOf(search.iou, 0.5, 0, 1);
  const side = oneOf(search.by, SIDES, 'both');
  const variables = { ids: [...ids], iouThreshold, foundBy: SIDE_FILTERS[side] };
  const query = useAnswer(DiscordantDocument, variables, { keepPrevious: true });
  return (
    <Answered query={query} height="40rem">
      {({ compareEvaluations: compared }) => {
        const [difference] = compared.differences ?? [];
        const names = compared.evaluations.map(nameOfEvaluation);
        const lesions = difference?.discordantLesions ?? [];
        return (
          <>
            <PageHead
              title="Where two runs differ"
              lead="Lesions that one run found and the other did not."
              actions={
                <>
                  <Link className="button" to={PATHS.accuracy} search={{ e: textOfList(ids), plot: 'diff' }}>
                    Curve of the difference
                  </Link>
                  <GetThis
                    sources={[{ title: 'Discordant lesions', document: DiscordantDocument, variables }]}
                    downloads={[
                      {
                        label: 'CSV',
                        fileName: 'discordant-lesions.csv',
                        type: 'text/csv',
                        make: () => csvOfLesions(lesions, names),
                      },
                    ]}
                  />
                </>
              }
            />
            <SyntheticBanner shown={compared.evaluations.some(({ run }) => run.dataset.synthetic)} />
            {difference && (
              <div className="stack">
                <Controls
                  difference={difference}
                  names={names}
                  iouThreshold={iouThreshold}
                  side={side}
                  onChange={(changes) => setSearch(changes)}
                />
                <Lesions lesions={lesions} names={names} runs={compared.evaluations.map(({ run }) => run.id)} />
              </div>
            )}
          </>
        );
      }}
    </Answered>
  );
}

function Controls({
  difference,
  names,
  iouThreshold,
  side,
  onChange,
}: {
  difference: Difference;
  names: readonly string[];
  iouThreshold: number;
  side: (typeof SIDES)[number];
  onChange: (changes: { iou?: string; by?: string }) => void;
}) {
  const { points, topK } = difference;
  const index = Math.max(
    0,
    points.findIndex((point) => Math.abs(point.iouThreshold - iouThreshold) < 1e-9),
  );
  const point = points[index];
  if (!point) return null;
  const counts = { both: point.onlyBaseline + point.onlyOther, first: point.onlyBaseline, second: point.onlyOther };
  const labels = { both: 'Either', first: `Only ${names[0]}`, second: `Only ${names[1]}` };
  return (
    <div className="card stack">
      <p>
        Accuracy of <bdi>{names[1]}</bdi> minus that of <bdi>{names[0]}</bdi>, at IoU &gt;{' '}
        {formatNumber(point.iouThreshold, 2)} by the {topKDetections(topK)} of an image:{' '}
        <strong>{signed(point.difference)} percentage points</strong> (95 % interval {signed(point.ciLow)} to{' '}
        {signed(point.ciHigh)}, McNemar p = {point.mcNemarP.toFixed(3)}, {plural(point.total, 'lesion')}).
      </p>
      <p className="small muted">
        The interval resamples patients; McNemar’s exact test counts the discordant lesions, here{' '}
        {formatCount(counts.both)}, as independent. With few of them the two can disagree, and neither settles it.
      </p>
      <label className="curve-slider">
        <span>
          IoU threshold: <strong>{formatNumber(point.iouThreshold, 2)}</strong>
        </span>
        <input
          type="range"
          min={0}
          max={points.length - 1}
          value={index}
          aria-valuetext={String(point.iouThreshold)}
          onChange={({ target }) => onChange({ iou: String(points[Number(target.value)]?.iouThreshold ?? 0.5) })}
        />
      </label>
      <fieldset className="row difference-sides">
        <legend className="visually-hidden">Found by</legend>
        {SIDES.map((one) => (
          <label key={one} className="row">
            <input
              type="radio"
              name="side"
              checked={one === side}
              onChange={() => onChange({ by: one === 'both' ? undefined : one })}
            />
            <bdi>{labels[one]}</bdi> <span className="muted">({counts[one]})</span>
          </label>
        ))}
      </fieldset>
      <PictureLegend />
    </div>
  );
}

const signed = (share: number | null): string =>
  share === null ? '–' : `${share > 0 ? '+' : ''}${formatNumber(share * 100, 1)}`;

function Lesions({
  lesions,
  names,
  runs,
}: {
  lesions: readonly Discordant[];
  names: readonly string[];
  runs: readonly string[];
}) {
  if (lesions.length === 0) return <Empty>At this threshold both runs found the same lesions. Try another one.</Empty>;
  return (
    <ul className="lesion-tiles" aria-label="Discordant lesions">
      {lesions.map((discordant) => (
        <li key={`${discordant.image.id} ${discordant.lesion?.id ?? ''} ${discordant.foundBy}`}>
          <Tile discordant={discordant} names={names} runs={runs} />
        </li>
      ))}
    </ul>
  );
}

function Tile({
  discordant,
  names,
  runs,
}: {
  discordant: Discordant;
  names: readonly string[];
  runs: readonly string[];
}) {
  const { image, lesion, foundBy } = discordant;
  const finder = foundBy === 'BASELINE' ? 0 : 1;
  const crop = lesion && { crop: `lesion:${lesion.id},${MARGIN_MM}` };
  return (
    <article className="card lesion-tile">
      <Link
        to={PATHS.image}
        params={{ imageId: image.id }}
        search={{ run: runs[0], run2: runs[1], lesion: lesion?.id }}
        aria-label={`Open ${image.fileName}`}
      >
        {image.url && image.hasPixels ? (
          <Picture
            src={pictureAddress(image.url, { ...crop, overlay: `lesions,detections:${runs[1 - finder]}` })}
            width={256}
            height={256}
            alt=""
            loading="lazy"
          />
        ) : (
          <span className="no-picture">No pixel file is here</span>
        )}
      </Link>
      <div className="stack-tight">
        <strong>
          {lesion
            ? `${lesion.coarseType ? titleOf(lesion.coarseType) : 'Lesion'}, ${formatNumber(lesion.longDiameterMm)} mm`
            : 'Confirmed by review'}
        </strong>
        <span className="small">
          Found by <bdi>{names[finder]}</bdi> only
        </span>
        <span className="small muted">{reasonOf(discordant, names[1 - finder] ?? 'the other')}</span>
      </div>
    </article>
  );
}

function reasonOf({ reason, bestOverlap, bestRank, bestScore }: Discordant, other: string): string {
  const box = `the box that overlaps it most has IoU ${formatNumber(bestOverlap, 2)}, score ${formatNumber(bestScore, 2)}, rank ${bestRank ?? '–'}`;
  switch (reason) {
    case 'NO_BOX':
      return `${other} drew no box on it.`;
    case 'SCORE_TOO_LOW':
      return `${other} ranked its box too low: ${box}.`;
    default:
      return `${other} came close, not close enough: ${box}.`;
  }
}

function csvOfLesions(lesions: readonly Discordant[], names: readonly string[]): string {
  return csvOf(
    [
      'lesion',
      'image',
      'file_name',
      'coarse_type',
      'long_diameter_mm',
      'found_by',
      'reason',
      'best_overlap',
      'best_score',
      'best_rank',
    ],
    lesions.map(({ lesion, image, foundBy, reason, bestOverlap, bestScore, bestRank }) => [
      lesion?.id,
      image.id,
      image.fileName,
      lesion?.coarseType,
      lesion?.longDiameterMm,
      names[foundBy === 'BASELINE' ? 0 : 1],
      reason,
      bestOverlap,
      bestScore,
      bestRank,
    ]),
  );
}
