/** Where progress is drawn, and the clock that it is drawn by. */
export interface Screen {
  readonly isTerminal: boolean;
  write(text: string): void;
  nowMs(): number;
}

/** Of the process. */
export const standardError: Screen = {
  get isTerminal() {
    // Undefined where it is no terminal.
    return process.stderr.isTTY;
  },
  write: text => void process.stderr.write(text),
  nowMs: () => performance.now(),
};

/** Goes back to the beginning of the line, and wipes it out. */
export const wipe = '\r\x1b[K';
