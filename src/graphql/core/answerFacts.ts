import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLEnumValue,
  type GraphQLField,
  type GraphQLSchema,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { isAllowed } from '../../access';
import { readPackageVersion } from '../../codeVersion';
import { findLatestDatasets } from '../../dataset';
import type { GraphContext } from './context';

/** The header with which a request asks for these facts, in lower case. */
export const FACTS_HEADER = 'x-deeplesion';

/** Something deprecated that a document uses. */
interface Deprecation {
  /** in the schema: `DetectionRun.executionProvider` */
  readonly coordinate: string;
  readonly reason: string;
}

/** By document: one that a client repeats is read once. */
const known = new WeakMap<DocumentNode, readonly Deprecation[]>();

/** @returns the deprecated fields, arguments and enum values that a document uses, each once */
function deprecationsOf(schema: GraphQLSchema, document: DocumentNode): readonly Deprecation[] {
  const found = new Map<string, Deprecation>();
  const types = new TypeInfo(schema);
  const note = (
    used: GraphQLField<unknown, unknown> | GraphQLArgument | GraphQLEnumValue | null | undefined,
    where: string,
  ): void => {
    if (used?.deprecationReason) found.set(where, { coordinate: where, reason: used.deprecationReason });
  };
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: () => note(types.getFieldDef(), `${types.getParentType()?.name}.${types.getFieldDef()?.name}`),
      Argument: ({ name }) =>
        note(types.getArgument(), `${types.getParentType()?.name}.${types.getFieldDef()?.name}(${name.value}:)`),
      EnumValue: ({ value }) => note(types.getEnumValue(), `${types.getInputType()}.${value}`),
    }),
  );
  return [...found.values()];
}

/**
 * Adds `extensions.deeplesion` to the answers of requests with the header `x-deeplesion`: what a reader needs to get
 * the same answer again. It costs a statement, and nothing for requests without the header.
 *
 * @param schema that the documents are of
 */
export function answerFactsPlugin(schema: GraphQLSchema): ApolloServerPlugin<GraphContext> {
  const apiVersion = readPackageVersion();
  return {
    async requestDidStart({ request, contextValue }) {
      if (request.http?.headers.get(FACTS_HEADER) === undefined) return undefined;
      return {
        async willSendResponse({ document, response: { body } }) {
          if (body.kind !== 'single' || !document || body.singleResult.data === undefined) return;
          const deprecations = known.get(document) ?? deprecationsOf(schema, document);
          known.set(document, deprecations);
          const { services, requestId, database, caller } = contextValue;
          const latest = isAllowed(caller, ['read']) ? await findLatestDatasets(database) : [];
          const deeplesion = {
            apiVersion,
            codeVersion: services.codeVersion,
            // An answer that may be cached is for several requests; each has the header X-Request-Id.
            ...(request.http?.method === 'GET' ? {} : { requestId }),
            datasets: latest.map(({ slug, version }) => `${slug}@${version}`),
            deprecations,
          };
          body.singleResult.extensions = { ...body.singleResult.extensions, deeplesion };
        },
      };
    },
  };
}
