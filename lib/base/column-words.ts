/*
 * Messages name columns, and users of LoopBack know properties. So a message is
 * made with the names of columns marked in it, and can be told with others:
 *
 *   words     'Duplicate entry for \u0001people\u0002mail_address\u0003: ...'
 *   message   'Duplicate entry for people.mail_address: ...'
 *
 * Values in a message never have these characters: they are shown as JSON.
 */

const start = '\u0001';
const middle = '\u0002';
const end = '\u0003';

/** Names the property, or nested path, that stands at a path of a table's column. */
export type NameOf = (table: string, path: string) => string;

/**
 * A column of a table, or a path into one, marked for the message of an
 * `InMemoryError`. Without a table it is one of the table that the statement is on.
 */
export function columnWord(table: string, path: string): string {
  return start + table + middle + path + end;
}

/** Several of them, with commas between them. */
export function columnWords(table: string, paths: readonly string[]): string {
  return paths.map(path => columnWord(table, path)).join(', ');
}

/** Whether columns are marked in a text. */
export function hasColumns(words: string): boolean {
  return words.includes(start);
}

/** A text with each column that is marked in it by its name. */
export function named(words: string, nameOf: NameOf = asItIs): string {
  const [first = '', ...rest] = words.split(start);
  return first + rest.map(part => namedPart(part, nameOf)).join('');
}

function namedPart(part: string, nameOf: NameOf): string {
  const at = part.indexOf(middle);
  const after = part.indexOf(end, at);
  if (at === -1 || after === -1) return start + part;
  const name = nameOf(part.slice(0, at), part.slice(at + 1, after));
  return name + part.slice(after + 1);
}

function asItIs(_table: string, path: string): string {
  return path;
}
