/**
 * What gives a part of the package that few processes need: it is loaded when it is
 * first asked for. The bundle has a file of its own for each that is written so:
 *
 *   const loadPart = onDemand(
 *     () => require('./part') as typeof import('./part'),
 *   );
 *
 * `load` may make anything else out of it, too; it is called once.
 */
export function onDemand<T extends object>(load: () => T): () => T {
  let part: T | undefined;
  return () => (part ??= load());
}
