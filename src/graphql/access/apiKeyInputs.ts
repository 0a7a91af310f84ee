import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, InputType, Int } from 'type-graphql';
import {
  isRole,
  ROLE_NAMES,
  ROLES,
  type ApiKeyFilter as RoomFilter,
  readScopes,
  SCOPES,
  type Scope,
} from '../../access';
import { BadUserInput, quoted } from '../../errors';
import { RepeatableInput } from '../core/idempotency';
import { InputOf } from '../core/inputs';
import { listArgsOf } from '../core/listArgs';
import { ApiKeyOrderFieldEnum } from './apiKey';
import { QuotaInput } from './quota';

@InputOf<RoomFilter>('Filter for keys: all given fields must match; null is the same as omitting a field.')
export class ApiKeyFilter {
  @Field(() => Boolean, { nullable: true, description: 'Whether it is neither revoked nor expired.' })
  active?: boolean | null;

  @Field(() => String, { nullable: true, description: 'The exact name.' })
  name?: string | null;
}

export const ApiKeyListArgs = listArgsOf(ApiKeyFilter, 'ApiKey', 'keys', ApiKeyOrderFieldEnum);
export type ApiKeyListArgs = InstanceType<typeof ApiKeyListArgs>;

@InputType({ description: 'The key to create. Its scopes are those of `role` and of `scopes` together.' })
export class CreateApiKeyInput extends RepeatableInput {
  @Field(() => String, {
    description:
      'Name of the person or program that holds it, 1 to 200 characters. With the scope `review` it must not be that of ' +
      "another owner's key for reviews, because verdicts are signed with it.",
  })
  name!: string;

  @Field(() => String, { nullable: true, description: `A named set of scopes: ${ROLE_NAMES.join(', ')}.` })
  role?: string | null;

  @Field(() => [String], { nullable: true, description: `Single scopes: ${SCOPES.join(', ')}.` })
  scopes?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Slugs of the only data sets that it may touch: those of your own key by default.',
  })
  datasets?: string[] | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'Time from which it is no longer valid (UTC): that of your own key by default.',
  })
  expiresAt?: Date | null;

  @Field(() => [QuotaInput], {
    nullable: true,
    description:
      'Limits of its own, of which none may be more than yours. What is omitted is as with your own key, or else as this ' +
      'server has it for all keys.',
  })
  quotas?: QuotaInput[] | null;

  @Field(() => String, { nullable: true, description: 'What it is for, 1 to 1000 characters.' })
  note?: string | null;
}

/** @throws BadUserInput unless role or scopes are given and exist */
export function toScopes({ role, scopes }: CreateApiKeyInput): Scope[] {
  if (role != null && !isRole(role))
    throw new BadUserInput(`Expected role to be among ${ROLE_NAMES.join(', ')}; got ${quoted(role)}.`, 'role');
  return readScopes([...(role == null ? [] : ROLES[role]), ...(scopes ?? [])], 'scopes');
}

@InputType({ description: 'The key to revoke.' })
export class RevokeApiKeyInput {
  @Field(() => ID, { description: 'Global id of the key.' })
  id!: string;
}

export const MAX_OVERLAP_HOURS = 720;

@InputType({ description: 'The key to replace.' })
export class RotateApiKeyInput extends RepeatableInput {
  @Field(() => ID, { description: 'Global id of the key.' })
  id!: string;

  @Field(() => Int, {
    defaultValue: 24,
    description: `How many hours the replaced key stays valid, 0 to ${MAX_OVERLAP_HOURS}; 0 revokes it at once.`,
  })
  overlapHours!: number;
}
