import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { pictureAddress } from '../../data/pictures';
import { formatPercent, formatTime, plural, titleOf } from '../../data/text';
import { BodyFront } from '../../figures/BodyFront';
import { RangeBar } from '../../figures/RangeBar';
import { Picture } from '../../parts/Picture';
import { ClusterName } from './ClusterName';
import { type Cluster, clusterName, diametersText, locationText, typesText } from './clusterTexts';
import { Examples } from './Examples';
import { typeColor } from './typeColors';
import type { Naming } from './useNaming';

const SHOWN_TYPES = 3;

/** One cluster: what it looks like, what it is called, and what is in it. */
export function ClusterCard({
  cluster,
  slug,
  maxDiameter,
  naming,
  isOpen,
  onOpen,
}: {
  cluster: Cluster;
  slug: string;
  /** end of the scale that all cards share, mm */
  maxDiameter: number;
  naming: Naming;
  isOpen: boolean;
  onOpen: (open: boolean) => void;
}) {
  const { longDiameterMm, location, size } = cluster;
  const { p25, p50, p75 } = longDiameterMm;
  return (
    <article className="card stack-tight cluster" aria-label={clusterName(cluster)}>
      <ClusterName cluster={cluster} naming={naming} />
      <p className="small muted">
        <Link to={PATHS.datasetLesions} params={{ slug }} search={{ cluster: cluster.id }}>
          {plural(size, 'lesion')}
        </Link>
        {cluster.labelledAt && `, named ${formatTime(cluster.labelledAt)}`}
      </p>
      <div className="cluster-body">
        <Montage cluster={cluster} />
        <div className="cluster-figures">
          <BodyFront x={location.x} z={location.z} label={`Location: ${locationText(location)}`} />
        </div>
      </div>
      <div>
        <TypesBar cluster={cluster} />
        <Types cluster={cluster} />
      </div>
      {p25 !== null && p50 !== null && p75 !== null && (
        <div>
          <RangeBar
            p25={p25}
            p50={p50}
            p75={p75}
            max={maxDiameter}
            label={`Long diameter: ${diametersText(longDiameterMm)}`}
          />
          <p className="small">{diametersText(longDiameterMm)}</p>
        </div>
      )}
      <details
        open={isOpen}
        onToggle={({ currentTarget }) => currentTarget.open !== isOpen && onOpen(currentTarget.open)}
      >
        <summary>
          Typical and border lesions<span className="visually-hidden"> of {clusterName(cluster)}</span>
        </summary>
        {isOpen && <Examples clusterId={cluster.id} />}
      </details>
    </article>
  );
}

/** Its most typical lesions in one picture; a cluster of which no pixels are here has none. */
function Montage({ cluster }: { cluster: Cluster }) {
  const [failed, setFailed] = useState(false);
  if (failed || cluster.withPixels.totalCount === 0) {
    return (
      <p className="cluster-montage cluster-no-picture muted small">
        {failed ? 'The montage is not available.' : 'No pixels of its lesions are on this server.'}
      </p>
    );
  }
  return (
    <Picture
      className="cluster-montage"
      src={pictureAddress(cluster.montageUrl)}
      alt={`The most typical lesions of ${clusterName(cluster)}`}
      width={384}
      height={384}
      loading="lazy"
      decoding="async"
      onError={() => setFailed(true)}
    />
  );
}

/** The most common types as text, each with the colour that it has in the bar above. */
function Types({ cluster: { coarseTypes } }: { cluster: Cluster }) {
  const rest = coarseTypes.slice(SHOWN_TYPES).reduce((sum, { share }) => sum + share, 0);
  if (coarseTypes.length === 0) return <p className="muted small">No lesion with a known type.</p>;
  return (
    <ul className="types small">
      {coarseTypes.slice(0, SHOWN_TYPES).map(({ coarseType, share }) => (
        <li key={coarseType}>
          <span className="swatch" style={{ backgroundColor: typeColor(coarseType) }} />
          {titleOf(coarseType)} {formatPercent(share, 0)}
        </li>
      ))}
      {rest > 0 && <li className="muted">others {formatPercent(rest, 0)}</li>}
    </ul>
  );
}

function TypesBar({ cluster }: { cluster: Cluster }) {
  if (cluster.coarseTypes.length === 0) return null;
  return (
    <div className="types-bar" role="img" aria-label={`Types: ${typesText(cluster)}`}>
      {cluster.coarseTypes.map(({ coarseType, share }) => (
        <span key={coarseType} style={{ inlineSize: `${share * 100}%`, backgroundColor: typeColor(coarseType) }} />
      ))}
    </div>
  );
}
