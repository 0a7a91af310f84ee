import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { parseAnonymousScopes, type QuotaLimits, readQuotaSetting, type Scope } from './access';
import { type PublicUrl, readAncestors, readCorsOrigins, readPublicUrl, readTrustedProxies } from './addressSettings';
import { PROJECT_ROOT } from './compiled';
import { BadUserInput, messageOf } from './errors';
import { isPlainHttpUrl, OBJECT_VARIABLES, objectStoreOf } from './objectSettings';
import type { ObjectStorageOptions, ObjectStoreSettings } from './objects';
import { masked, withSecretFiles } from './secretFiles';
import { readIssuer, readRoleMap, type SignInSettings, signInSettingsOf } from './signInSettings';
import { readTracingHeaders, type TracingOptions } from './tracing';

const EXECUTION_PROVIDERS = ['auto', 'cuda', 'webgpu', 'cpu'] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** What a zip of a few thousand slices may take, and no more. */
const MOST_UPLOAD_BYTES = 4 * 2 ** 30;

/** What all uploads together may take. */
const MOST_UPLOADED_BYTES = 32 * 2 ** 30;

/** What exported files may take together. */
const MOST_EXPORT_BYTES = 2 ** 40;

/** What the registration of a model takes, and no more. */
const MOST_MODEL_BYTES = 2 ** 30;

/** What all registered models together may take. */
const MOST_REGISTERED_BYTES = 2 ** 40;

/** An execution provider of ONNX Runtime, or `auto`: CUDA, WebGPU, CPU in this order. */
export type ExecutionProviderChoice = (typeof EXECUTION_PROVIDERS)[number];

/** Empty is unset: `PORT= npm start` means the default. */
const variable = <T extends z.ZodType>(schema: T) => z.preprocess((text) => (text === '' ? undefined : text), schema);

/** The form of secrets according to Standard Webhooks. */
function isWebhookSecret(text: string): boolean {
  const bytes = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  const length = bytes === undefined ? 0 : Buffer.from(bytes, 'base64').length;
  return length >= 24 && length <= 64;
}

/** @returns the scopes of a list */
function readAnonymousScopes(text: string | undefined, context: z.RefinementCtx): readonly Scope[] | undefined {
  try {
    return text === undefined ? undefined : parseAnonymousScopes(text);
  } catch (thrown) {
    context.addIssue(messageOf(thrown));
    return undefined;
  }
}

/** @returns the limits of a list */
const quotas = (name: string) =>
  variable(
    z
      .string()
      .optional()
      .transform((text, context): QuotaLimits | undefined => {
        try {
          return text === undefined ? undefined : readQuotaSetting(text, name);
        } catch (thrown) {
          context.addIssue(messageOf(thrown));
          return undefined;
        }
      }),
  );

function expectHeaders(text: string, context: z.RefinementCtx): void {
  try {
    readTracingHeaders(text);
  } catch (thrown) {
    context.addIssue(messageOf(thrown));
  }
}

