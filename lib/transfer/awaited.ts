/*
 * A connector that never calls back leaves nothing behind that Node.js would wait
 * for: the program ends in the middle. What was asked is noted here, so that its
 * end can say who did not answer.
 */
const asked = new Set<string>();

/** Waits for an answer; `question` says who was asked for what. */
export async function awaited<T>(
  question: string,
  answer: Promise<T>,
): Promise<T> {
  asked.add(question);
  try {
    return await answer;
  } finally {
    asked.delete(question);
  }
}

/** What was asked and is not answered yet. */
export function unanswered(): readonly string[] {
  return [...asked];
}
