/** One thing that was guessed. */
export interface Guess {
  readonly table: string;
  readonly property?: string;
  readonly what: 'type' | 'required' | 'unique' | 'enum' | 'foreignKey' | 'id';
  /** What was guessed and why, for people. */
  readonly text: string;
}
