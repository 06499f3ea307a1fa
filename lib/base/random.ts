/** Numbers from 0 up to, not including, 1, which look as if they were random. */
export type Random = () => number;

/**
 * Random numbers that are the same for the same seed, on each machine: Marsaglia's
 * xorshift with 32 bits (Xorshift RNGs, Journal of Statistical Software 8, 2003).
 * Good enough to choose by, not to keep secrets.
 */
export function randomFrom(seed: number): Random {
  // It would stay at 0; a seed that is near another one begins elsewhere.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
