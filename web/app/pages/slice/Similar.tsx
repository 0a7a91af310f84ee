import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { pictureAddress } from '../../data/pictures';
import { useAnswer } from '../../data/useAnswer';
import { Picture } from '../../parts/Picture';
import { Answered } from '../../parts/States';
import { diametersText, typeText } from './boxes';
import { SimilarLesionsDocument, type SimilarLesionsQuery } from './slice.generated';

type Found = NonNullable<Extract<NonNullable<SimilarLesionsQuery['node']>, { similar: unknown }>['similar']>[number];

/** Lesions whose features are nearest to those of one. */
export function Similar({ lesionId, name }: { lesionId: string; name: string }) {
  const query = useAnswer(SimilarLesionsDocument, { lesion: lesionId });
  return (
    <section className="card stack-tight">
      <h2>Similar to {name}</h2>
      <Answered query={query} height="12rem">
        {({ node }) => {
          const similar = node && 'similar' in node && Array.isArray(node.similar) ? (node.similar as Found[]) : [];
          if (similar.length === 0)
            return <p className="muted">No categorization of this data set has stored features to compare.</p>;
          return (
            <>
              <p className="muted small">The nearest lesions by the distance of their features, of any patient.</p>
              <ul className="thumbnails">
                {similar.map((found) => (
                  <SimilarLesion key={found.lesion.id} found={found} />
                ))}
              </ul>
            </>
          );
        }}
      </Answered>
    </section>
  );
}

function SimilarLesion({ found: { distance, lesion } }: { found: Found }) {
  const text = `${typeText(lesion.coarseType)}, ${diametersText({ ...lesion, shortDiameterMm: null })}`;
  return (
    <li>
      <Link to={PATHS.image} params={{ imageId: lesion.image.id }} search={{ m: lesion.id }} className="thumbnail">
        <Thumbnail url={lesion.url} />
        <span>{text}</span>
        <span className="muted">
          patient {lesion.patient.patientIndex}, distance {distance.toFixed(2)}
        </span>
      </Link>
    </li>
  );
}

/** A close-up of a lesion; its frame where there are no pixels. What it shows stands beside it. */
export function Thumbnail({ url }: { url: string | null }) {
  if (url === null) return <span className="thumbnail-none small">no pixels</span>;
  return <Picture src={pictureAddress(url)} alt="" loading="lazy" width={96} height={96} />;
}
