import { ID, InterfaceType } from 'type-graphql';
import { Property } from './property';

@InterfaceType('Node', { description: 'Anything with a global id (Relay).' })
export abstract class Node {
  @Property(() => ID, 'Opaque global id: the same thing always has the same, in every query and over restarts.')
  readonly id!: string;
}
