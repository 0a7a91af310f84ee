/** Who may do what: scopes and roles, keys, whose things are whose. Decisions are pure functions of a caller. */
export { anonymousScopesOf, isLoopbackHost, parseAnonymousScopes } from './anonymous';
export {
  type Caller,
  type CallerKey,
  expectDataset,
  expectOwner,
  expectScope,
  expectVisible,
  isAllowed,
  LOCAL_CALLER,
  mayHandle,
  mayTouch,
  type Rule,
} from './caller';
export { challengeOf } from './challenge';
export { FailureBudget } from './failureBudget';
export { KeyRing } from './keyRing';
export {
  type ApiKeyRow,
  createKey,
  findKeyById,
  holderOfOwner,
  listKeys,
  MAX_ACTIVE_KEYS_OF_OWNER,
  ownerOfHolder,
  readScopes,
  revokeKey,
  rotateKey,
} from './keys';
export { holdsKey } from './keyText';
export {
  HTTP_ROUTES,
  type HttpRoute,
  type HttpRule,
  isListed,
  MUTATIONS,
  type OperationKind,
  ruleOfField,
  ruleOfRoute,
  SUBSCRIPTIONS,
  sentenceOfField,
} from './operations';
export { inOrder, isRole, ROLE_NAMES, ROLES, type Role, SCOPE_MEANINGS, SCOPES, type Scope } from './scopes';
