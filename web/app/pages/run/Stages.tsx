import { formatCount, formatNumber } from '../../data/text';
import { SERIES_COLORS } from '../../figures/lineStyle';
import { stagesOf } from './stages';
import type { RunDetails } from './useRun';

/** "1,335 ms"; short times with a decimal */
const ms = (value: number | null): string =>
  value === null ? '–' : `${value < 100 ? formatNumber(value) : formatCount(Math.round(value))} ms`;

/** Where the time of an image went, as one bar with a legend that says it as text. */
export function Stages({
  timing: { stages, meanMsPerImage, p50MsPerImage, p95MsPerImage },
}: Pick<RunDetails, 'timing'>) {
  if (!stages || meanMsPerImage === null) return null;
  const parts = stagesOf(stages);
  return (
    <figure className="stack-tight" aria-label="Mean time of an image by stage">
      <div className="stage-bar" aria-hidden="true">
        {parts.map(({ name, share }, index) => (
          <span key={name} style={{ inlineSize: `${share * 100}%`, background: SERIES_COLORS[index] }} />
        ))}
      </div>
      <dl className="stage-legend small">
        {parts.map(({ name, ms: took }, index) => (
          <div key={name}>
            <dt>
              <span className="swatch" style={{ background: SERIES_COLORS[index] }} aria-hidden="true" /> {name}
            </dt>
            <dd>{ms(took)}</dd>
          </div>
        ))}
      </dl>
      <figcaption className="muted small">
        An image takes {ms(meanMsPerImage)} on average; half of the images take at most {ms(p50MsPerImage)}, and 95 % at
        most {ms(p95MsPerImage)}. Images are read while the model runs on others.
      </figcaption>
    </figure>
  );
}
