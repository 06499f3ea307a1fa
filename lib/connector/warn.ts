import {nearest} from '../base/nearest';

/** Takes a sentence on something that was declared and does not count. */
export type Warn = (sentence: string) => void;

/** Sentences that this process has been told. */
const told = new Set<string>();

/** Tells one thing about the models of a datasource, once a process. */
export function warnOnce(sentence: string): void {
  if (told.has(sentence)) return;
  told.add(sentence);
  process.emitWarning(`loopback-connector-inmemory: ${sentence}`, {
    code: 'INMEMORY_DECLARATION',
  });
}

/** Warns of each name of a declaration that is none of those that count. */
export function warnOfUnknown(
  given: object,
  known: readonly string[],
  what: string,
  warn: Warn,
): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    warn(`${what} knows no "${name}".${didYouMean(name, known)}`);
  }
}

/** A question for the name that was meant, or nothing when none is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const meant = nearest(name, known);
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}
