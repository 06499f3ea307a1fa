import {escapeAt, hex, type Piece} from './regexp-escapes';

/** Why an expression cannot be; a sentence's end, to follow "because". */
export class UnusableExpression extends Error {}

/** What stands before a point in an expression, as far as it changes meanings. */
interface Scope {
  readonly isMultiline: boolean;
  readonly isDotAll: boolean;
}

const lineEnds = '\\n\\r\\x{2028}\\x{2029}';
const anything = '[\\x{0}-\\x{10FFFF}]';
const nothing = '[^\\x{0}-\\x{10FFFF}]';

/*
 * The two notations share most letters, and give other meanings to many: to RE2
 * `\s` are five characters and to JavaScript twenty-five, `\A` is the beginning of a
 * text and not a letter, `[[:alpha:]]` a class of letters. So nothing is handed
 * on that was not understood here.
 */

/**
 * A JavaScript expression in RE2's notation, to be compiled there with the flag `i`
 * at most. It is read as with the flag `u`: a character is a code point. The flags
 * m and s are part of what is returned.
 *
 * Fails with UnusableExpression.
 */
export function toRE2(source: string, flags: string): string {
  return new Translation(source, flags).run();
}

class Translation {
  private position = 0;
  private output = '';
  private readonly outer: Scope[] = [];
  private scope: Scope;
  private readonly groups: number;
  private readonly hasNames: boolean;

  constructor(
    private readonly source: string,
    private readonly flags: string,
  ) {
    this.scope = {
      isMultiline: flags.includes('m'),
      isDotAll: flags.includes('s'),
    };
    // Those in classes or behind a backslash are too many by a few.
    const openings = source.match(/\((?!\?)|\(\?<(?![=!])/g) ?? [];
    this.groups = openings.length;
    this.hasNames = openings.some(opening => opening.length > 1);
  }

  run(): string {
    while (this.position < this.source.length) this.next();
    if (this.outer.length > 0) {
      throw new UnusableExpression('a parenthesis is not closed');
    }
    return this.output === '' ? '(?:)' : this.output;
  }

  private next(): void {
    const {source, position} = this;
    const char = source[position]!;
    switch (char) {
      case '\\':
        return this.escape();
      case '[':
        return this.characterClass();
      case '(':
        return this.open();
      case ')':
        return this.close();
      case '{':
        return this.brace();
      case '.':
        return this.emit(1, this.scope.isDotAll ? anything : `[^${lineEnds}]`);
      case '^':
        return this.emit(1, this.scope.isMultiline ? '(?m:^)' : '^');
      case '$':
        return this.emit(1, this.lineEnd());
      default:
        // These two are letters to JavaScript where nothing is open.
        return this.emit(1, '}]'.includes(char) ? `\\${char}` : char);
    }
  }

  private emit(consumed: number, text: string): void {
    this.position += consumed;
    this.output += text;
  }

  private escape(): void {
    const {length, piece} = this.escapeAt(this.position, false);
    this.emit(length, textOf(piece));
  }

  private escapeAt(
    position: number,
    isInClass: boolean,
  ): {length: number; piece: Piece} {
    const {source, groups, hasNames} = this;
    const found = escapeAt(source, position, {groups, hasNames, isInClass});
    if ('refused' in found) throw new UnusableExpression(found.refused);
    return found;
  }

  /**
   * RE2 sees the end of a line before `\n` only. Where nothing follows, the
   * character that ends the line may as well be taken for a part of it.
   */
  private lineEnd(): string {
    if (!this.scope.isMultiline) return '$';
    const isLast = /^\)*$/.test(this.source.slice(this.position + 1));
    return isLast ? `(?:(?m:$)|[\\r\\x{2028}\\x{2029}])` : '(?m:$)';
  }

  private brace(): void {
    const {source, position} = this;
    const count = /^\{\d+(?:,\d*)?\}/.exec(source.slice(position));
    if (count === null) this.emit(1, '\\{');
    else this.emit(count[0].length, count[0]);
  }

  private open(): void {
    const rest = this.source.slice(this.position, this.position + 100);
    this.outer.push(this.scope);
    if (!rest.startsWith('(?')) return this.emit(1, '(');
    if (rest.startsWith('(?:')) return this.emit(3, '(?:');
    if (/^\(\?<?[=!]/.test(rest)) {
      throw new UnusableExpression('it looks ahead or behind');
    }
    const name = /^\(\?<[\p{L}\p{Nl}$_][\p{L}\p{Nl}\p{N}\p{M}$_]*>/u.exec(rest);
    if (name !== null) return this.emit(name[0].length, '(');
    this.openWithFlags(rest);
  }

  private openWithFlags(rest: string): void {
    const modifiers = /^\(\?([ims]*)(?:-([ims]*))?:/.exec(rest);
    if (modifiers === null) {
      throw new UnusableExpression(`there is no group "${rest.slice(0, 3)}"`);
    }
    const [whole, on = '', off = ''] = modifiers;
    const {isMultiline, isDotAll} = this.scope;
    this.scope = {
      isMultiline: (isMultiline || on.includes('m')) && !off.includes('m'),
      isDotAll: (isDotAll || on.includes('s')) && !off.includes('s'),
    };
    const ignoresCase = on.includes('i') ? 'i' : off.includes('i') ? '-i' : '';
    this.emit(whole.length, `(?${ignoresCase}:`);
  }

  private close(): void {
    const scope = this.outer.pop();
    if (scope === undefined) {
      throw new UnusableExpression('a parenthesis is closed that is not open');
    }
    this.scope = scope;
    this.emit(1, ')');
  }

  private characterClass(): void {
    const {source} = this;
    const isNegated = source[this.position + 1] === '^';
    this.position += isNegated ? 2 : 1;
    let items = '';
    while (source[this.position] !== ']') items += this.classItem();
    this.position++;
    if (items === '') this.output += isNegated ? anything : nothing;
    else this.output += `[${isNegated ? '^' : ''}${items}]`;
  }

  /** A character, a set or a range of a class. */
  private classItem(): string {
    const from = this.classPiece();
    const {position, source} = this;
    const isRange = source[position] === '-' && source[position + 1] !== ']';
    if (!isRange) return textOf(from);
    this.position++;
    const to = this.classPiece();
    if (from.code === undefined || to.code === undefined) {
      return `${textOf(from)}\\-${textOf(to)}`;
    }
    if (from.code > to.code) {
      throw new UnusableExpression(
        `the range ${source.slice(position - 1, this.position)} runs backwards`,
      );
    }
    return `${textOf(from)}-${textOf(to)}`;
  }

  private classPiece(): Piece {
    const {source, position} = this;
    const code = source.codePointAt(position);
    if (code === undefined) {
      throw new UnusableExpression('a bracket is not closed');
    }
    if (source[position] === '\\') {
      const {length, piece} = this.escapeAt(position, true);
      this.position += length;
      return piece;
    }
    this.refuseSetNotation();
    this.position += code > 0xffff ? 2 : 1;
    return {code};
  }

  /** With the flag v classes are calculated with, which RE2 does not know. */
  private refuseSetNotation(): void {
    if (!this.flags.includes('v')) return;
    if (/^(?:\[|--|&&)/.test(this.source.slice(this.position))) {
      throw new UnusableExpression('it calculates with sets (flag v)');
    }
  }
}

function textOf({code, set}: Piece): string {
  return set ?? (code === undefined ? '' : `\\x{${hex(code)}}`);
}
