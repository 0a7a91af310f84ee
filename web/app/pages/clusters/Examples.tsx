import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { pictureAddress } from '../../data/pictures';
import { formatNumber, titleOf } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { Picture } from '../../parts/Picture';
import { Answered } from '../../parts/States';
import { ClusterExamplesDocument, type ExampleLesionFragment } from './clusters.generated';

/** The lesions nearest to the centroid, and those that might as well be in another cluster. */
export function Examples({ clusterId }: { clusterId: string }) {
  const query = useAnswer(ClusterExamplesDocument, { id: clusterId }, { staleMs: Number.POSITIVE_INFINITY });
  return (
    <Answered query={query} height="16rem">
      {({ node }) =>
        node?.__typename === 'PseudoCluster' && (
          <div className="stack-tight">
            <Row title="Nearest to the centroid" lesions={node.typicalLesions} />
            <Row title="At the border to another cluster" lesions={node.borderLesions} />
          </div>
        )
      }
    </Answered>
  );
}

function Row({ title, lesions }: { title: string; lesions: readonly ExampleLesionFragment[] }) {
  return (
    <section className="stack-tight">
      <h4>{title}</h4>
      {lesions.length === 0 ? (
        <p className="muted small">Its features are not stored, so this is not known.</p>
      ) : (
        <ul className="examples">
          {lesions.map((lesion) => (
            <li key={lesion.id}>
              <Example lesion={lesion} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Example({ lesion }: { lesion: ExampleLesionFragment }) {
  const text = `${titleOf(lesion.coarseType)}, ${formatNumber(lesion.longDiameterMm)} mm, row ${lesion.sourceRowIndex}`;
  return (
    <Link to={PATHS.image} params={{ imageId: lesion.image.id }} search={{ lesion: lesion.id }} className="example">
      {lesion.url === null ? (
        <span className="example-words small">{text}</span>
      ) : (
        <Picture src={pictureAddress(lesion.url)} alt={text} width={128} height={128} loading="lazy" decoding="async" />
      )}
    </Link>
  );
}
