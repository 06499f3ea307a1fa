import {createHash} from 'node:crypto';

/** The databases for which SQL can be written. */
export const sqlDialects = ['postgresql', 'mysql', 'sqlite'] as const;

/** One of them; `mysql` is MariaDB, too. */
export type SqlDialect = (typeof sqlDialects)[number];

/** Whether a word names a dialect. */
export function isSqlDialect(word: string): word is SqlDialect {
  return (sqlDialects as readonly string[]).includes(word);
}

/**
 * What a table or column is called in the database: as LoopBack's connector for
 * it calls one, which is in small letters in PostgreSQL.
 */
export function sqlName(name: string, dialect: SqlDialect): string {
  return dialect === 'postgresql' ? name.toLowerCase() : name;
}

/** A name as it stands in a statement. */
export function quotedName(name: string, dialect: SqlDialect): string {
  const known = sqlName(name, dialect);
  return dialect === 'mysql'
    ? `\`${known.replaceAll('`', '``')}\``
    : `"${known.replaceAll('"', '""')}"`;
}

/** Some names, with commas. */
export function quotedNames(
  names: readonly string[],
  dialect: SqlDialect,
): string {
  return names.map(name => quotedName(name, dialect)).join(', ');
}

/** The most bytes of a name in PostgreSQL, which has the least. */
export const maxNameBytes = 63;

/** The name of an index or constraint of a table, no longer than names may be. */
export function derivedName(table: string, name: string): string {
  const whole = name.startsWith(table) ? name : `${table}_${name}`;
  if (Buffer.byteLength(whole) <= maxNameBytes) return whole;
  const digest = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  let start = whole;
  while (Buffer.byteLength(start) > maxNameBytes - digest.length - 1) {
    start = start.slice(0, -1);
  }
  return `${start}_${digest}`;
}
