import type {NativeColumn} from '../../schema/schema';
import {castOf, kindOf} from './casts';
import {invalidSyntax, pgError} from './errors';
import {type Type, typeNamed} from './types';

/**
 * Fails where the database refuses the default of a column: a text that its type
 * does not read with 22P02 or 22007, a value of another type with 42804. Of what
 * needs SQL to be understood nothing is said.
 */
export function checkDefault(column: NativeColumn): void {
  const sql = column.default?.trim();
  if (sql === undefined || column.isGenerated) return;
  const target = typeNamed(column.type);
  const text = /^'((?:[^']|'')*)'$/.exec(sql);
  if (text !== null) {
    checkText(text[1]!.replaceAll("''", "'"), column, target);
    return;
  }
  const source = typeOf(sql);
  if (source === undefined || isAssignable(typeNamed(source), target)) return;
  throw pgError(
    '42804',
    `column "${column.name}" is of type ${target.name} but default expression ` +
      `is of type ${source}`,
    {hint: 'You will need to rewrite or cast the expression.'},
  );
}

function checkText(text: string, column: NativeColumn, target: Type): void {
  if (kindOf(target) !== 'date') {
    castOf({name: column.name, type: 'text', isNullable: true}, column)(text);
    return;
  }
  // The server knows more ways to write a date than are known here.
  if (!/^\s*\d{0,4}\s*$/.test(text)) return;
  const name = target.name.replace(' without time zone', '');
  throw invalidSyntax(name, text, '22007');
}

/** The type of an expression, of those that are values by themselves. */
function typeOf(sql: string): string | undefined {
  if (/^(now\(\)|current_timestamp(\(\d\))?)$/i.test(sql)) {
    return 'timestamp with time zone';
  }
  if (/^(true|false)$/i.test(sql)) return 'boolean';
  if (/^-?\d*\.\d+$/.test(sql)) return 'numeric';
  if (!/^-?\d+$/.test(sql)) return undefined;
  const digits = BigInt(sql);
  if (BigInt.asIntN(32, digits) === digits) return 'integer';
  return BigInt.asIntN(64, digits) === digits ? 'bigint' : 'numeric';
}

/** All numbers are cast to each other by themselves, and anything to a text. */
function isAssignable(source: Type, target: Type): boolean {
  const [from, to] = [source, target].map(type => {
    const kind = kindOf(type);
    return kind === 'integer' ? 'number' : kind;
  });
  return to === 'text' || from === to;
}
