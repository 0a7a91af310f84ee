/** A thread that clusters features. */
import { answerRequests } from '../threads';
import type { Clustered, ClusterRequest } from './clusterInThread';
import { kMeans } from './kMeans';
import { meanSilhouette } from './silhouette';

answerRequests(({ features, clusterCount, seed }: ClusterRequest): Clustered => {
  const { labels, centroids } = kMeans(features, { clusterCount, seed });
  return { labels, centroids, silhouette: meanSilhouette(features, labels, clusterCount) };
});
