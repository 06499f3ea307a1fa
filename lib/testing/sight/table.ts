import {show} from '../../base/errors';
import type {RecordedStatement} from './recorded';

/** Of so many statements the table is shown in full. */
const maxRows = 30;

/** Longer statements are cut. */
const maxLength = 100;

const header = ['#', 'statement', 'plan', 'examined', 'rows', 'us', 'from'];

/** Statements as a table, one in a line, numbered as they ran. */
export function tableOf(statements: readonly RecordedStatement[]): string {
  if (statements.length === 0) return '  (none)';
  const shown = statements.slice(0, maxRows);
  const lines = [header, ...shown.map((each, i) => cellsOf(each, i + 1))];
  const widths = header.map((_, column) =>
    Math.max(...lines.map(cells => cells[column]!.length)),
  );
  const text = lines.map(cells =>
    `  ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`.trimEnd(),
  );
  const rest = statements.length - shown.length;
  return [...text, ...(rest > 0 ? [`  ... and ${rest} more`] : [])].join('\n');
}

function cellsOf(statement: RecordedStatement, number: number): string[] {
  const {microseconds, plan, rowsAffected, rowsExamined, rowsReturned} =
    statement;
  return [
    String(number),
    cut(textOf(statement)),
    plan?.accessPath ?? '',
    told(rowsExamined),
    told(rowsReturned ?? rowsAffected),
    microseconds === undefined ? '' : microseconds.toFixed(0),
    statement.from ?? '',
  ];
}

/** `City.find({"where":{"country":"CH"}})` */
export function textOf(statement: RecordedStatement): string {
  const {filter, method, model} = statement;
  if (model === '') return method;
  const given = filter === undefined ? '' : show(filter);
  return `${statement.call ?? `${model}.${method}`}(${given})`;
}

function cut(text: string): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

function told(count: number | undefined): string {
  return count === undefined ? '' : String(count);
}
