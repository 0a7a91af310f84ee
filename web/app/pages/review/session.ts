/** What a reviewer does at the queue, as states and transitions: no clock, no network, no page is known here. */

export const VERDICTS = ['LESION', 'NOT_A_LESION', 'UNSURE'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** More verdicts than this are not given while the server has not answered: they could be lost. */
export const MAX_UNSENT = 3;

/** A verdict of this session, as the reviewer sees it at once. */
export interface Given {
  readonly verdict: Verdict;
  readonly remark: string;
}

/** What the server must be told, in this order. */
export interface Outgoing {
  /** a repeated message with the same key counts once */
  readonly key: string;
  readonly detectionId: string;
  readonly verdict: Verdict | 'WITHDRAWN';
  readonly remark: string;
  readonly reviewer: string;
  /** why the last attempt failed; it is tried again */
  readonly failure: Error | null;
  /** it is on its way and cannot be taken back any more */
  readonly isSent: boolean;
}

/** A sitting of one reviewer at the queue of one run. */
export interface Session<Item extends { readonly id: string }> {
  /** the queue as far as it has been loaded */
  readonly items: readonly Item[];
  /** of the box that is shown; `items.length` after the last one */
  readonly position: number;
  readonly given: ReadonlyMap<string, Given>;
  readonly outbox: readonly Outgoing[];
  /** the verdicts in their order, each with the one that it replaced, for undo */
  readonly log: readonly { readonly id: string; readonly before: Given | null }[];
  /** times of these verdicts, in ms since 1970 */
  readonly times: readonly number[];
}

export function newSession<Item extends { readonly id: string }>(): Session<Item> {
  return { items: [], position: 0, given: new Map(), outbox: [], log: [], times: [] };
}

/** What happens. */
export type Action<Item> =
  | { readonly type: 'LOADED'; readonly items: readonly Item[] }
  | { readonly type: 'GIVE'; readonly verdict: Verdict; readonly remark: string; readonly by: Author }
  | { readonly type: 'UNDO'; readonly by: Author }
  | { readonly type: 'NEXT' }
  | { readonly type: 'BACK' }
  | { readonly type: 'SENDING'; readonly key: string }
  | { readonly type: 'SAVED'; readonly key: string }
  | { readonly type: 'FAILED'; readonly key: string; readonly failure: Error }
  | { readonly type: 'DROP'; readonly key: string };

/** Who gives a verdict, when, and under which idempotency key. */
interface Author {
  readonly reviewer: string;
  readonly now: number;
  readonly key: string;
}

/** @returns the session after what happened; the same one if nothing changes */
export function afterAction<Item extends { readonly id: string }>(
  session: Session<Item>,
  action: Action<Item>,
): Session<Item> {
  switch (action.type) {
    case 'LOADED':
      return withItems(session, action.items);
    case 'GIVE':
      return withVerdict(session, action);
    case 'UNDO':
      return withoutLast(session, action.by);
    case 'NEXT':
      return { ...session, position: Math.min(session.items.length, session.position + 1) };
    case 'BACK':
      return { ...session, position: Math.max(0, session.position - 1) };
    case 'SENDING':
      return withOutgoing(session, action.key, { isSent: true, failure: null });
    case 'FAILED':
      return withOutgoing(session, action.key, { isSent: false, failure: action.failure });
    case 'SAVED':
      return { ...session, outbox: session.outbox.filter(({ key }) => key !== action.key) };
    case 'DROP':
      return withoutOutgoing(session, action.key);
  }
}

/** Pages of the queue may overlap: what is known stays where it is. */
function withItems<Item extends { readonly id: string }>(
  session: Session<Item>,
  loaded: readonly Item[],
): Session<Item> {
  const known = new Set(session.items.map(({ id }) => id));
  const added = loaded.filter(({ id }) => !known.has(id));
  return added.length === 0 ? session : { ...session, items: [...session.items, ...added] };
}

/** Whether another verdict would be one too many on its way. */
export const isFull = ({ outbox }: Pick<Session<{ id: string }>, 'outbox'>): boolean => outbox.length >= MAX_UNSENT;

function withVerdict<Item extends { readonly id: string }>(
  session: Session<Item>,
  { verdict, remark, by }: { verdict: Verdict; remark: string; by: Author },
): Session<Item> {
  const item = session.items[session.position];
  if (!item || isFull(session)) return session;
  const given = new Map(session.given).set(item.id, { verdict, remark });
  return {
    ...session,
    given,
    position: nextOpen(session.items, given, session.position),
    outbox: [...session.outbox, outgoingOf(item.id, verdict, remark, by)],
    log: [...session.log, { id: item.id, before: session.given.get(item.id) ?? null }],
    times: [...session.times, by.now],
  };
}

/** The next box without a verdict of this session; the end if there is none. */
function nextOpen<Item extends { readonly id: string }>(
  items: readonly Item[],
  given: ReadonlyMap<string, Given>,
  position: number,
): number {
  const next = items.findIndex(({ id }, index) => index > position && !given.has(id));
  return next === -1 ? items.length : next;
}

/**
 * Takes the last verdict back and shows its box again, with the verdict before, if there was one. What the server does
 * not know yet, it is never told.
 */
function withoutLast<Item extends { readonly id: string }>(session: Session<Item>, by: Author): Session<Item> {
  const last = session.log.at(-1);
  if (!last) return session;
  const { id, before } = last;
  const newest = session.outbox.findLast(({ detectionId }) => detectionId === id);
  const isUnknown = newest !== undefined && !newest.isSent && newest.failure === null;
  if (!isUnknown && isFull(session)) return session;
  const correction = outgoingOf(id, before?.verdict ?? 'WITHDRAWN', before?.remark ?? '', by);
  return {
    ...session,
    given: withGiven(session.given, id, before),
    position: session.items.findIndex((item) => item.id === id),
    outbox: isUnknown ? session.outbox.filter((one) => one !== newest) : [...session.outbox, correction],
    log: session.log.slice(0, -1),
    times: session.times.slice(0, -1),
  };
}

/** A message that the server refuses for good is given up, and with it what the reviewer saw of it. */
function withoutOutgoing<Item extends { readonly id: string }>(session: Session<Item>, key: string): Session<Item> {
  const dropped = session.outbox.find((one) => one.key === key);
  if (!dropped) return session;
  const at = session.log.findLastIndex(({ id }) => id === dropped.detectionId);
  return {
    ...session,
    given: withGiven(session.given, dropped.detectionId, session.log[at]?.before ?? null),
    outbox: session.outbox.filter((one) => one !== dropped),
    log: session.log.filter((_, index) => index !== at),
  };
}

function withGiven(given: ReadonlyMap<string, Given>, id: string, verdict: Given | null): ReadonlyMap<string, Given> {
  const next = new Map(given);
  if (verdict) next.set(id, verdict);
  else next.delete(id);
  return next;
}

function outgoingOf(detectionId: string, verdict: Outgoing['verdict'], remark: string, by: Author): Outgoing {
  return { key: by.key, detectionId, verdict, remark, reviewer: by.reviewer, failure: null, isSent: false };
}

function withOutgoing<Item extends { readonly id: string }>(
  session: Session<Item>,
  key: string,
  changes: Pick<Outgoing, 'isSent' | 'failure'>,
): Session<Item> {
  return { ...session, outbox: session.outbox.map((one) => (one.key === key ? { ...one, ...changes } : one)) };
}
