/**
 * A pattern compiled once and tried on many texts, in time linear in the text.
 */
export interface TextPattern {
  /** The pattern as the user wrote it, for plans and messages. */
  readonly source: string;
  /** Whether the text matches. */
  test(text: string): boolean;
}
