import { ID, InterfaceType } from 'type-graphql';
import { Property } from './property';

@InterfaceType('Node', { description: 'An object with a global id (Relay).' })
export abstract class Node {
  @Property(
    () => ID,
    'Opaque global id. The id of an object never changes, neither between queries nor after a restart.',
  )
  readonly id!: string;
}
