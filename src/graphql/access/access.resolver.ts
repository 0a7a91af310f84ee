import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import {
  apiKeyListing,
  auditEventListing,
  callerOfKey,
  createKey,
  expectManagedKey,
  expectWithin,
  findKeys,
  grantFrom,
  inOrder,
  isKnown,
  revokeKey,
  rotateKey,
} from '../../access';
import type { KeepAnswer, Transaction } from '../../database';
import { findDatasetByReference, unknownDataset } from '../../dataset';
import { BadUserInput, NotFound } from '../../errors';
import { keyOf } from '../../globalId';
import { recorded } from '../core/audit';
import { connect } from '../core/connect';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { answered, createOnce } from '../core/idempotency';
import { ApiKey, ApiKeyConnection, Viewer } from './apiKey';
import {
  ApiKeyListArgs,
  CreateApiKeyInput,
  MAX_OVERLAP_HOURS,
  RevokeApiKeyInput,
  RotateApiKeyInput,
  toScopes,
} from './apiKeyInputs';
import { AuditEvent, AuditEventConnection, AuditEventListArgs } from './auditEvent';
import { CreateApiKeyPayload, RevokeApiKeyPayload, RotateApiKeyPayload } from './payloads';
import { Person, SignIn } from './person';
import { Quota, toQuotas } from './quota';

@Resolver()
export class AccessResolver {
  @Query(() => Viewer, { description: 'Who sent this request, and what it may do.' })
  viewer(@Ctx() { caller }: GraphContext) {
    return new Viewer(inOrder(caller.scopes));
  }

  @Query(() => ApiKeyConnection, {
    description: 'Your own key and the keys that you made; all keys if you also have the scope `operate`.',
  })
  apiKeys(
    @Args(() => ApiKeyListArgs) args: ApiKeyListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(ApiKeyConnection, context, info, {
      type: 'ApiKey',
      args,
      listing: () => apiKeyListing(context.caller, args.filter ?? {}, args.orderBy ?? []),
      toNode: (row) => new ApiKey(row),
    });
  }

  @Query(() => AuditEventConnection, {
    description:
      'Who did what on this server, the newest first: mutations, uploads, keys, and what was refused. Without the scope ' +
      '`operate`, and with a key that is bound to data sets, only what was done with your own keys: those that you hold, and ' +
      'those that you made. `deeplesion audit` exports and verifies all of it.',
  })
  auditEvents(
    @Args(() => AuditEventListArgs) args: AuditEventListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(AuditEventConnection, context, info, {
      type: 'AuditEvent',
      args,
      listing: () => auditEventListing(context.caller, args.filter ?? {}, args.orderBy ?? []),
      toNode: (row) => new AuditEvent(row),
    });
  }

  @Mutation(() => CreateApiKeyPayload, {
    description:
      'Creates a key, whose secret is shown once. A key never grants what its maker lacks: neither scopes nor data ' +
      'sets, nor a longer life.',
  })
  async createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'The key.' }) input: CreateApiKeyInput,
    @Ctx() context: GraphContext,
  ) {
    const { services, loaders, caller, client } = context;
    const { name, note, datasets, expiresAt } = input;
    const quotas = toQuotas(input.quotas);
    const wanted = { scopes: toScopes(input), datasets: datasets ?? [], expiresAt: expiresAt ?? null, quotas };
    const grant = grantFrom(caller, wanted, (quota) => services.quotas?.limitOf(caller, quota) ?? null);
    for (const slug of grant.datasets)
      if (!(await findDatasetByReference(context.database, slug)))
        throw await unknownDataset(context.database, slug, 'datasets');
    let secret: string | null = null;
    const create = async (keep?: KeepAnswer) => {
      const made = await createKey(services.database, { name, note, ...grant }, isKnown(caller) ? client : null, keep);
      secret = made.text;
      return made.row;
    };
    const id = await createOnce(context, 'createApiKey', input, create, async (transaction, made) => ({
      target: await idOfKey(transaction, made),
      changes: { ...grant, quotas: input.quotas?.length ? grant.quotas : undefined },
    }));
    return new CreateApiKeyPayload(new ApiKey(answered(await loaders.apiKey.load(Number(id)))), secret);
  }

  @Mutation(() => RevokeApiKeyPayload, {
    description: 'Revokes a key for good: requests, streams and sockets with it end within a second on all servers.',
  })
  async revokeApiKey(
    @Arg('input', () => RevokeApiKeyInput, { description: 'The key.' }) { id }: RevokeApiKeyInput,
    @Ctx() context: GraphContext,
  ) {
    const row = await expectKey(context, id);
    const revoked = await recorded(context, {}, (transaction) => revokeKey(transaction, row.id));
    return new RevokeApiKeyPayload(new ApiKey(revoked));
  }

  @Mutation(() => RotateApiKeyPayload, {
    description:
      'Replaces a key by a new one with the same name, scopes, data sets and owner; both are valid during the overlap. ' +
      'A key that may do what you may not is FORBIDDEN; one that is revoked or expired is a CONFLICT.',
  })
  async rotateApiKey(
    @Arg('input', () => RotateApiKeyInput, { description: 'The key and the overlap.' }) input: RotateApiKeyInput,
    @Ctx() context: GraphContext,
  ) {
    const { services, loaders, caller } = context;
    const { overlapHours } = input;
    if (overlapHours < 0 || overlapHours > MAX_OVERLAP_HOURS)
      throw new BadUserInput(
        `Expected overlapHours to be 0 to ${MAX_OVERLAP_HOURS}, got ${overlapHours}.`,
        'overlapHours',
      );
    const replaced = await expectKey(context, input.id);
    expectWithin(caller, replaced);
    const notAfter = caller.key?.expiresAt ?? null;
    let secret: string | null = null;
    const rotate = async (keep?: KeepAnswer) => {
      const made = await rotateKey(services.database, replaced.id, { overlapHours, notAfter }, keep);
      secret = made.text;
      return made.row;
    };
    const id = await createOnce(context, 'rotateApiKey', input, rotate, async (transaction, made) => ({
      target: await idOfKey(transaction, made),
      changes: { replaced: new ApiKey(replaced).id, overlapHours },
    }));
    loaders.apiKey.clear(replaced.id);
    const [made, old] = await Promise.all([loaders.apiKey.load(Number(id)), loaders.apiKey.load(replaced.id)]);
    return new RotateApiKeyPayload(new ApiKey(answered(made)), secret, new ApiKey(present(old)));
  }
}

