/** The words of a name, in small letters: `homeCountry_id` has three. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '');
}

/**
 * What a word may be the plural of, itself too: `countries` that of `country`.
 * English has no rule without exceptions, so some that are returned are no words.
 */
export function singularsOf(word: string): string[] {
  const singulars = [word];
  if (word.endsWith('ies')) singulars.push(`${word.slice(0, -3)}y`);
  if (word.endsWith('es')) singulars.push(word.slice(0, -2));
  if (word.endsWith('s')) singulars.push(word.slice(0, -1));
  return singulars;
}

/** Whether two lists of words are the same but for the number of the last. */
export function areSameNoun(
  a: readonly string[],
  b: readonly string[],
): boolean {
  if (a.length === 0 || b.length === 0) return false;
  const others = singularsOf(b.join(''));
  return singularsOf(a.join('')).some(noun => others.includes(noun));
}
