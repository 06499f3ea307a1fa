/*
 * CSV as RFC 4180 has it: cells with commas between them, one record a line, CRLF
 * at its end. A cell in quotes may have commas, line ends and, doubled, quotes in
 * it. What is read may have LF alone, and another character between the cells.
 *
 * An empty cell is no value, and a quoted empty one is the empty text, as in
 * PostgreSQL's COPY.
 */

/** A cell, and where it begins: both counted from 1. */
export interface CsvCell {
  readonly text: string;
  readonly isQuoted: boolean;
  readonly line: number;
  readonly column: number;
}

/** A record as a line of CSV; null is no value. */
export function csvLine(cells: readonly (CsvText | null)[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

/** The text of a cell, and whether it is quoted although it need not be. */
export interface CsvText {
  readonly text: string;
  readonly isQuoted: boolean;
}

function cellText(cell: CsvText | null): string {
  if (cell === null) return '';
  const {isQuoted, text} = cell;
  return isQuoted || needsQuotes(text)
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}

/** Whether a text cannot stand in a cell as it is. */
export function needsQuotes(text: string): boolean {
  return text === '' || /[",\r\n]|^\s|\s$/.test(text);
}

/**
 * The records of a text, each as its cells; lines without any are passed over.
 * `name` is the file in errors, which tell line and column.
 */
export function* csvRecords(
  name: string,
  text: string,
  delimiter = ',',
): Generator<CsvCell[]> {
  const scanner = new Scanner(name, text, delimiter);
  while (!scanner.isAtEnd) {
    const cells = scanner.record();
    const [first] = cells;
    const isBlank =
      cells.length === 1 && first!.text === '' && !first!.isQuoted;
    if (!isBlank) yield cells;
  }
}

/** Reads cells from front to back. */
class Scanner {
  private at: number;
  private line = 1;
  private lineStart: number;

  constructor(
    private readonly name: string,
    private readonly text: string,
    private readonly delimiter: string,
  ) {
    this.at = text.startsWith('\ufeff') ? 1 : 0;
    this.lineStart = this.at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The cells up to the end of the line, which is passed. */
  record(): CsvCell[] {
    const cells = [this.cell()];
    while (this.text[this.at] === this.delimiter) {
      this.at++;
      cells.push(this.cell());
    }
    this.passLineEnd();
    return cells;
  }

  private passLineEnd(): void {
    if (this.text[this.at] === '\r') this.at++;
    if (this.text[this.at] === '\n') this.at++;
    this.beginLine();
  }

  private beginLine(): void {
    this.line++;
    this.lineStart = this.at;
  }

  private cell(): CsvCell {
    const {line} = this;
    const column = this.at - this.lineStart + 1;
    const isQuoted = this.text[this.at] === '"';
    const text = isQuoted ? this.quoted(line, column) : this.plain();
    return {text, isQuoted, line, column};
  }

  private plain(): string {
    const start = this.at;
    while (!this.isCellEnd()) {
      if (this.text[this.at] === '"') {
        this.refuse('a quote within a cell that does not begin with one');
      }
      this.at++;
    }
    return this.text.slice(start, this.at);
  }

  private isCellEnd(): boolean {
    const character = this.text[this.at];
    return (
      character === undefined ||
      character === this.delimiter ||
      character === '\n' ||
      character === '\r'
    );
  }

  private quoted(line: number, column: number): string {
    let text = '';
    for (;;) {
      const start = ++this.at;
      const end = this.text.indexOf('"', start);
      if (end === -1) {
        throw refused(this.name, line, column, 'a quote that is never closed');
      }
      const part = this.text.slice(start, end);
      this.passLines(part, start);
      text += part;
      this.at = end + 1;
      if (this.text[this.at] !== '"') break;
      text += '"';
    }
    if (!this.isCellEnd()) this.refuse('text behind a quote that was closed');
    return text;
  }

  private passLines(part: string, start: number): void {
    let from = part.indexOf('\n');
    while (from !== -1) {
      this.line++;
      this.lineStart = start + from + 1;
      from = part.indexOf('\n', from + 1);
    }
  }

  private refuse(what: string): never {
    const column = this.at - this.lineStart + 1;
    throw refused(this.name, this.line, column, what);
  }
}

function refused(
  name: string,
  line: number,
  column: number,
  what: string,
): Error {
  return new Error(
    `${name}, line ${line}, column ${column}: ${what}. Cells with quotes, commas ` +
      'or line ends stand in quotes, with quotes in them doubled. Nothing was changed.',
  );
}
