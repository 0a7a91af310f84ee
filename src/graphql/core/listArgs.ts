import { ArgsType, Field, InputType } from 'type-graphql';
import type { OrderBy } from '../../database';
import { SortDirection } from './enums';
import { PageArgs } from './pageArgs';

/** The arguments of all lists of one type. */
export interface ListArgs<Filter, OrderField extends string> extends PageArgs {
  filter?: Filter | null;
  orderBy?: OrderBy<OrderField>[] | null;
}

/**
 * Makes the input type of an ordering.
 *
 * @param name published as `NAMEOrder`
 * @param many the plural in plain English, for the description
 * @param fields the enum of the order fields
 */
export function orderOf<OrderField extends string>(
  name: string,
  many: string,
  fields: Record<OrderField, OrderField>,
): new () => OrderBy<OrderField> {
  @InputType(`${name}Order`, { description: `Ordering of ${many}.` })
  class Order implements OrderBy<OrderField> {
    @Field(() => fields, { description: 'The field to order by.' })
    field!: OrderField;

    @Field(() => SortDirection, { defaultValue: 'ASC', description: 'The direction.' })
    direction!: 'ASC' | 'DESC';
  }
  return Order;
}

/**
 * Makes the arguments of the lists of one type: filter, ordering and page.
 *
 * @param name of a node type; the ordering is published as `NAMEOrder`
 * @param many the plural in plain English, for the descriptions
 * @param fields the enum of the order fields
 */
export function listArgsOf<Filter extends object, OrderField extends string>(
  FilterType: new () => Filter,
  name: string,
  many: string,
  fields: Record<OrderField, OrderField>,
): new () => ListArgs<Filter, OrderField> {
  const Order = orderOf(name, many, fields);

  @ArgsType()
  class Args extends PageArgs implements ListArgs<Filter, OrderField> {
    @Field(() => FilterType, { nullable: true, description: `Filter for ${many}.` })
    filter?: Filter | null;

    @Field(() => [Order], {
      nullable: true,
      description:
        'The ordering; the first entry takes precedence, and a single entry need not be a list. ' +
        'Ties are ordered by id.',
    })
    orderBy?: OrderBy<OrderField>[] | null;
  }
  return Args;
}
