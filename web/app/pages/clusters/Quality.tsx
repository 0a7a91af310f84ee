import { formatNumber, formatPercent, plural, titleOf } from '../../data/text';
import { Matrix } from '../../figures/Matrix';
import { SmallCurve } from '../../figures/SmallCurve';
import type { ClustersCategorizationQuery } from './clusters.generated';
import { type Cluster, clusterName } from './clusterTexts';

type Categorization = NonNullable<ClustersCategorizationQuery['categorization']>;

const two = (value: number): string => formatNumber(value, 2);

/** How far the clusters agree with types that had no part in making them. */
export function Agreement({ categorization }: { categorization: Categorization }) {
  const { agreementWithCoarseTypes: agreement, pseudoClusters } = categorization;
  if (!agreement) {
    return (
      <section className="card stack">
        <h2>Agreement with the coarse types</h2>
        <p className="muted">No lesion of this data set has a known type.</p>
      </section>
    );
  }
  const { coarseTypes, rows } = agreement.contingency;
  const byId = new Map<string, Cluster>(pseudoClusters.nodes.map((cluster) => [cluster.id, cluster]));
  return (
    <section className="card stack">
      <h2>Agreement with the coarse types</h2>
      <p>
        {plural(agreement.lesions, 'lesion')} with a known type, which had no part in making the clusters: purity{' '}
        {formatPercent(agreement.purity)} (a single cluster with all lesions has {formatPercent(agreement.floorPurity)}
        ), normalized mutual information {formatNumber(agreement.nmi, 2)}, adjusted Rand index{' '}
        {formatNumber(agreement.adjustedRandIndex, 2)}.
      </p>
      <Matrix
        caption="Lesions by cluster and coarse type"
        corner="Cluster"
        columns={coarseTypes.map((type) => ({ key: type, name: titleOf(type) }))}
        rows={rows.map(({ pseudoCluster: { id } }) => {
          const cluster = byId.get(id);
          return { key: id, name: <bdi>{cluster ? clusterName(cluster) : id}</bdi> };
        })}
        counts={rows.map(({ counts }) => counts)}
      />
    </section>
  );
}

/** How the iterations went, and which numbers of clusters were tried. */
export function Iterations({ categorization }: { categorization: Categorization }) {
  const { iterations, scan, chosenIteration, selectionRule, quality } = categorization;
  const chosenScan = scan.find(({ chosen }) => chosen)?.clusterCount;
  const hasCurves = iterations.length > 1 || scan.length > 1;
  if (!hasCurves && quality.silhouette === null) return null;
  return (
    <section className="card stack">
      <h2>How the clusters were found</h2>
      <p>
        Mean silhouette of these clusters: {formatNumber(quality.silhouette, 2)}.
        {hasCurves && chosenIteration !== null && ` They are those of iteration ${chosenIteration}.`}
        {selectionRule && (
          <>
            {' '}
            The iteration was chosen by this rule: <bdi>{selectionRule}</bdi>.
          </>
        )}
      </p>
      {hasCurves && (
        <div className="curves">
          {iterations.length > 1 && (
            <>
              <SmallCurve
                title="Mean silhouette by iteration"
                xLabel="iteration"
                points={iterations.map(({ iteration, silhouette }) => ({ x: iteration, y: silhouette }))}
                marked={chosenIteration}
                format={two}
              />
              <SmallCurve
                title="NMI with the iteration before"
                xLabel="iteration"
                points={iterations.map(({ iteration, nmiToPrevious }) => ({ x: iteration, y: nmiToPrevious }))}
                marked={chosenIteration}
                format={two}
              />
            </>
          )}
          {scan.length > 1 && (
            <>
              <SmallCurve
                title="Mean silhouette by number of clusters"
                xLabel="number of clusters"
                points={scan.map(({ clusterCount, silhouette }) => ({ x: clusterCount, y: silhouette }))}
                marked={chosenScan}
                format={two}
              />
              <SmallCurve
                title="Stability by number of clusters"
                xLabel="number of clusters"
                points={scan.map(({ clusterCount, stability }) => ({ x: clusterCount, y: stability }))}
                marked={chosenScan}
                format={two}
              />
            </>
          )}
        </div>
      )}
    </section>
  );
}
