import { Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { readPackageVersion } from '../../codeVersion';
import { findExecutionProviders } from '../../inference';
import type { GraphContext } from '../core/context';
import { MachineExecutionProvider, RefusedModel, ServerInfo, UploadLimits } from './serverInfo';

@Resolver(() => ServerInfo)
export class ServerInfoResolver {
  @Query(() => ServerInfo, { description: 'Version, settings and limits of this server.' })
  serverInfo(@Ctx() { services }: GraphContext) {
    const refused = services.registry.list().filter((detector) => !detector.ready);
    return new ServerInfo({
      version: readPackageVersion(),
      codeVersion: services.codeVersion,
      executionProviders: services.config.executionProviders,
      refusedModels: refused.map(({ name, reason }) => new RefusedModel(name, reason ?? 'not ready')),
      uploadLimits: new UploadLimits(services.config),
      demo: services.config.demo,
    });
  }

  @FieldResolver(() => [MachineExecutionProvider], {
    description:
      'The execution providers of this machine, in the order in which `auto` tries them. Workers on ' +
      'other machines may have other ones.',
  })
  async machineExecutionProviders(): Promise<MachineExecutionProvider[]> {
    return (await findExecutionProviders()).map((state) => new MachineExecutionProvider(state));
  }
}
