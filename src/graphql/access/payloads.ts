import { ObjectType } from 'type-graphql';
import { Property } from '../core/property';
import { ApiKey } from './apiKey';

const SECRET =
  'The whole key, `dl_ID_SECRET`, for the header `Authorization: Bearer`. It is shown once: null if the request was ' +
  'answered before under the same idempotencyKey.';

@ObjectType({ description: 'Result of createApiKey.' })
export class CreateApiKeyPayload {
  constructor(apiKey: ApiKey, secret: string | null) {
    this.apiKey = apiKey;
    this.secret = secret;
  }

  @Property(() => ApiKey, 'The new key.')
  readonly apiKey: ApiKey;

  @Property(() => String, SECRET, { nullable: true })
  readonly secret: string | null;
}

@ObjectType({ description: 'Result of rotateApiKey.' })
export class RotateApiKeyPayload {
  constructor(apiKey: ApiKey, secret: string | null, replaced: ApiKey) {
    this.apiKey = apiKey;
    this.secret = secret;
    this.replaced = replaced;
  }

  @Property(() => ApiKey, 'The new key, with the same name, scopes and owner, and as long a life.')
  readonly apiKey: ApiKey;

  @Property(() => String, SECRET, { nullable: true })
  readonly secret: string | null;

  @Property(() => ApiKey, 'The key that it replaces.')
  readonly replaced: ApiKey;
}

@ObjectType({ description: 'Result of revokeApiKey.' })
export class RevokeApiKeyPayload {
  constructor(apiKey: ApiKey) {
    this.apiKey = apiKey;
  }

  @Property(
    () => ApiKey,
    'The key, which no server accepts any more after a second. One that was revoked before is unchanged.',
  )
  readonly apiKey: ApiKey;
}
