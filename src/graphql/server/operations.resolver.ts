import { Ctx, Query, Resolver } from 'type-graphql';
import { findDatabaseBytes } from '../../database';
import { findQueueStatus } from '../../runs';
import { findUploadTotals } from '../../uploads';
import type { GraphContext } from '../core/context';
import { declareList } from '../core/listBounds';
import { DoctorFinding } from './doctor';
import { QueueStatusType, ReadinessCheckType, StorageType } from './operations';

declareList('Query.readiness', { most: 20, usual: 6, because: 'One per check of /readyz.' });

@Resolver()
export class OperationsResolver {
  @Query(() => QueueStatusType, { description: 'The queue of detection runs at this moment.' })
  async queueStatus(@Ctx() { database }: GraphContext) {
    return new QueueStatusType(await findQueueStatus(database));
  }

  @Query(() => StorageType, { description: 'Space on disk that the server uses.' })
  async storage(@Ctx() { database }: GraphContext) {
    const [bytes, uploads] = await Promise.all([findDatabaseBytes(database), findUploadTotals(database)]);
    return new StorageType(bytes, uploads);
  }

  @Query(() => [DoctorFinding], {
    description:
      'What `deeplesion doctor` finds of this server, at most half a minute old: settings, disk, database, images, models, ' +
      'workers, queue and audit trail. Empty in a process that does not serve HTTP.',
  })
  async doctor(@Ctx() { services }: GraphContext) {
    const findings = (await services.doctor?.look()) ?? [];
    return findings.map((finding) => new DoctorFinding(finding));
  }

  @Query(() => [ReadinessCheckType], {
    description: 'Whether this server can do its work: what /readyz says. Empty in a process that does not serve HTTP.',
  })
  async readiness(@Ctx() { services }: GraphContext) {
    const report = await services.readiness?.look();
    if (!report) return [];
    const message = report.warnings.length > 0 ? report.warnings.join(' ') : null;
    return [...report.checks, { name: 'images', ok: true, message }].map((check) => new ReadinessCheckType(check));
  }
}