/** @returns the global id of a key that a transaction has made */
async function idOfKey(transaction: Transaction, row: string): Promise<string> {
  const [made] = await findKeys(transaction, [Number(row)]);
  return new ApiKey(present(made)).id;
}

/** @throws NotFound, or Forbidden if the key belongs to another owner */
async function expectKey({ loaders, caller }: GraphContext, id: string) {
  const row = await loaders.apiKeyByKey.load(keyOf(id, 'ApiKey', 'id'));
  if (!row) throw new NotFound('There is no key with this id: the query apiKeys lists them.', 'id');
  expectManagedKey(caller, row);
  return row;
}

@Resolver(() => Viewer)
export class ViewerFieldsResolver {
  @FieldResolver(() => ApiKey, { nullable: true, description: 'The key of this request. Null without one.' })
  async key(@Ctx() { loaders, caller }: GraphContext) {
    return caller.key && new ApiKey(present(await loaders.apiKey.load(caller.key.row)));
  }

  @FieldResolver(() => [Quota], {
    description:
      'The quotas of the caller. Empty if nothing is limited, as on the own machine and with the scope `operate`.',
  })
  async quotas(@Ctx() { services, caller }: GraphContext) {
    return ((await services.quotas?.standingsOf(caller)) ?? []).map((standing) => new Quota(standing));
  }

  @FieldResolver(() => Person, {
    nullable: true,
    description: 'The person whose session this request came with. Null without one, and for a request with a key.',
  })
  person(@Ctx() { caller }: GraphContext) {
    return caller.person && new Person(caller.person);
  }

  @FieldResolver(() => SignIn, {
    nullable: true,
    description: 'Where people sign in in a browser. Null if this server has no OpenID provider (OIDC_ISSUER).',
  })
  signIn(@Ctx() { services }: GraphContext) {
    return services.config.oidc ? new SignIn(services.config.oidc.name, '/auth/sign-in') : null;
  }
}

@Resolver(() => ApiKey)
export class ApiKeyFieldsResolver {
  @FieldResolver(() => [Quota], {
    description: 'Its quotas: limits of its own, or else those of this server. What it does not have is not limited.',
  })
  async quotas(@Root() { row }: ApiKey, @Ctx() { loaders, services }: GraphContext) {
    if (!services.quotas) return [];
    const holder = { ...callerOfKey(row), address: '' };
    const uses = await loaders.quotaUsesOfOwner.load(holder.owner);
    return services.quotas.standingsFrom(holder, uses).map((standing) => new Quota(standing));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Name of the key or the person that made it. Null if the command line did.',
  })
  async createdBy(@Root() { row }: ApiKey, @Ctx() { loaders }: GraphContext) {
    return row.createdBy === null ? null : ((await loaders.nameOfOwner.load(row.createdBy))?.name ?? null);
  }
}
