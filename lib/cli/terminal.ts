import {once} from 'node:events';

/** Texts to standard output, in parts and no faster than they are taken. */
export class Output {
  private parts: string[] = [];
  private length = 0;

  /** Adds a text; resolves when more may come. */
  async write(text: string): Promise<void> {
    this.parts.push(text);
    this.length += text.length;
    if (this.length >= partLength) await this.flush();
  }

  /** Hands over what was added. */
  async flush(): Promise<void> {
    const text = this.parts.join('');
    this.parts = [];
    this.length = 0;
    if (text === '' || process.stdout.write(text)) return;
    await once(process.stdout, 'drain');
  }
}

const partLength = 64 * 1024;

/** All that a stream has. */
export async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A text on standard output, with a line end. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A size for people. */
export function showBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let size = bytes / 1000;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size.toFixed(1)} ${units[unit]}`;
}

/** A number of things: `1 row`, `2 rows`. */
export function count(number: number, thing: string): string {
  const grouped = number.toLocaleString('en-US');
  return `${grouped} ${thing}${number === 1 ? '' : 's'}`;
}

/**
 * Lines of columns, each as wide as its widest cell; numbers to the right. Text
 * that steers a terminal is made harmless.
 */
export function columns(
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = rows.map(row =>
    row.map(cell =>
      typeof cell === 'number' ? cell.toLocaleString('en-US') : harmless(cell),
    ),
  );
  const widths = (cells[0] ?? []).map((_, i) =>
    Math.max(...cells.map(row => row[i]!.length)),
  );
  return cells
    .map((row, y) => {
      const line = row.map((cell, x) => {
        const isNumber = typeof rows.at(-1)![x] === 'number';
        const width = widths[x]!;
        return isNumber && y >= 0 ? cell.padStart(width) : cell.padEnd(width);
      });
      return `  ${line.join('  ')}`.trimEnd();
    })
    .join('\n');
}

/** A text of a file without what steers a terminal. */
export function harmless(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
