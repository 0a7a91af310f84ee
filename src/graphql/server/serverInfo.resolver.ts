import { Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { readPackageVersion } from '../../codeVersion';
import { findExecutionProviders } from '../../inference';
import type { GraphContext } from '../core/context';
import { declareList } from '../core/listBounds';
import { Embedding, MachineExecutionProvider, RefusedModel, ServerInfo, UploadLimits } from './serverInfo';

declareList('Embedding.ancestors', { most: 1_000, because: 'A setting of the operator.' });

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

  @FieldResolver(() => Embedding, { description: 'Whether other sites may show pages of this server in a frame.' })
  embedding(@Ctx() { services }: GraphContext): Embedding {
    return new Embedding(services.config.embedAncestors);
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
