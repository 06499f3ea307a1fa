/**
 * Throws an error as it is unless it has a code. The text of its stack is not made
 * else, which takes longer than most of what is tested.
 */
export function requireCode(error: unknown, code: string): void {
  if ((error as {code?: unknown}).code !== code) throw error;
}
