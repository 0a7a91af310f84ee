import type { SetSearch } from '../../data/address';
import { serverAddress } from '../../data/base';
import type { GraphProblem } from '../../data/graph';
import { formatCount, plural } from '../../data/text';
import { numberOf, oneOf, type Search } from '../../data/url';
import { Needs } from '../../parts/Needs';
import { Problems } from '../../parts/States';
import { ClusterCard } from './ClusterCard';
import { Comparison } from './Comparison';
import type { ClustersCategorizationQuery } from './clusters.generated';
import type { Cluster } from './clusterTexts';
import { clusterName } from './clusterTexts';
import { FeatureMap } from './FeatureMap';
import { Agreement, Iterations } from './Quality';
import { Summary } from './Summary';
import { type Naming, useNaming } from './useNaming';

type Categorization = NonNullable<ClustersCategorizationQuery['categorization']>;

const ORDERS = ['index', 'size', 'purity'] as const;
type Order = (typeof ORDERS)[number];
const ORDER_LABELS: Record<Order, string> = {
  index: 'By number',
  size: 'Largest first',
  purity: 'Purest first',
};

/** A categorization and all that is known of its clusters. */
export function Found({
  categorization,
  problems,
  others,
  slug,
  search,
  setSearch,
}: {
  categorization: Categorization;
  problems: readonly GraphProblem[];
  others: readonly { id: string; name: string; clusterCount: number }[];
  slug: string;
  search: Search;
  setSearch: SetSearch;
}) {
  const naming = useNaming();
  const { nodes, totalCount } = categorization.pseudoClusters;
  const order = oneOf(search.order, ORDERS, 'index');
  const open = numberOf(search.k, 0, 0);
  const maxDiameter = Math.max(1, ...nodes.map(({ longDiameterMm }) => longDiameterMm.p75 ?? 0)) * 1.1;
  return (
    <div className="stack" style={{ gap: 'var(--space-6)' }}>
      <Problems problems={problems} />
      <Summary categorization={categorization} />
      {totalCount > 0 && (
        <section className="stack">
          <div className="spread">
            <h2>
              {plural(totalCount, 'cluster')}
              {nodes.length < totalCount && (
                <span className="muted">, the first {formatCount(nodes.length)} of them</span>
              )}
            </h2>
            {nodes.length > 1 && (
              <label className="row">
                <span className="muted">Order</span>
                <select
                  value={order}
                  onChange={({ target }) => setSearch({ order: target.value === 'index' ? undefined : target.value })}
                >
                  {ORDERS.map((word) => (
                    <option key={word} value={word}>
                      {ORDER_LABELS[word]}
                    </option>
                  ))}
                </select>
              </label>
            )}
          </div>
          <Needs right={naming.right} what="Naming a cluster" />
          <div className="clusters">
            {inOrder(nodes, order).map((cluster) => (
              <ClusterCard
                key={cluster.id}
                cluster={cluster}
                slug={slug}
                maxDiameter={maxDiameter}
                naming={naming}
                isOpen={open === cluster.clusterIndex}
                onOpen={(isOpen) =>
                  setSearch({ k: isOpen ? String(cluster.clusterIndex) : undefined }, { replace: true })
                }
              />
            ))}
          </div>
        </section>
      )}
      {nodes.length > 0 && (
        <>
          <FeatureMap
            categorizationId={categorization.id}
            name={categorization.name}
            clusters={nodes}
            source={{
              line: `${categorization.name}, clusters of ${slug}. ${serverAddress()}`,
              metadata: { address: window.location.href, categorization: categorization.id },
            }}
          />
          <Agreement categorization={categorization} />
          <Iterations categorization={categorization} />
          <Comparison
            categorizationId={categorization.id}
            clusters={nodes}
            others={others}
            chosen={search.vs}
            onChoose={(vs) => setSearch({ vs })}
          />
        </>
      )}
      <NamingNote naming={naming} clusters={nodes} />
    </div>
  );
}

/** @returns the clusters in another order; those that are alike stay in the order of their numbers */
export function inOrder(clusters: readonly Cluster[], order: Order): readonly Cluster[] {
  if (order === 'index') return clusters;
  const worth = ({ size, coarseTypes }: Cluster): number => (order === 'size' ? size : (coarseTypes[0]?.share ?? 0));
  return [...clusters].sort((a, b) => worth(b) - worth(a));
}

/** What the last name did, with the way back; it stays until the next one. */
function NamingNote({ naming, clusters }: { naming: Naming; clusters: readonly Cluster[] }) {
  const { last, error, undo } = naming;
  const cluster = clusters.find(({ id }) => id === last?.id);
  const isShown = error !== null || (last !== null && cluster !== undefined);
  return (
    <div className={isShown ? 'naming-note' : 'visually-hidden'}>
      <p role="status">
        {error
          ? `The name was not saved: ${error.message}`
          : last &&
            cluster &&
            (last.after === null ? (
              `${clusterName(cluster)} has no name any more.`
            ) : (
              <>
                Named <bdi>{last.after}</bdi>.
              </>
            ))}
      </p>
      {isShown && !error && (
        <button type="button" onClick={undo}>
          Undo
        </button>
      )}
    </div>
  );
}
