import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { pictureAddress } from '../../data/pictures';
import { formatNumber, titleOf } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { Picture } from '../../parts/Picture';
import { ClusterMapLesionDocument } from './map.generated';

/** Points that are passed over are not asked for. */
const REST_MS = 120;

/** The lesion of a point of the map. */
export function MapLesion({ id, cluster }: { id: string; cluster: string | undefined }) {
  const [rested, setRested] = useState(id);
  useEffect(() => {
    const timer = setTimeout(() => setRested(id), REST_MS);
    return () => clearTimeout(timer);
  }, [id]);
  const query = useAnswer(ClusterMapLesionDocument, { id: rested }, { keepPrevious: true });
  const lesion = query.data?.data.lesion;
  if (query.error) return <span className="small">{query.error.message}</span>;
  if (!lesion) return <span className="muted small">…</span>;
  const { coarseType, longDiameterMm, shortDiameterMm, sourceRowIndex, url, image } = lesion;
  return (
    <Link to={PATHS.image} params={{ imageId: image.id }} search={{ lesion: lesion.id }} className="map-link">
      {url !== null && <Picture src={pictureAddress(url)} alt="" width={160} height={160} />}
      <span className="stack-tight">
        <strong>{coarseType === 'UNKNOWN' ? 'Type unknown' : titleOf(coarseType)}</strong>
        <span>
          {formatNumber(longDiameterMm)} × {formatNumber(shortDiameterMm)} mm
        </span>
        {cluster && <bdi className="muted small">{cluster}</bdi>}
        <span className="muted small">row {sourceRowIndex}</span>
      </span>
    </Link>
  );
}
