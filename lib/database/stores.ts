import {Database} from './database';

const named = new Map<string, Database>();

/**
 * The database of a name, which all who ask for it in this process share as
 * long as the process lives; without a name a new one, private to the caller.
 */
export function openDatabase(name: string | undefined): Database {
  if (name === undefined) return new Database();
  const existing = named.get(name);
  if (existing !== undefined) return existing;
  const database = new Database();
  named.set(name, database);
  return database;
}
