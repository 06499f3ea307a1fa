import type {InMemoryConnector} from '../connector/connector';
import {select} from '../database/statements';
import {type Told, Teller} from './answer';

/** All tables at one time. It never changes. */
export type Version = InMemoryConnector['database']['head'];

/** How many rows of a table a difference shows. */
const mostRows = 20;

/** The first rows of a table, as they are stored; none where there is no table. */
export function rowsOf(version: Version, table: string): Told[] {
  if (!version.tables.has(table)) return [];
  const view = {
    version,
    isCut: false,
    notesReads: false,
    noteRead: () => undefined,
  };
  const rows = select(view, table, {limit: mostRows}) as readonly object[];
  const teller = new Teller();
  return rows.map(row => teller.tell(row));
}
