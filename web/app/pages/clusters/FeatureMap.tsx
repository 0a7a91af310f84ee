import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { csvOf } from '../../data/csv';
import { ask } from '../../data/graph';
import { formatCount, formatPercent, plural } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { type FigureSource, figureFiles } from '../../figures/exportSvg';
import { SERIES_COLORS } from '../../figures/lineStyle';
import { PointCloud } from '../../figures/PointCloud';
import { GetThis } from '../../parts/GetThis';
import { Answered } from '../../parts/States';
import { type Cluster, clusterName } from './clusterTexts';
import { MapLesion } from './MapLesion';
import { ClusterMapDocument, ClusterMapLesionDocument, type ClusterMapQuery } from './map.generated';

type FeatureMapData = NonNullable<NonNullable<ClusterMapQuery['categorization']>['featureMap']>;

/** A colour for each cluster as long as there are any; all further ones are grey until they are chosen. */
const colorOf = (clusterIndex: number): string => SERIES_COLORS[clusterIndex - 1] ?? 'var(--line-strong)';

interface MapProps {
  readonly categorizationId: string;
  readonly name: string;
  readonly clusters: readonly Cluster[];
  readonly source: FigureSource;
}

/** All lesions as points of a plane: near ones look alike to the encoder. */
export function FeatureMap(props: MapProps) {
  const query = useAnswer(ClusterMapDocument, { id: props.categorizationId }, { staleMs: Number.POSITIVE_INFINITY });
  return (
    <section className="card stack">
      <Answered query={query} height="30rem">
        {({ categorization }) =>
          categorization?.featureMap ? (
            <Drawn {...props} map={categorization.featureMap} />
          ) : (
            <>
              <h2>Map of the lesions</h2>
              <p className="muted">The features of this categorization are not stored, so there is no map of them.</p>
            </>
          )
        }
      </Answered>
    </section>
  );
}

function Drawn({ categorizationId, name, clusters, source, map }: MapProps & { map: FeatureMapData }) {
  const navigate = useNavigate();
  const figure = useRef<SVGSVGElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const [first = 0, second = 0] = map.explainedVariance;
  const lesionId = at === null ? undefined : map.lesionIds[at];
  const open = async (index: number): Promise<void> => {
    const id = map.lesionIds[index];
    if (id === undefined) return;
    const { data } = await ask(ClusterMapLesionDocument, { id });
    if (data.lesion)
      void navigate({ to: PATHS.image, params: { imageId: data.lesion.image.id }, search: { lesion: id } });
  };
  const cluster = clusters.find(({ clusterIndex }) => clusterIndex === map.clusterIndexes[at ?? -1]);
  return (
    <>
      <div className="spread">
        <h2>Map of the lesions</h2>
        <GetThis
          sources={[{ title: 'The map', document: ClusterMapDocument, variables: { id: categorizationId } }]}
          downloads={[
            ...figureFiles(figure, 'clusters-map', source),
            {
              label: 'CSV',
              fileName: 'clusters-map.csv',
              type: 'text/csv',
              make: () => csvOfMap(map, categorizationId),
            },
          ]}
        />
      </div>
      <p className="muted">
        {map.stride === 1
          ? plural(map.lesionCount, 'lesion')
          : `Every ${formatCount(map.stride)}th of ${plural(map.lesionCount, 'lesion')}`}
        , the nearer the more alike to the encoder: the two principal components of its features, with{' '}
        {formatPercent(first + second, 0)} of their variance. What is near here may be apart in the others.
      </p>
      <div className="map">
        <PointCloud
          label={`Map of the lesions of ${name}; arrows go from lesion to lesion, Enter opens the slice`}
          cloud={{ x: map.x, y: map.y, groups: map.clusterIndexes }}
          groups={clusters.map(({ clusterIndex }) => clusterIndex)}
          colorOf={colorOf}
          focusGroup={chosen}
          at={at}
          onAt={setAt}
          onOpen={(index) => void open(index)}
          xLabel={`first component, ${formatPercent(first, 0)} of the variance`}
          yLabel={`second component, ${formatPercent(second, 0)}`}
          svg={figure}
        />
        <div className="stack">
          <ul className="map-legend" aria-label="Clusters of the map">
            {clusters.map((one) => (
              <li key={one.id}>
                <button
                  type="button"
                  className="quiet small"
                  aria-pressed={chosen === one.clusterIndex}
                  onClick={() => setChosen(chosen === one.clusterIndex ? null : one.clusterIndex)}
                >
                  <span className="swatch" style={{ backgroundColor: colorOf(one.clusterIndex) }} />
                  <bdi>{clusterName(one)}</bdi>
                </button>
              </li>
            ))}
          </ul>
          <output className="map-lesion" aria-live="polite">
            {lesionId === undefined ? (
              <span className="muted small">Point at a lesion, or go to one with the arrows.</span>
            ) : (
              <MapLesion id={lesionId} cluster={cluster && clusterName(cluster)} />
            )}
          </output>
        </div>
      </div>
    </>
  );
}

const csvOfMap = ({ lesionIds, clusterIndexes, x, y }: FeatureMapData, categorizationId: string): string =>
  csvOf(
    ['categorization_id', 'lesion_id', 'cluster_index', 'component_1', 'component_2'],
    lesionIds.map((id, index) => [categorizationId, id, clusterIndexes[index], x[index], y[index]]),
  );
