import {show} from '../base/errors';
import {unreachable} from '../base/assert';
import type {ColumnLimits} from './rules';
import type {Difference} from './diff';
import type {ForeignKey, IdGeneration, IndexDefinition, Swap} from './schema';

/** What a step of a migration does to a table, for people. */
export function differenceText(table: string, step: Difference): string {
  return 'column' in step
    ? columnText(`${table}.${step.column}`, step)
    : tableText(table, step);
}

type ColumnStep = Extract<Difference, {column: string}>;

function columnText(name: string, step: ColumnStep): string {
  switch (step.kind) {
    case 'add column':
      return `add column ${name} (${step.type})`;
    case 'drop column':
      return `drop column ${name}`;
    case 'rename column':
      return `rename column ${step.from} to ${name}`;
    case 'change type':
      return `change type of ${name} from ${step.from} to ${step.to}`;
    case 'change nested types':
      return `change types inside of ${name}`;
    case 'set required':
      return `set ${name} required`;
    case 'drop required':
      return `let ${name} be null`;
    case 'change limits':
      return `change limits of ${name} from ${limitsText(step.from)} to ${limitsText(step.to)}`;
    default:
      return unreachable(step);
  }
}

function limitsText(limits: ColumnLimits): string {
  return Object.keys(limits).length === 0 ? 'none' : show(limits);
}

type TableStep = Exclude<Difference, {column: string}>;

function tableText(table: string, step: TableStep): string {
  switch (step.kind) {
    case 'create table':
      return `create table ${table}`;
    case 'rename table':
      return `rename table ${step.from} to ${table}`;
    case 'change id':
      return `change id of ${table} from (${step.from.join(', ')}) to (${step.to.join(', ')})`;
    case 'change id generation':
      return `change how ids of ${table} are made from ${idsText(step.from)} to ${idsText(step.to)}`;
    case 'change type checks':
      return `change type checks of ${table} from ${step.from} to ${step.to}`;
    case 'change version':
      return `change version of ${table} from ${step.from ?? 'none'} to ${step.to ?? 'none'}`;
    case 'change former names':
      return `change former names in ${table} from ${swapsText(step.from)} to ${swapsText(step.to)}`;
    default:
      return accessText(table, step);
  }
}

function idsText(generation: IdGeneration): string {
  return generation === 'digits' ? 'number as text' : generation;
}

function swapsText(swaps: Readonly<Record<string, Swap>>): string {
  const texts = Object.entries(swaps).map(
    ([name, {from}]) => `${from} of ${name}`,
  );
  return texts.join(', ') || 'none';
}

type AccessStep = Extract<TableStep, {index: unknown} | {foreignKey: unknown}>;

function accessText(table: string, step: AccessStep): string {
  switch (step.kind) {
    case 'drop index':
      return `drop index ${step.index.name} of ${table}`;
    case 'add index':
      return `add ${indexText(step.index)} to ${table}`;
    case 'drop foreign key':
      return `drop foreign key ${step.foreignKey.name} of ${table}`;
    case 'add foreign key':
      return `add ${foreignKeyText(step.foreignKey)} to ${table}`;
    default:
      return unreachable(step);
  }
}

/** An index, for people. */
export function indexText({
  name,
  kind,
  keys,
  isUnique,
}: IndexDefinition): string {
  const unique = isUnique ? 'unique ' : '';
  const geo = kind === 'geo' ? 'geo ' : '';
  const paths = keys.map(({path, direction}) =>
    direction === 1 ? path : `${path} DESC`,
  );
  return `${unique}${geo}index ${name} (${paths.join(', ')})`;
}

/** A foreign key, for people. */
export function foreignKeyText(key: ForeignKey): string {
  const {name, parent, parentProperties, properties} = key;
  return (
    `foreign key ${name} (${properties.join(', ')}) to ` +
    `${parent} (${parentProperties.join(', ')})`
  );
}
