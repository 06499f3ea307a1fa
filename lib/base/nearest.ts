/**
 * The candidate nearest to `word` by edit distance, or undefined when none is
 * near enough (at most a third of the letters differ, or one, and not all of
 * them) to be what was meant.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    // Each letter more is an edit.
    const lengthens = Math.abs(word.length - candidate.length);
    if (lengthens >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    const length = Math.max(word.length, candidate.length);
    if (distance < bestDistance && distance < length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * Levenshtein's distance, in which two neighbours that changed places count as
 * one edit (optimal string alignment), by dynamic programming over three rows.
 */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({length: b.length + 1}, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution =
        previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      const isSwapped =
        row > 1 &&
        column > 1 &&
        a[row - 1] === b[column - 2] &&
        a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          substitution,
          previous[column]! + 1,
          current[column - 1]! + 1,
          isSwapped ? before[column - 2]! + 1 : Infinity,
        ),
      );
    }
    before = previous;
    previous = current;
  }
  return previous[b.length]!;
}
