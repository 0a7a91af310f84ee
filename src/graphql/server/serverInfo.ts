import { Float, Int, ObjectType } from 'type-graphql';
import type { Config } from '../../config';
import type { ProviderState } from '../../inference';
import { MAX_SLICE_BYTES, MAX_ZIP_FILES } from '../../uploads';
import { LIMITS } from '../core/limits';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../core/pageArgs';
import { Property } from '../core/property';
import { WindowPreset, windowPresets } from './windowPreset';

@ObjectType({
  description:
    'Limits on the size of requests. A request that exceeds a limit is refused with an error that names the limit.',
})
export class ServerLimits {
  @Property(() => Int, 'Number of items of a page if `first` and `last` are omitted.')
  readonly defaultPageSize = DEFAULT_PAGE_SIZE;

  @Property(() => Int, 'Maximum number of items of a page, and of ids of a batch look-up.')
  readonly maxPageSize = MAX_PAGE_SIZE;

  @Property(() => Int, 'Maximum number of lexical tokens of a document.')
  readonly tokens = LIMITS.tokens;

  @Property(() => Int, 'Maximum depth of nested fields.')
  readonly depth = LIMITS.depth;

  @Property(() => Int, 'Maximum number of selections of a document after the expansion of its fragments.')
  readonly selections = LIMITS.selections;

  @Property(() => Int, 'Maximum number of aliases of a document.')
  readonly aliases = LIMITS.aliases;

  @Property(
    () => Int,
    'Maximum complexity: the number of fields of a response according to its page sizes and the ' +
      'usual lengths of other lists. The complexity of a query above it is computed from the stored ' +
      'rows.',
  )
  readonly complexity = LIMITS.complexity;

  @Property(() => Int, 'Maximum complexity that is computed from the stored rows, in fields of a response.')
  readonly storedComplexity = LIMITS.storedComplexity;
}

type LimitsOfUploads = Pick<
  Config,
  'maxUploadBytes' | 'maxUploadedBytes' | 'maxUploadedBytesPerClient' | 'uploadTtlHours'
>;

@ObjectType({ description: 'Limits on what `PUT /uploads` accepts.' })
export class UploadLimits {
  constructor(config: LimitsOfUploads) {
    const { maxUploadBytes, uploadTtlHours } = config;
    this.maxBytes = maxUploadBytes;
    this.maxStoredBytesOfClient = config.maxUploadedBytesPerClient;
    this.maxStoredBytes = config.maxUploadedBytes;
    this.maxSliceBytes = Math.min(MAX_SLICE_BYTES, maxUploadBytes);
    this.hoursKept = uploadTtlHours;
  }

  @Property(() => Float, 'Maximum size of a zip archive in bytes (MAX_UPLOAD_BYTES).')
  readonly maxBytes: number;

  @Property(() => Float, 'Maximum size of a single slice, alone or in a zip archive, in bytes.')
  readonly maxSliceBytes: number;

  @Property(() => Int, 'Maximum number of files in a zip archive, and thus of the slices of a series.')
  readonly maxSlices = MAX_ZIP_FILES;

  @Property(
    () => Float,
    'Maximum size in bytes on disk of all uploads of one client that have not expired (MAX_UPLOADED_BYTES_PER_CLIENT); one ' +
      'more is RATE_LIMITED.',
  )
  readonly maxStoredBytesOfClient: number;

  @Property(
    () => Float,
    'The same of all clients together (MAX_UPLOADED_BYTES); one more is refused with INSUFFICIENT_STORAGE.',
  )
  readonly maxStoredBytes: number;

  @Property(() => Float, 'Time until an upload is deleted, in hours (UPLOAD_TTL_HOURS).')
  readonly hoursKept: number;
}

@ObjectType({ description: 'A model folder that the server rejected.' })
export class RefusedModel {
  constructor(name: string, reason: string) {
    this.name = name;
    this.reason = reason;
  }

  @Property(() => String, 'Name of the detector, or of the folder if the name is unknown.')
  readonly name: string;

  @Property(() => String, 'The reason for the rejection.')
  readonly reason: string;
}

@ObjectType({
  description: "Whether this server's machine can run models with one of the execution providers of ONNX Runtime.",
})
export class MachineExecutionProvider {
  constructor(state: ProviderState) {
    this.id = state.executionProvider;
    this.available = state.available;
    this.reason = state.reason;
  }

  @Property(
    () => String,
    'Name of the execution provider, as in EXECUTION_PROVIDERS and `DetectionRun.executionProvider`: ' +
      '`cuda`, `webgpu` or `cpu`.',
  )
  readonly id: string;

  @Property(
    () => Boolean,
    'Whether the execution provider could be started and computed a result when it was first requested.',
  )
  readonly available: boolean;

  @Property(() => String, 'The reason why it is not available.', { nullable: true })
  readonly reason: string | null;
}

@ObjectType({ description: 'Whether other sites may show pages of this server in a frame.' })
export class Embedding {
  constructor(ancestors: readonly string[]) {
    this.ancestors = ancestors;
    this.allowed = ancestors.length > 0;
  }

  @Property(() => Boolean, 'Whether any site may; if not, a snippet with an iframe does not work.')
  readonly allowed: boolean;

  @Property(
    () => [String],
    'The sites that may, from the setting EMBED_ANCESTORS: origins such as `https://wiki.example.org`, with `*.` for all ' +
      'subdomains, or `*` alone for every site.',
  )
  readonly ancestors: readonly string[];
}

@ObjectType({ description: 'Version, settings and limits of this server.' })
export class ServerInfo {
  constructor(parts: Omit<ServerInfo, 'limits' | 'nodeVersion' | 'windowPresets'>) {
    this.version = parts.version;
    this.codeVersion = parts.codeVersion;
    this.executionProviders = parts.executionProviders;
    this.refusedModels = parts.refusedModels;
    this.uploadLimits = parts.uploadLimits;
    this.demo = parts.demo;
  }

  @Property(() => String, 'Version of DeepLesion Server.')
  readonly version: string;

  @Property(() => String, 'Version and, in a checkout, the git commit of the running code.')
  readonly codeVersion: string;

  @Property(() => String, 'Version of Node.js.')
  readonly nodeVersion = process.versions.node;

  @Property(() => [String], 'Execution providers in the order in which runs try them; `auto` means CUDA, WebGPU, CPU.')
  readonly executionProviders: string[];

  @Property(() => [RefusedModel], 'Model folders that do not match their manifest.')
  readonly refusedModels: RefusedModel[];

  @Property(() => ServerLimits, 'Limits on the size of requests.')
  readonly limits = new ServerLimits();

  @Property(() => [WindowPreset], 'Hounsfield windows that are known by name, in the order in which to offer them.')
  readonly windowPresets = windowPresets;

  @Property(() => UploadLimits, 'Limits on uploads.')
  readonly uploadLimits: UploadLimits;

  @Property(() => Boolean, 'Whether the server creates and serves the synthetic demo data set (DEMO).')
  readonly demo: boolean;
}
