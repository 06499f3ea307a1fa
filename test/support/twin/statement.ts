import {copyValue, show} from './show';
import {TwinError, type Filter, type Twin} from './twin';
import type {Row} from './value';

/** What each statement is given, in the order of the connector's arguments. */
export interface Operands {
  all: [filter: Filter];
  count: [where: Row | null];
  find: [id: unknown];
  exists: [id: unknown];
  create: [data: Row];
  createAll: [list: Row[]];
  updateAll: [where: Row | null, data: Row];
  updateAttributes: [id: unknown, data: Row];
  updateOrCreate: [data: Row];
  upsertWithWhere: [where: Row | null, data: Row];
  replaceById: [id: unknown, data: Row];
  replaceOrCreate: [data: Row];
  findOrCreate: [filter: Filter, data: Row];
  save: [data: Row];
  destroy: [id: unknown];
  destroyAll: [where: Row | null];
}

/** The name of a connector's method. */
export type Kind = keyof Operands;

/** One call of a connector. */
export type Statement = {
  [K in Kind]: {readonly kind: K; readonly operands: Operands[K]};
}[Kind];

/** What a statement answers: its results, or why it was refused. */
export type Answer =
  | {readonly results: readonly unknown[]}
  | {readonly statusCode: unknown; readonly code: unknown};

/** A connector as far as statements need it. */
export type AskedConnector = Record<
  Kind,
  (model: string, ...rest: unknown[]) => void
>;

/** A call as a reader would write it. */
export function showStatement({kind, operands}: Statement): string {
  return `${kind}(${(operands as unknown[]).map(show).join(', ')})`;
}

/** Whether a statement may change rows. */
export function isWrite({kind}: Statement): boolean {
  return !['all', 'count', 'find', 'exists'].includes(kind);
}

/** The twin's answer. */
export function askTwin(twin: Twin, {kind, operands}: Statement): Answer {
  try {
    const ask = twinAnswers[kind] as (
      twin: Twin,
      ...operands: unknown[]
    ) => unknown[];
    return {results: ask(twin, ...operands)};
  } catch (error) {
    if (!(error instanceof TwinError)) throw error;
    return {statusCode: error.statusCode, code: error.code};
  }
}

/** A connector's answer, and copies of the operands that it was given. */
export interface Asked {
  readonly answer: Answer;
  readonly given: readonly unknown[];
}

/** Asks a connector. It gets copies of the operands. */
export function askConnector(
  connector: AskedConnector,
  model: string,
  {kind, operands}: Statement,
): Promise<Asked> {
  const given = copyValue(operands) as unknown[];
  return new Promise(resolve => {
    connector[kind](
      model,
      ...given,
      {},
      (error: Refusal | null, ...results: unknown[]) => {
        const answer = error
          ? refusal(error)
          : {results: promised(kind, results)};
        resolve({answer, given});
      },
    );
  });
}

/** The ids of the rows that an answer speaks of. */
export function idsIn(kind: Kind, answer: Answer): unknown[] {
  if (!('results' in answer)) return [];
  const [first] = answer.results;
  if (kind === 'create') return [first];
  return [first].flat().map(row => (row as Row | null)?.['id']);
}

/** The results that LoopBack promises; built-in connectors hand on more. */
function promised(kind: Kind, results: unknown[]): unknown[] {
  return results.slice(0, /OrCreate|save|upsert/.test(kind) ? 2 : 1);
}

type Refusal = Error & {statusCode?: unknown; code?: unknown};

/** Only the code of a duplicate is fixed; elsewhere the status has to do. */
function refusal(error: Refusal): Answer {
  const {statusCode, code} = error;
  // Making the text of a stack takes longer than most statements.
  if (statusCode === undefined) return {statusCode: error.stack, code};
  return {statusCode, code: statusCode === 409 ? code : undefined};
}

const twinAnswers: {
  [K in Kind]: (twin: Twin, ...operands: Operands[K]) => unknown[];
} = {
  all: (twin, filter) => [twin.all(filter)],
  count: (twin, where) => [twin.count(where)],
  find: (twin, id) => [twin.find(id)],
  exists: (twin, id) => [twin.exists(id)],
  create: (twin, data) => [twin.create(data)['id']],
  createAll: (twin, list) => [twin.createAll(list)],
  updateAll: (twin, where, data) => [{count: twin.updateAll(where, data)}],
  updateAttributes: (twin, id, data) => [twin.updateAttributes(id, data)],
  updateOrCreate: (twin, data) => saved(twin.updateOrCreate(data)),
  upsertWithWhere: (twin, where, data) =>
    saved(twin.upsertWithWhere(where, data)),
  replaceById: (twin, id, data) => [twin.replaceById(id, data)],
  replaceOrCreate: (twin, data) => saved(twin.replaceOrCreate(data)),
  findOrCreate: (twin, filter, data) => {
    const {row, isNew} = twin.findOrCreate(filter, data);
    return [row, isNew];
  },
  save: (twin, data) => saved(twin.updateOrCreate(data)),
  destroy: (twin, id) => [{count: twin.destroy(id)}],
  destroyAll: (twin, where) => [{count: twin.destroyAll(where)}],
};

function saved({row, isNew}: {row: Row; isNew: boolean}): unknown[] {
  return [row, {isNewInstance: isNew}];
}

/** Changes everything inside a value that can be changed. */
export function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (value instanceof Date) value.setTime(1);
  else if (value instanceof Uint8Array) value.fill(1);
  else if (!(value instanceof RegExp)) {
    for (const inner of Object.values(value)) spoil(inner);
    if (Array.isArray(value)) value.push('spoilt');
    else if (!Object.isFrozen(value)) (value as Row)['spoilt'] = true;
  }
}
