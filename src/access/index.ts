/** Who may do what and how much of it: scopes and roles, keys, quotas, whose things are whose. Decisions are pure functions of a caller. */

export { printAccessPage } from './accessPage';
export {
  anonymousScopesOf,
  anonymousScopesUnder,
  isLoopbackHost,
  isOpenToOthers,
  parseAnonymousScopes,
} from './anonymous';
export { type AuditVerdict, checksumOfEvent, type ReadEvent, readTrail, verifyTrail } from './auditChain';
export {
  AUDIT_OUTCOMES,
  type AuditActor,
  type AuditEvent,
  type AuditEventRow,
  type AuditLink,
  type AuditOutcome,
  actorOf,
  addEvent,
  COMMAND_LINE,
  uploadTarget,
} from './auditEvents';
export { AUDIT_EVENT_ORDER_FIELDS, type AuditEventFilter, auditEventListing } from './auditListing';
export { AuditTrail } from './auditTrail';
export { databaseFor, databaseSeenAs, databaseWithin, databaseWithoutTruth } from './boundReads';
export {
  type Caller,
  type CallerKey,
  type CallerPerson,
  expectDataset,
  expectOwner,
  expectScope,
  isAllowed,
  isKnown,
  LOCAL_CALLER,
  mayHandle,
  type Rule,
  reviewerOf,
} from './caller';
export { challengeOf } from './challenge';
export {
  type AccessChange,
  type DatasetAccessRow,
  expectSlug,
  findDatasetAccess,
  type NewTerms,
  setVisibility,
  type TermsRow,
  VISIBILITIES,
  type Visibility,
} from './datasetAccess';
export { FailureBudget } from './failureBudget';
export { expectManagedKey, expectWithin, grantFrom, maySeeKey } from './grants';
export {
  DEFAULT_TRIES,
  findHiddenSplits,
  HIDEABLE_SPLITS,
  type HiddenSplitChange,
  type HiddenSplitRow,
  type HideableSplit,
  hideSplit,
  showSplit,
} from './hiddenSplits';
export { API_KEY_ORDER_FIELDS, type ApiKeyFilter, apiKeyListing } from './keyListing';
export { callerOf as callerOfKey, KeyRing } from './keyRing';
export {
  type ApiKeyRow,
  apiKeyKey,
  createKey,
  findKeyById,
  findKeys,
  findKeysByUuid,
  findNamesOfOwners,
  holderOfOwner,
  listKeys,
  type NewApiKey,
  readScopes,
  revokeKey,
  rotateKey,
} from './keys';
export { holdsKey } from './keyText';
export { callerLater, type KeptCaller, keptCaller } from './laterCaller';
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
export { mayStillHear } from './ownersSight';
export {
  type BegunSession,
  beginSession,
  endSession,
  endSessionsOf,
  findPeople,
  type ListedPerson,
  listPeople,
  ownerOfPerson,
  type PersonClaims,
  type PersonRow,
} from './people';
export {
  QUOTA_NAMES,
  QUOTAS,
  type QuotaLimits,
  type QuotaName,
  quotaWords,
  readQuotaSetting,
  readQuotas,
} from './quotaLimits';
export type { QuotaStanding } from './quotaRefusal';
export { defaultLimitsOf } from './quotaRules';
export { findQuotaUses, type StoredUse } from './quotaStore';
export { type QuotaMeter, Quotas } from './quotas';
export { mappedGroups, parseRoleMap, type RoleMap, scopesOf } from './roleMap';
export { inOrder, isRole, ROLE_NAMES, ROLES, type Role, SCOPES, type Scope } from './scopes';
export { SESSION_ENDED, SessionRing } from './sessionRing';
export { blindPartsOf, type HiddenPart, isPublicDataset, type Sight, seesAll, seesTruth, sightOf } from './sight';
export { isWithTruth, MAX_EXPIRES_IN, SignedUrls, secretInFolder, withoutSignature } from './signedUrls';
export {
  type AcceptanceRow,
  acceptTerms,
  expectTermsAccepted,
  findAcceptances,
  isClosed,
  MAX_ACCEPTANCES,
  slugOf,
} from './terms';
