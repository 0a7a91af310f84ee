import { Ctx, Query, Resolver } from 'type-graphql';
import { readPackageVersion } from '../../codeVersion';
import type { GraphContext } from '../context';
import { RefusedModel, ServerInfo } from '../types/serverInfo';

@Resolver()
export class ServerInfoResolver {
  @Query(() => ServerInfo, { description: 'What this server is and what it allows.' })
  serverInfo(@Ctx() { services }: GraphContext) {
    const refused = services.registry.list().filter((detector) => !detector.ready);
    return new ServerInfo({
      version: readPackageVersion(),
      codeVersion: services.codeVersion,
      executionProviders: services.config.executionProviders,
      refusedModels: refused.map(({ name, reason }) => new RefusedModel(name, reason ?? 'not ready')),
    });
  }
}
