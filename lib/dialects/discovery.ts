import type {InferredTable} from '../database/database';

/** What is asked with, as of LoopBack's SQL connectors. */
export type AskedWith = Readonly<Record<string, unknown>>;

/** What is told of a table, among all tables. Fails where the connector does. */
export type Tell = (
  table: InferredTable,
  all: readonly InferredTable[],
  asked: AskedWith,
) => object[];

/** The tables of a database in the shapes of LoopBack's connector, and its order. */
export interface DiscoveryShapes {
  /** The owner of all tables. */
  readonly owner: string;
  /** What `getDefaultSchema` says. */
  readonly defaultSchema: string;
  /** Whether a table is known to the database. */
  has(table: InferredTable): boolean;
  nameOf(table: InferredTable): string;
  /**
   * What is meant by what a list of tables is asked with: `owner`, `limit`,
   * `offset`. Left out where it is what it says.
   */
  definitionsAsked?(asked: AskedWith): AskedWith;
  schemas(): object[];
  readonly columnsOf: Tell;
  readonly primaryKeysOf: Tell;
  readonly uniqueKeysOf: Tell;
  readonly foreignKeysOf: Tell;
  readonly exportedForeignKeysOf: Tell;
}
