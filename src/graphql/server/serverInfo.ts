import { Int, ObjectType } from 'type-graphql';
import type { ProviderState } from '../../inference';
import { LIMITS } from '../core/limits';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../core/pageArgs';
import { Property } from '../core/property';

@ObjectType({
  description: 'How large a request may be. A request over a limit is refused with the limit in its message.',
})
export class ServerLimits {
  @Property(() => Int, 'Items of a page that names no size.')
  readonly defaultPageSize = DEFAULT_PAGE_SIZE;

  @Property(() => Int, 'Items of a page, and ids of a batch look-up.')
  readonly maxPageSize = MAX_PAGE_SIZE;

  @Property(() => Int, 'Lexical tokens of a document.')
  readonly tokens = LIMITS.tokens;

  @Property(() => Int, 'Fields inside one another.')
  readonly depth = LIMITS.depth;

  @Property(() => Int, 'Selections of a document with its fragments written out.')
  readonly selections = LIMITS.selections;

  @Property(() => Int, 'Aliases of a document.')
  readonly aliases = LIMITS.aliases;

  @Property(
    () => Int,
    'Fields that an answer may hold by its page sizes and the usual lengths of other lists. A query beyond is priced by the rows that are stored.',
  )
  readonly complexity = LIMITS.complexity;

  @Property(() => Int, 'Fields that an answer may hold by the rows that are stored.')
  readonly storedComplexity = LIMITS.storedComplexity;
}

@ObjectType({ description: 'A model folder that the server refused.' })
export class RefusedModel {
  constructor(name: string, reason: string) {
    this.name = name;
    this.reason = reason;
  }

  @Property(() => String, 'Name of the detector, or of the folder where that is unknown.')
  readonly name: string;

  @Property(() => String, 'What does not fit.')
  readonly reason: string;
}

@ObjectType({
  description: 'Whether the machine of this server can run networks in one of the ways that ONNX Runtime has.',
})
export class MachineExecutionProvider {
  constructor(state: ProviderState) {
    this.id = state.executionProvider;
    this.available = state.available;
    this.reason = state.reason;
  }

  @Property(
    () => String,
    'Its name in EXECUTION_PROVIDERS and in `DetectionRun.executionProvider`: `cuda`, `webgpu` or `cpu`.',
  )
  readonly id: string;

  @Property(() => Boolean, 'Whether it started and computed a number when it was first asked.')
  readonly available: boolean;

  @Property(() => String, 'Why it is not available.', { nullable: true })
  readonly reason: string | null;
}

@ObjectType({ description: 'What this server is and what it allows.' })
export class ServerInfo {
  constructor(parts: Omit<ServerInfo, 'limits' | 'nodeVersion'>) {
    this.version = parts.version;
    this.codeVersion = parts.codeVersion;
    this.executionProviders = parts.executionProviders;
    this.refusedModels = parts.refusedModels;
  }

  @Property(() => String, 'Version of DeepLesion Server.')
  readonly version: string;

  @Property(() => String, 'Version and, in a checkout, the git commit of the running code.')
  readonly codeVersion: string;

  @Property(() => String, 'Version of Node.')
  readonly nodeVersion = process.versions.node;

  @Property(() => [String], 'Execution providers in the order in which runs try them; `auto` is CUDA, WebGPU, CPU.')
  readonly executionProviders: string[];

  @Property(() => [RefusedModel], 'Model folders that do not fit their manifest.')
  readonly refusedModels: RefusedModel[];

  @Property(() => ServerLimits, 'How large a request may be.')
  readonly limits = new ServerLimits();
}