const Environment = z.object({
  PORT: variable(z.coerce.number().int().min(0).max(65_535).default(4000)),
  HOST: variable(z.string().default('127.0.0.1')),
  PUBLIC_URL: variable(z.string().transform(readPublicUrl).optional()),
  TRUSTED_PROXIES: variable(z.string().default('').transform(readTrustedProxies)),
  CORS_ORIGINS: variable(z.string().default('').transform(readCorsOrigins)),
  DATA_DIR: variable(z.string().default('data')),
  DATABASE_URL: variable(
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'Expected postgresql://user:password@host:port/database')
      .optional(),
  ),
  MODELS_DIR: variable(z.string().default('models')),
  MODEL_INBOX: variable(z.string().optional()),
  EXECUTION_PROVIDERS: variable(
    z
      .string()
      .default('auto')
      .transform((text) => text.split(',').map((name) => name.trim().toLowerCase()))
      .pipe(z.array(z.enum(EXECUTION_PROVIDERS)).min(1)),
  ),
  INFERENCE_THREADS: variable(z.coerce.number().int().min(1).max(256).default(availableParallelism())),
  INFERENCE_BATCH_SIZE: variable(z.coerce.number().int().min(1).max(64).optional()),
  DEMO: variable(
    z
      .enum(['0', '1', 'false', 'true'])
      .default('1')
      .transform((text) => text === '1' || text === 'true'),
  ),
  LOG_LEVEL: variable(z.enum(LOG_LEVELS).default('info')),
  METRICS_TOKEN: variable(z.string().optional()),
  URL_SIGNING_SECRET: variable(
    z.string().min(32, 'Expected at least 32 characters, such as openssl rand -base64 32 prints').optional(),
  ),
  ANONYMOUS_SCOPES: variable(z.string().optional().transform(readAnonymousScopes)),
  ANONYMOUS_QUOTAS: quotas('ANONYMOUS_QUOTAS'),
  KEY_QUOTAS: quotas('KEY_QUOTAS'),
  OIDC_ISSUER: variable(z.string().optional().transform(readIssuer)),
  OIDC_CLIENT_ID: variable(z.string().optional()),
  OIDC_CLIENT_SECRET: variable(z.string().optional()),
  OIDC_SCOPES: variable(
    z
      .string()
      .default('openid profile')
      .transform((text) => text.split(/[\s,]+/).filter((scope) => scope !== '')),
  ),
  OIDC_GROUPS_CLAIM: variable(z.string().default('groups')),
  OIDC_ROLE_MAP: variable(z.string().optional().transform(readRoleMap)),
  OIDC_NAME: variable(z.string().max(60).optional()),
  WEBHOOK_HOSTS: variable(
    z
      .string()
      .default('')
      .transform((text) => text.split(',').map((host) => host.trim().toLowerCase()))
      .transform((hosts) => hosts.filter((host) => host !== '')),
  ),
  REQUIRE_PERSISTED: variable(z.enum(['anonymous']).optional()),
  EMBED_ANCESTORS: variable(z.string().default('').transform(readAncestors)),
  WEBHOOK_SECRET: variable(
    z.string().refine(isWebhookSecret, 'Expected whsec_ and 24 to 64 random bytes in base64').optional(),
  ),
  MAX_QUEUED_IMAGES: variable(z.coerce.number().int().min(1).max(100_000_000).default(1_000_000)),
  MAX_QUEUED_RUNS_PER_CLIENT: variable(z.coerce.number().int().min(1).max(1_000_000).default(200)),
  MAX_UPLOAD_BYTES: variable(
    z.coerce
      .number()
      .int()
      .min(1)
      .max(MOST_UPLOAD_BYTES)
      .default(512 * 2 ** 20),
  ),
  MAX_MODEL_BYTES: variable(
    z.coerce
      .number()
      .int()
      .min(1)
      .max(MOST_MODEL_BYTES)
      .default(256 * 2 ** 20),
  ),
  MAX_REGISTERED_MODEL_BYTES: variable(
    z.coerce
      .number()
      .int()
      .min(1)
      .max(MOST_REGISTERED_BYTES)
      .default(8 * 2 ** 30),
  ),
  MAX_ANSWER_CACHE_BYTES: variable(
    z.coerce
      .number()
      .int()
      .min(0)
      .max(8 * 2 ** 30)
      .default(64 * 2 ** 20),
  ),
  MAX_CONNECTIONS_PER_CLIENT: variable(z.coerce.number().int().min(1).max(2_000).default(500)),
  MAX_UPLOADS_PER_CLIENT: variable(z.coerce.number().int().min(1).max(1_000_000).default(1_000)),
  MAX_UPLOADED_BYTES_PER_CLIENT: variable(
    z.coerce
      .number()
      .int()
      .min(1)
      .max(MOST_UPLOADED_BYTES)
      .default(8 * 2 ** 30),
  ),
  MAX_UPLOADED_BYTES: variable(
    z.coerce
      .number()
      .int()
      .min(1)
      .max(MOST_REGISTERED_BYTES)
      .default(32 * 2 ** 30),
  ),
  MAX_EXPORT_CACHE_BYTES: variable(
    z.coerce
      .number()
      .int()
      .min(0)
      .max(MOST_EXPORT_BYTES)
      .default(4 * 2 ** 30),
  ),
  UPLOAD_TTL_HOURS: variable(
    z.coerce
      .number()
      .gt(0)
      .max(24 * 365)
      .default(24),
  ),
  RETENTION_RUNS_DAYS: variable(z.coerce.number().min(1).max(36_500).optional()),
  S3_ENDPOINT: variable(OBJECT_VARIABLES.S3_ENDPOINT),
  S3_PATH_STYLE: variable(OBJECT_VARIABLES.S3_PATH_STYLE),
  AWS_REGION: variable(OBJECT_VARIABLES.AWS_REGION),
  AWS_ACCESS_KEY_ID: variable(OBJECT_VARIABLES.AWS_ACCESS_KEY_ID),
  AWS_SECRET_ACCESS_KEY: variable(OBJECT_VARIABLES.AWS_SECRET_ACCESS_KEY),
  AWS_SESSION_TOKEN: variable(OBJECT_VARIABLES.AWS_SESSION_TOKEN),
  PIXEL_CACHE_BYTES: variable(OBJECT_VARIABLES.PIXEL_CACHE_BYTES),
  OTEL_EXPORTER_OTLP_ENDPOINT: variable(
    z
      .string()
      .refine(isPlainHttpUrl, 'Expected http://HOST:4318 or https://HOST, without a key, a query or a fragment')
      .optional(),
  ),
  OTEL_EXPORTER_OTLP_HEADERS: variable(z.string().superRefine(expectHeaders).optional()),
  OTEL_SERVICE_NAME: variable(z.string().max(200).default('deeplesion-server')),
});

