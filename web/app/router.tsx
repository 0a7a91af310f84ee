import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { PATHS } from '../../src/http/webPaths';
import { BASE } from './data/base';
import { parseSearch, type Search, stringifySearch } from './data/url';
import { Home } from './pages/home';
import { NotFound, PageFailed } from './pages/notFound';
import { Shell } from './parts/Shell';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageFailed });

/** Each page parses its own parameters; they are texts until then. */
const validateSearch = (search: Record<string, unknown>): Search =>
  Object.fromEntries(
    Object.entries(search).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
  );

const under = { getParentRoute: () => root, validateSearch };
const { lesions, datasetLesions, image, clusters, datasetClusters, categorization } = PATHS;
const {
  runs,
  newRun,
  run,
  accuracy,
  differences,
  errors,
  threshold,
  board,
  review,
  tryIt,
  operations,
  cookbook,
  keys,
  audit,
  datasets,
} = PATHS;

/** All pages but the first come when they are opened. */
const pages = [
  createRoute({ ...under, path: PATHS.home, component: Home }),
  createRoute({
    ...under,
    path: lesions,
    component: lazyRouteComponent(() => import('./pages/firstDataset'), 'FirstLesions'),
  }),
  createRoute({
    ...under,
    path: clusters,
    component: lazyRouteComponent(() => import('./pages/firstDataset'), 'FirstClusters'),
  }),
  createRoute({
    ...under,
    path: datasetLesions,
    component: lazyRouteComponent(() => import('./pages/explorer'), 'Explorer'),
  }),
  createRoute({ ...under, path: image, component: lazyRouteComponent(() => import('./pages/slice'), 'Slice') }),
  createRoute({
    ...under,
    path: datasetClusters,
    component: lazyRouteComponent(() => import('./pages/clusters'), 'Clusters'),
  }),
  createRoute({
    ...under,
    path: categorization,
    component: lazyRouteComponent(() => import('./pages/clusters'), 'Clusters'),
  }),
  createRoute({ ...under, path: runs, component: lazyRouteComponent(() => import('./pages/runs'), 'Runs') }),
  createRoute({ ...under, path: newRun, component: lazyRouteComponent(() => import('./pages/newRun'), 'NewRun') }),
  createRoute({ ...under, path: run, component: lazyRouteComponent(() => import('./pages/run'), 'Run') }),
  createRoute({
    ...under,
    path: accuracy,
    component: lazyRouteComponent(() => import('./pages/accuracy'), 'Accuracy'),
  }),
  createRoute({
    ...under,
    path: differences,
    component: lazyRouteComponent(() => import('./pages/differences'), 'Differences'),
  }),
  createRoute({
    ...under,
    path: threshold,
    component: lazyRouteComponent(() => import('./pages/threshold'), 'Threshold'),
  }),
  createRoute({ ...under, path: board, component: lazyRouteComponent(() => import('./pages/board'), 'Board') }),
  createRoute({ ...under, path: errors, component: lazyRouteComponent(() => import('./pages/errors'), 'Errors') }),
  createRoute({ ...under, path: review, component: lazyRouteComponent(() => import('./pages/review'), 'Review') }),
  createRoute({ ...under, path: tryIt, component: lazyRouteComponent(() => import('./pages/tryIt'), 'TryIt') }),
  createRoute({
    ...under,
    path: operations,
    component: lazyRouteComponent(() => import('./pages/operations'), 'Operations'),
  }),
  createRoute({
    ...under,
    path: cookbook,
    component: lazyRouteComponent(() => import('./pages/cookbook'), 'Cookbook'),
  }),
  createRoute({ ...under, path: keys, component: lazyRouteComponent(() => import('./pages/keys'), 'Keys') }),
  createRoute({ ...under, path: audit, component: lazyRouteComponent(() => import('./pages/audit'), 'Audit') }),
  createRoute({
    ...under,
    path: datasets,
    component: lazyRouteComponent(() => import('./pages/datasets'), 'Datasets'),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren(pages),
  basepath: BASE || '/',
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
