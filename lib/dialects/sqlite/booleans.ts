/*
 * What loopback-connector-sqlite3 takes for a boolean: sqlite3.js,
 * `_convertBoolean`, `fromColumnValue`.
 */

const yes = new Set<unknown>(['t', 'T', 'y', 'Y', '1', 1, true]);
const no = new Set<unknown>(['f', 'F', 'n', 'N', '0', 0, false]);

/** Else the connector sends an error, of which SQLite stores the text. */
export function booleanOf(value: unknown): unknown {
  if (yes.has(value)) return 1;
  if (no.has(value)) return 0;
  return `Error: SQLITE3: Invalid boolean default: ${String(value)}`;
}

/** Whether what is stored is read as true. */
export function isYes(stored: unknown): boolean {
  return yes.has(stored);
}
