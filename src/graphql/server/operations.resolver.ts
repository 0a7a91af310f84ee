import { Ctx, FieldResolver, Float, Query, Resolver } from 'type-graphql';
import { seesAll } from '../../access';
import { findDatabaseBytes } from '../../database';
import { findRetentionState } from '../../retention';
import { findQueueStatus } from '../../runs';
import { findUploadTotals } from '../../uploads';
import type { GraphContext } from '../core/context';
import { declareList } from '../core/listBounds';
import { DoctorFinding } from './doctor';
import { QueueStatusType, ReadinessCheckType, RetentionType, StorageType } from './operations';

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

  @Query(() => RetentionType, { description: "What the server deletes by its age, by the operator's settings." })
  async retention(@Ctx() { services }: GraphContext) {
    const { config, database } = services;
    const state = await findRetentionState(database, config.retention, new Date());
    return new RetentionType({
      ...state,
      runsDays: config.retention.runsDays ?? null,
      uploadsHours: config.uploadTtlHours,
    });
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
  async readiness(@Ctx() { services, database }: GraphContext) {
    const report = await services.readiness?.look(database);
    if (!report) return [];
    const message = report.warnings.length > 0 ? report.warnings.join(' ') : null;
    return [...report.checks, { name: 'images', ok: true, message }].map((check) => new ReadinessCheckType(check));
  }
}

@Resolver(() => StorageType)
export class StorageFieldsResolver {
  @FieldResolver(() => Float, { description: 'Maximum of `uploadBytes` (MAX_UPLOADED_BYTES).' })
  uploadBytesLimit(@Ctx() { services }: GraphContext) {
    return services.config.maxUploadedBytes;
  }
}