/** The names of all settings. */
export const VARIABLES = Environment.keyof().options;

/** The settings of one process, from its environment. */
export interface Config {
  /** TCP port of the server; 0 picks a free one */
  port: number;
  host: string;
  /** the address under which others reach the server, for all addresses in its answers; unset: that of each request */
  publicUrl?: PublicUrl;
  /** networks whose forwarded headers count, as `ADDRESS/BITS`; empty: none */
  trustedProxies: readonly string[];
  /** origins of other sites whose pages may use the server; `*` lets every page read; empty: none */
  corsOrigins: readonly string[];
  /** folder of the embedded database, the demo data set and other state; absolute */
  dataDir: string;
  /** an external PostgreSQL 15 or newer; unset: the embedded one */
  databaseUrl?: string;
  /** folder of the model folders; absolute */
  modelsDir: string;
  /** folder whose model folders clients may register by name; absolute */
  modelInbox: string;
  /** in the order in which they are tried */
  executionProviders: ExecutionProviderChoice[];
  /** threads of an inference process; 1 limits it to one core, more run inference and preprocessing in parallel */
  inferenceThreads: number;
  /** batch size of a worker's model; unset: 1, and on WebGPU the fastest one */
  inferenceBatchSize?: number;
  /** make and serve the demo phantom data set */
  demo: boolean;
  logLevel: (typeof LOG_LEVELS)[number];
  /** what callers without a key may do; unset: what `anonymousScopesOf` says for the host */
  anonymousScopes?: readonly Scope[];
  /** limits of callers without a key; what is unset is as `defaultLimitsOf` says for the host */
  anonymousQuotas?: QuotaLimits;
  /** limits of keys that have none of their own; likewise */
  keyQuotas?: QuotaLimits;
  /** the OpenID provider that people sign in with; unset: nobody does */
  oidc?: SignInSettings;
  /** the bearer token that `/metrics` requires; unset: everyone may read it */
  metricsToken?: string;
  /** signs addresses of pictures, at least 32 characters; unset: one of its own in the data folder */
  urlSigningSecret?: string;
  /**
   * hosts that webhooks may go to; `*` allows all with a public address, private ones have to be named; empty: no
   * webhooks
   */
  webhookHosts: string[];
  /** signs webhooks, `whsec_` and base64; required if hosts are set */
  webhookSecret?: string;
  /**
   * sites whose pages may show ours in a frame, as in `frame-ancestors`; `*` alone allows every site; empty: none
   */
  embedAncestors: readonly string[];
  /** `anonymous`: callers without a key may send only documents that the server knows; unset: any */
  requirePersisted?: 'anonymous';
  /** images of all unfinished runs that have no outcome yet; a run that would exceed it is refused */
  maxQueuedImages: number;
  /** unfinished runs of one client; one more is refused */
  maxQueuedRunsPerClient: number;
  /** of a zip that is sent to the server; a single slice has a lower limit of its own */
  maxUploadBytes: number;
  /**
   * of the two files of a model that is sent to the server, unpacked; its zip is bounded by `maxUploadBytes` as well
   */
  maxModelBytes: number;
  /** of all registered models' files in the database; what would be more is refused */
  maxRegisteredModelBytes: number;
  /** memory for answers of the graph that are sent again until what they rest on changes; 0: each is computed */
  maxAnswerCacheBytes: number;
  /** open connections of one client; one more replaces its idle one, or is refused */
  maxConnectionsPerClient: number;
  /** uploads of one client that have not expired; one more is refused */
  maxUploadsPerClient: number;
  /** bytes on disk of the same; what would be more is refused */
  maxUploadedBytesPerClient: number;
  /** bytes on disk of the uploads of all clients; what would be more is refused */
  maxUploadedBytes: number;
  /** of all files below DATA_DIR/exports; those that were used least recently are removed */
  maxExportCacheBytes: number;
  /** uploads are deleted after so many hours */
  uploadTtlHours: number;
  /** what is deleted by its age */
  retention: { runsDays?: number };
  /** the store of image roots such as `s3://BUCKET/PREFIX` */
  objectStore: ObjectStoreSettings;
  /** what the copies of its objects on this machine may take; bytes */
  pixelCacheBytes: number;
  /** where spans are sent; without an endpoint there are none */
  tracing: TracingOptions;
}

