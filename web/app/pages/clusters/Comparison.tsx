import { formatNumber, formatPercent, plural } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { Matrix } from '../../figures/Matrix';
import { Answered } from '../../parts/States';
import { CompareCategorizationsDocument } from './clusters.generated';
import { type Cluster, clusterName } from './clusterTexts';

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly clusterCount: number;
}

/** How the lesions of each cluster lie in the clusters of another categorization of the same data set version. */
export function Comparison({
  categorizationId,
  clusters,
  others,
  chosen,
  onChoose,
}: {
  categorizationId: string;
  clusters: readonly Cluster[];
  others: readonly Listed[];
  chosen: string | undefined;
  onChoose: (id: string | undefined) => void;
}) {
  if (others.length === 0) return null;
  const other = others.find(({ id }) => id === chosen);
  return (
    <section className="card stack">
      <div className="spread">
        <h2>Comparison with another categorization</h2>
        <select
          aria-label="Other categorization"
          value={other?.id ?? ''}
          onChange={({ target }) => onChoose(target.value || undefined)}
        >
          <option value="">None</option>
          {others.map(({ id, name, clusterCount }) => (
            <option key={id} value={id}>
              {name} ({plural(clusterCount, 'cluster')})
            </option>
          ))}
        </select>
      </div>
      {other && <Table id={categorizationId} other={other.id} clusters={clusters} />}
    </section>
  );
}

function Table({ id, other, clusters }: { id: string; other: string; clusters: readonly Cluster[] }) {
  const query = useAnswer(CompareCategorizationsDocument, { id, other });
  const nameOf = (clusterId: string): string => {
    const cluster = clusters.find((one) => one.id === clusterId);
    return cluster ? clusterName(cluster) : '–';
  };
  return (
    <Answered query={query} height="20rem">
      {({ categorization }) => {
        const comparison = categorization?.compareWith;
        if (!comparison) return <p className="muted">These two cannot be compared.</p>;
        const { columns, rows } = comparison.contingencyTable;
        return (
          <>
            <p>
              {plural(comparison.lesions, 'lesion')} in both: normalized mutual information{' '}
              {formatNumber(comparison.nmi, 2)}, adjusted Rand index {formatNumber(comparison.adjustedRandIndex, 2)},
              purity {formatPercent(comparison.purity)} and in reverse {formatPercent(comparison.reversePurity)}. Frames
              mark the pairs that have most lesions in common, one to one.
            </p>
            <Matrix
              caption={`Lesions by cluster, here and in ${comparison.other.name}`}
              corner="Cluster"
              columns={columns.map((column) => ({ key: column.id, name: <bdi>{clusterName(column)}</bdi> }))}
              rows={rows.map(({ pseudoCluster }) => ({
                key: pseudoCluster.id,
                name: <bdi>{nameOf(pseudoCluster.id)}</bdi>,
              }))}
              counts={rows.map(({ counts }) => counts)}
              isMarked={(row, column) => rows[row]?.matched?.id === columns[column]?.id}
            />
          </>
        );
      }}
    </Answered>
  );
}
