/** What requests leave in the audit trail beside the operations of the graph. */
import type { IncomingMessage } from 'node:http';
import { type AuditEvent, type AuditTrail, actorOf, HTTP_ROUTES } from '../access';
import { UserError } from '../errors';
import type { Doors } from './doors';
import { HttpError } from './errors';
import { requestIdOf } from './requestId';

/** What is needed to note a request. */
export interface Noting {
  audit: AuditTrail;
  /** tell who sent a request */
  doors: Doors;
}

const REFUSALS = ['UNAUTHENTICATED', 'FORBIDDEN'];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];

/** Notes that a request was denied; anything else that was thrown is no attempt at what one may not do. */
export function noteDenied({ audit, doors }: Noting, request: IncomingMessage, thrown: unknown): void {
  const code = thrown instanceof UserError || thrown instanceof HttpError ? thrown.code : '';
  if (REFUSALS.includes(code)) void audit.refuse({ ...eventOf(doors, request), target: null, code });
}

/** Notes what a request has done. */
export function noteDone(
  { audit, doors }: Noting,
  request: IncomingMessage,
  { target, changes = null }: Pick<AuditEvent, 'target'> & Partial<Pick<AuditEvent, 'changes'>>,
): Promise<void> {
  return audit.add({ ...eventOf(doors, request), target, outcome: 'DONE', code: null, changes });
}

function eventOf(doors: Doors, request: IncomingMessage): Pick<AuditEvent, 'actor' | 'action' | 'requestId'> {
  const { method = '' } = request;
  // The rest of an address is the client's own text, and that of an upload a secret.
  const address: unknown = Reflect.get(request, 'originalUrl') ?? request.url;
  const [path = ''] = String(address).split('?', 1);
  const route = HTTP_ROUTES.filter((one) => path === one.path || path.startsWith(`${one.path}/`))
    .map((one) => one.path)
    .reduce((longest, one) => (one.length > longest.length ? one : longest), '/');
  return {
    actor: actorOf(doors.senderOf(request)),
    action: `${METHODS.includes(method) ? method : 'OTHER'} ${route}`,
    requestId: requestIdOf(request),
  };
}