/** @throws BadUserInput naming each variable that does not fit and what was expected */
export function parseEnvironment(environment: Record<string, string | undefined>): z.infer<typeof Environment> {
  const complete = withSecretFiles(environment);
  const { data, error } = Environment.safeParse(complete);
  if (error) {
    const problems = error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return `${name}=${masked(name, complete[name] ?? '')}: ${issue.message}`;
    });
    throw new BadUserInput(
      `The environment does not fit:\n  ${problems.join('\n  ')}`,
      String(error.issues[0]?.path[0]),
    );
  }
  if (data.WEBHOOK_HOSTS.length > 0 && data.WEBHOOK_SECRET === undefined)
    throw new BadUserInput(
      'Expected WEBHOOK_SECRET together with WEBHOOK_HOSTS: whsec_ and 24 to 64 random bytes in base64.',
      'WEBHOOK_SECRET',
    );
  if ((data.AWS_ACCESS_KEY_ID === undefined) !== (data.AWS_SECRET_ACCESS_KEY === undefined))
    throw new BadUserInput(
      'Expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY together: one of them is missing.',
      data.AWS_ACCESS_KEY_ID === undefined ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY',
    );
  signInSettingsOf(data);
  return data;
}

/**
 * A relative folder of a setting is one of the clone, wherever the command is called: all entries mean the same
 * database.
 *
 * @param environment usually `process.env`
 * @throws BadUserInput naming each variable that does not fit and what was expected
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const data = parseEnvironment(environment);
  const dataDir = resolve(PROJECT_ROOT, data.DATA_DIR);
  return {
    port: data.PORT,
    host: data.HOST,
    publicUrl: data.PUBLIC_URL,
    trustedProxies: data.TRUSTED_PROXIES,
    corsOrigins: data.CORS_ORIGINS,
    dataDir,
    databaseUrl: data.DATABASE_URL,
    modelsDir: resolve(PROJECT_ROOT, data.MODELS_DIR),
    modelInbox: resolve(PROJECT_ROOT, data.MODEL_INBOX ?? join(dataDir, 'inbox')),
    executionProviders: data.EXECUTION_PROVIDERS,
    inferenceThreads: data.INFERENCE_THREADS,
    inferenceBatchSize: data.INFERENCE_BATCH_SIZE,
    demo: data.DEMO,
    logLevel: data.LOG_LEVEL,
    anonymousScopes: data.ANONYMOUS_SCOPES,
    anonymousQuotas: data.ANONYMOUS_QUOTAS,
    keyQuotas: data.KEY_QUOTAS,
    oidc: signInSettingsOf(data),
    metricsToken: data.METRICS_TOKEN,
    urlSigningSecret: data.URL_SIGNING_SECRET,
    webhookHosts: data.WEBHOOK_HOSTS,
    webhookSecret: data.WEBHOOK_SECRET,
    requirePersisted: data.REQUIRE_PERSISTED,
    embedAncestors: data.EMBED_ANCESTORS,
    maxQueuedImages: data.MAX_QUEUED_IMAGES,
    maxQueuedRunsPerClient: data.MAX_QUEUED_RUNS_PER_CLIENT,
    maxUploadBytes: data.MAX_UPLOAD_BYTES,
    maxModelBytes: data.MAX_MODEL_BYTES,
    maxRegisteredModelBytes: data.MAX_REGISTERED_MODEL_BYTES,
    maxAnswerCacheBytes: data.MAX_ANSWER_CACHE_BYTES,
    maxConnectionsPerClient: data.MAX_CONNECTIONS_PER_CLIENT,
    maxUploadsPerClient: data.MAX_UPLOADS_PER_CLIENT,
    maxUploadedBytesPerClient: data.MAX_UPLOADED_BYTES_PER_CLIENT,
    maxUploadedBytes: data.MAX_UPLOADED_BYTES,
    maxExportCacheBytes: data.MAX_EXPORT_CACHE_BYTES,
    uploadTtlHours: data.UPLOAD_TTL_HOURS,
    retention: { runsDays: data.RETENTION_RUNS_DAYS },
    objectStore: objectStoreOf(data),
    pixelCacheBytes: data.PIXEL_CACHE_BYTES,
    tracing: {
      endpoint: data.OTEL_EXPORTER_OTLP_ENDPOINT,
      headers: readTracingHeaders(data.OTEL_EXPORTER_OTLP_HEADERS ?? ''),
      serviceName: data.OTEL_SERVICE_NAME,
    },
  };
}

/** @returns what `setObjectStorage` needs */
export function objectStorageOf({ objectStore, dataDir, pixelCacheBytes }: Config): ObjectStorageOptions {
  return { store: objectStore, dataDir, cacheBytes: pixelCacheBytes };
}
