// Made of doctor.graphql and schema.graphql by scripts/webTypes.mjs.
import type { GraphDocument } from '../../data/graph';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Schema from '../../data/schemaTypes.generated';

export type DoctorQueryVariables = Exact<{ [key: string]: never; }>;


export type DoctorQuery = { doctor: Array<{ area: string, status: Schema.DoctorStatus, title: string, cure: string | null }> };

export const DoctorDocument: GraphDocument<DoctorQuery, DoctorQueryVariables> = {
  name: 'Doctor',
  text: "query Doctor {\n  doctor {\n    area\n    status\n    title\n    cure\n  }\n}",
};
