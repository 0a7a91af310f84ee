import { useState } from 'react';
import { pictureAddress } from '../../data/pictures';
import { Picture } from '../../parts/Picture';
import { LesionSketch } from './LesionSketch';
import type { ListedLesion } from './useLesionRows';

/**
 * The surroundings of a lesion, or where there are no pixels of it, its measurement as it was drawn. The text beside it
 * names it, so the picture itself has no text.
 */
export function LesionPicture({ lesion }: { lesion: ListedLesion | undefined }) {
  const [failed, setFailed] = useState<string | null>(null);
  if (!lesion) return <span className="lesion-picture waiting" />;
  if (lesion.url === null || failed === lesion.id) return <LesionSketch lesion={lesion} isLost={lesion.url !== null} />;
  return (
    <Picture
      className="lesion-picture"
      src={pictureAddress(lesion.url)}
      alt=""
      width={160}
      height={160}
      loading="lazy"
      decoding="async"
      onError={() => setFailed(lesion.id)}
    />
  );
}
