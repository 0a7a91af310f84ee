/** What operations leave in the audit trail. Mutations leave one event each, whatever becomes of them. */
import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import { type AuditEvent, type AuditLink, actorOf, addEvent } from '../../access';
import type { KeepAnswer, Transaction } from '../../database';
import { UserError } from '../../errors';
import { parseGlobalId } from '../../globalId';
import type { AuditNote, GraphContext, MutationRecord } from './context';

/** Fields of inputs that name what a mutation is about. */
const TARGETS = ['id', 'detectionId', 'pseudoClusterId'];

/** The one event of a mutation under way. */
class OneEvent implements MutationRecord {
  private target: string | null;
  private changes: Record<string, unknown> = {};
  /** of the event that a transaction has added, and may have taken back */
  private link: AuditLink | null = null;

  constructor(
    private readonly context: GraphContext,
    private readonly action: string,
    input: unknown,
  ) {
    this.target = isRecord(input) ? firstGlobalId(TARGETS.map((name) => input[name])) : null;
  }

  note({ target, changes }: AuditNote): void {
    this.target = target ?? this.target;
    Object.assign(this.changes, changes);
  }

  async add(transaction: Transaction, note: AuditNote): Promise<void> {
    this.note(note);
    this.link = await addEvent(transaction, this.event('DONE'));
  }

  /** After the mutation has ended. @param payload whose object is the target if no other is known */
  async done(payload: unknown): Promise<void> {
    if (await this.isAdded()) return;
    const objects = isRecord(payload) ? Object.values(payload) : [];
    this.target ??= firstGlobalId(objects.map((one) => (isRecord(one) ? one.id : undefined)));
    await this.context.services.audit.add(this.event('DONE'));
  }

  /** A mutation that fails after its transaction is committed has changed something, and has its event. */
  async ended(thrown: unknown): Promise<void> {
    if (await this.isAdded()) return;
    const { audit } = this.context.services;
    this.changes = {};
    const event = this.event('FAILED');
    await (thrown instanceof UserError ? audit.refuse({ ...event, code: thrown.code }) : audit.add(event));
  }

  private async isAdded(): Promise<boolean> {
    return this.link !== null && (await this.context.services.audit.has(this.link));
  }

  private event(outcome: AuditEvent['outcome']): AuditEvent {
    const { context, action, target, changes } = this;
    return {
      ...{ actor: actorOf(context.caller), action, target, outcome, code: null },
      requestId: context.requestId ?? null,
      changes: Object.keys(changes).length > 0 ? changes : null,
    };
  }
}

/** Has every mutation of a schema leave its event. @returns the same schema */
export function auditMutations(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = async (source, given, context: GraphContext, info) => {
      const event = new OneEvent(context, field.name, given.input);
      // The root fields of a mutation are executed one after another.
      context.mutation = event;
      try {
        const payload: unknown = await resolve(source, given, context, info);
        await event.done(payload);
        return payload;
      } catch (thrown) {
        await event.ended(thrown);
        throw thrown;
      }
    };
  }
  return schema;
}

/** Does what a mutation does, and adds its event, in one transaction. */
export function recorded<T>(
  { services, mutation }: Pick<GraphContext, 'services' | 'mutation'>,
  changes: AuditNote['changes'],
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return services.database.transaction(async (transaction) => {
    const result = await work(transaction);
    await mutation?.add(transaction, { changes });
    return result;
  });
}

/** @returns what adds the event of a mutation in the transaction that creates something */
export function recording(
  { mutation }: Pick<GraphContext, 'mutation'>,
  noteOf: (transaction: Transaction, id: string) => Promise<AuditNote> | AuditNote,
): KeepAnswer {
  return async (transaction, id) => {
    if (mutation) await mutation.add(transaction, await noteOf(transaction, String(id)));
  };
}

/** Notes an operation that was refused as a whole. @param field name of the first root field that was refused */
export function noteRefusal({ services, caller, requestId }: GraphContext, field: string, code: string): void {
  const event = { actor: actorOf(caller), action: field, target: null, requestId: requestId ?? null, code };
  void services.audit.refuse(event);
}

/** Other text in the place of an id is the client's own, and is not kept. */
function firstGlobalId(candidates: readonly unknown[]): string | null {
  const found = candidates.find((one): one is string => typeof one === 'string' && parseGlobalId(one) !== null);
  return found ?? null;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
