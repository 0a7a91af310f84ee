import { Ctx, Query, Resolver } from 'type-graphql';
import { seesAll } from '../../access';
import { findDatabaseBytes } from '../../database';
import { findQueueStatus } from '../../runs';
import { findUploadTotals } from '../../uploads';
import type { GraphContext } from '../core/context';
import { declareList } from '../core/listBounds';
import { QueueStatusType, ReadinessCheckType, StorageType } from './operations';

declareList('Query.readiness', { most: 20, usual: 6, because: 'One per check of /readyz.' });

@Resolver()
export class OperationsResolver {
  @Query(() => QueueStatusType, { description: 'The queue of detection runs at this moment.' })
  async queueStatus(@Ctx() { database }: GraphContext) {
    return new QueueStatusType(await findQueueStatus(database));
  }

  @Query(() => StorageType, { description: 'Space on disk that the server uses.' })
  async storage(@Ctx() { database, caller }: GraphContext) {
    const bytes = seesAll(caller) ? findDatabaseBytes(database) : null;
    const [databaseBytes, uploads] = await Promise.all([bytes, findUploadTotals(database)]);
    return new StorageType(databaseBytes, uploads);
  }

  @Query(() => [ReadinessCheckType], {
    description: 'Whether this server can do its work: what /readyz says. Empty in a process that does not serve HTTP.',
  })
  async readiness(@Ctx() { services, database }: GraphContext) {
    const report = await services.readiness?.look(database);
    if (!report) return [];
    const message = report.warnings.length > 0 ? report.warnings.join(' ') : null;
    return [...report.checks, { name: 'images', ok: true, message }].map((check) => new ReadinessCheckType(check));
  }
}
