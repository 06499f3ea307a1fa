/** Called for a member of an object with the place of its name in quotes. */
type VisitMember = (keyStart: number, keyEnd: number) => void;

/** Says what is wrong at an offset of the bytes; never returns. */
export type Fail = (offset: number, problem: string) => never;

/** The bytes by which a scanner finds its way. */
export const byte = {
  newline: 0x0a,
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  backslash: 0x5c,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/** What may follow a backslash, but for `u`. */
const escapes = new Set(Buffer.from('"\\/bfnrt'));

/**
 * Deeper nesting is refused, wherever it stands in a file. Models store nothing
 * that is nearly as deep; what walks rows by recursion stands about 2,500.
 */
export const maxDepth = 2_000;

/** How a byte outside of texts changes the depth of nesting. */
export const depthChange: Int8Array = new Int8Array(256);
depthChange[byte.openBrace] = depthChange[byte.openBracket] = 1;
depthChange[byte.closeBrace] = depthChange[byte.closeBracket] = -1;

/**
 * Where a text, which `JSON.parse` accepts, is nested deeper than a file may be;
 * undefined where it never is. `JSON.parse` itself has no limit.
 */
export function tooDeepAt(json: string): number | undefined {
  if (json.length <= 2 * maxDepth) return undefined;
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < json.length; at++) {
    const next = json.charCodeAt(at);
    if (next === byte.quote) isInText = !isInText;
    else if (isInText) at += next === byte.backslash ? 1 : 0;
    else depth += depthChange[next] ?? 0;
    if (depth > maxDepth) return at;
  }
  return undefined;
}

/** What a value outside strings, objects and arrays is made of. */
const scalar =
  /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/**
 * Steps through JSON in UTF-8 bytes without decoding it, and checks it as
 * strictly as `JSON.parse` does; what it has passed, `JSON.parse` accepts. It
 * knows at which byte something is wrong, which `JSON.parse` often does not
 * tell. About 1 ns for each byte.
 */
export class JsonScanner {
  private depth = 0;

  constructor(
    readonly bytes: Buffer,
    private readonly fail: Fail,
    /** The byte to read next. */
    public at = 0,
  ) {}

  /** Steps over white space; the byte behind it, or undefined at the end. */
  peek(): number | undefined {
    const {bytes} = this;
    let {at} = this;
    let next = bytes[at];
    while (next === 0x20 || next === 0x0a || next === 0x0d || next === 0x09) {
      next = bytes[++at];
    }
    this.at = at;
    return next;
  }

  /** Steps over an object; `visit` steps over the value of each member. */
  members(visit: VisitMember): void {
    this.take(byte.openBrace);
    if (this.peek() === byte.closeBrace) {
      this.at++;
      return;
    }
    for (;;) {
      this.member(visit);
      if (this.peek() !== byte.comma) break;
      this.at++;
    }
    this.take(byte.closeBrace, 'expected "," or "}"');
  }

  /** Steps over one member, of which `visit` steps over the value. */
  member(visit: VisitMember): void {
    if (this.peek() !== byte.quote) this.refuse('expected a name in quotes');
    const start = this.at;
    this.skipString();
    const end = this.at;
    this.take(byte.colon);
    this.peek();
    visit(start, end);
  }

  /** Steps over one value of any kind. */
  skipValue(): void {
    const first = this.peek();
    if (first === byte.quote) return this.skipString();
    if (first !== byte.openBrace && first !== byte.openBracket) {
      return this.skipScalar();
    }
    if (++this.depth > maxDepth) this.refuse(`nested deeper than ${maxDepth}`);
    if (first === byte.openBracket) this.skipArray();
    else this.members(() => this.skipValue());
    this.depth--;
  }

  /** Fails unless nothing but white space is left. */
  end(): void {
    if (this.peek() !== undefined) this.refuse('expected nothing more');
  }

  private skipArray(): void {
    this.at++;
    if (this.peek() !== byte.closeBracket) {
      for (;;) {
        this.skipValue();
        if (this.peek() !== byte.comma) break;
        this.at++;
      }
    }
    this.take(byte.closeBracket, 'expected "," or "]"');
  }

  private skipString(): void {
    const {bytes} = this;
    let at = this.at + 1;
    for (;;) {
      const next = bytes[at];
      if (next === byte.quote) break;
      if (next === byte.backslash) at = this.afterEscape(at);
      else if (next === undefined || next < 0x20) {
        this.at = at;
        this.refuse('a text has no closing quote on its line');
      } else at++;
    }
    this.at = at + 1;
  }

  private afterEscape(backslash: number): number {
    const sign = this.bytes[backslash + 1];
    if (escapes.has(sign!)) return backslash + 2;
    const digits = this.text(backslash + 1, backslash + 6);
    if (/^u[\da-fA-F]{4}$/.test(digits)) return backslash + 6;
    this.at = backslash;
    return this.refuse('a backslash begins no escape sequence of JSON');
  }

  private skipScalar(): void {
    const start = this.at;
    let end = start;
    while (/[\w.+-]/.test(this.text(end, end + 1))) end++;
    if (!scalar.test(this.text(start, end))) this.refuse('expected a value');
    this.at = end;
  }

  private take(
    expected: number,
    problem = `expected "${sign(expected)}"`,
  ): void {
    if (this.peek() !== expected) this.refuse(problem);
    this.at++;
  }

  private text(start: number, end: number): string {
    return this.bytes.toString('latin1', start, end);
  }

  private refuse(problem: string): never {
    return this.at >= this.bytes.length
      ? this.fail(this.bytes.length, `${problem}, but this is the end`)
      : this.fail(this.at, problem);
  }
}

function sign(code: number): string {
  return String.fromCharCode(code);
}
