/** The longest wait before the second try again; each later one may take twice it. */
const firstMs = 20;

/** However often it failed, nobody waits for longer. */
const maxMs = 1000;

/**
 * How many milliseconds to wait after `failures` failures before something is
 * tried again that fails by doing it at the same time as others. After the first
 * failure none, for the one that it met is done. After that those who still meet
 * are many, and would meet again: they scatter over a time that doubles with each
 * failure, up to a second. `random` is from 0 to below 1.
 */
export function backoffMs(failures: number, random = Math.random()): number {
  if (failures < 2) return 0;
  return random * Math.min(maxMs, firstMs * 2 ** (failures - 2));
}
