import { formatNumber } from '../../data/text';
import { SERIES_COLORS } from '../../figures/lineStyle';
import { stagesOf } from './stages';
import type { RunDetails } from './useRun';

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
        {parts.map(({ name, ms }, index) => (
          <div key={name}>
            <dt>
              <span className="swatch" style={{ background: SERIES_COLORS[index] }} aria-hidden="true" /> {name}
            </dt>
            <dd>{formatNumber(ms)} ms</dd>
          </div>
        ))}
      </dl>
      <figcaption className="muted small">
        Mean of an image {formatNumber(meanMsPerImage)} ms, half of them under {formatNumber(p50MsPerImage)} ms, 95 %
        under {formatNumber(p95MsPerImage)} ms. Images are read while the model runs on others.
      </figcaption>
    </figure>
  );
}
