import { z } from 'zod';
import type { ObjectStoreSettings } from './objects';

/** What the copies of objects on this machine may take at least: less would hold hardly any slice. */
const LEAST_CACHE_BYTES = 2 ** 20;
const MOST_CACHE_BYTES = 2 ** 50;

/** The variables of the object storage; the names are those that other programs of the protocol use. */
export const OBJECT_VARIABLES = {
  S3_ENDPOINT: z
    .string()
    .refine(isPlainHttpUrl, 'Expected http://HOST:PORT or https://HOST, without a key, a query or a fragment')
    .optional(),
  S3_PATH_STYLE: z
    .enum(['0', '1', 'false', 'true'])
    .transform((text) => text === '1' || text === 'true')
    .optional(),
  AWS_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/, 'Expected a name such as eu-central-1')
    .default('us-east-1'),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  PIXEL_CACHE_BYTES: z.coerce
    .number()
    .int()
    .min(LEAST_CACHE_BYTES)
    .max(MOST_CACHE_BYTES)
    .default(10 * 2 ** 30),
};

/** Whether a text is the address of a server, without anything that opens it. */
export function isPlainHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + password + search + hash === '';
}

interface ObjectVariables {
  S3_ENDPOINT?: string;
  S3_PATH_STYLE?: boolean;
  AWS_REGION: string;
  AWS_ACCESS_KEY_ID?: string;
  AWS_SECRET_ACCESS_KEY?: string;
  AWS_SESSION_TOKEN?: string;
}

/** @returns whether the bucket is part of the path: by default for every store but Amazon's */
function usesPathStyle({ S3_ENDPOINT, S3_PATH_STYLE }: ObjectVariables): boolean {
  return S3_PATH_STYLE ?? S3_ENDPOINT !== undefined;
}

export function objectStoreOf(variables: ObjectVariables): ObjectStoreSettings {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = variables;
  return {
    endpoint: variables.S3_ENDPOINT,
    region: variables.AWS_REGION,
    pathStyle: usesPathStyle(variables),
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined
        ? undefined
        : { accessKeyId, secretAccessKey, sessionToken: variables.AWS_SESSION_TOKEN },
  };
}
