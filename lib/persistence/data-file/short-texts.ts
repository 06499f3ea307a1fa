/** Room for so many texts; a power of two. */
const capacity = 2 ** 15;

/**
 * Texts that were made before, so that rows of a file with the same share one. `JSON.parse`
 * does so with all that are as short, and takes longer the more differ.
 */
export class ShortTexts {
  private readonly hashes = new Int32Array(capacity);
  private readonly texts = Array<string>(capacity).fill('');

  /** The text, or one that is equal and was made before; `hash` is any of its own. */
  shared(text: string, hash: number): string {
    const place = (hash ^ (hash >>> 16)) & (capacity - 1);
    // Looking at a text that was made long ago takes longer.
    if (this.hashes[place] === hash) {
      const known = this.texts[place];
      if (known === text) return known;
    }
    this.hashes[place] = hash;
    this.texts[place] = text;
    return text;
  }
}
