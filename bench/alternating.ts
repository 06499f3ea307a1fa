/**
 * Runs things so many times in turns, each in a process of its own: A B, B A, A B ... Answers what each has answered, by
 * round; those of one round ran next to each other.
 */
export function alternate<T>(
  runs: readonly (() => T)[],
  rounds: number,
): T[][] {
  const answers = runs.map((): T[] => []);
  for (let round = 0; round < rounds; round++) {
    const places = [...runs.keys()];
    if (round % 2 === 1) places.reverse();
    for (const place of places) answers[place]!.push(runs[place]!());
  }
  return answers;
}
