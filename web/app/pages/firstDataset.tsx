import { Navigate } from '@tanstack/react-router';
import { PATHS } from '../../../src/http/webPaths';
import { useAnswer } from '../data/useAnswer';
import { PageHead } from '../parts/PageHead';
import { Answered, Empty } from '../parts/States';
import { FirstDatasetDocument } from './firstDataset.generated';

/** `/lesions` without a data set: those of the newest one. */
export function FirstLesions() {
  return <OfNewest title="Lesions" to={PATHS.datasetLesions} />;
}

/** `/clusters` without a data set: those of the newest one. */
export function FirstClusters() {
  return <OfNewest title="Clusters" to={PATHS.datasetClusters} />;
}

function OfNewest({ title, to }: { title: string; to: typeof PATHS.datasetLesions | typeof PATHS.datasetClusters }) {
  const query = useAnswer(FirstDatasetDocument, {});
  return (
    <Answered query={query}>
      {({ datasets: { nodes } }) => {
        const [dataset] = nodes;
        if (dataset) return <Navigate to={to} params={{ slug: dataset.slug }} replace />;
        return (
          <>
            <PageHead title={title} />
            <Empty>No data set has been imported.</Empty>
          </>
        );
      }}
    </Answered>
  );
}
