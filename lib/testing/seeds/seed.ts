import {isPlainObject} from '../../base/objects';
import {inMemory} from '../../connector/in-memory';
import {noteSeeded} from '../seeded';
import {keepAsSeeded, restore, snapshot} from '../snapshot';
import {connected, type DataSourceLike} from '../watched-models';
import {activeValues} from './deterministic';
import {type ClockAndIds, GeneratedValues} from './generated-values';
import {refuseUnknownOptions} from '../arguments';
import {loadWriting} from './on-demand';
import type {NamedRows} from './seed-cache';
import {
  type PlainSource,
  type SeedFunction,
  type SeedSource,
  stepsOf,
} from './sources';

/** The ids of rows by the names that a seed gives them. */
// eslint-disable-next-line typescript/no-explicit-any -- of whichever type a model's id is
export type SeededIds = Readonly<Record<string, any>>;

export interface SeedOptions extends ClockAndIds {
  /** Whether progress is never shown. */
  readonly silent?: boolean;
}

/**
 * Writes the rows of a seed to a datasource, all or none, and has `reset` lead back to
 * what it holds then. Gives the ids of the rows that have names.
 *
 *   const {alice} = await seed(dataSource, {
 *     User: {alice: {name: 'Alice'}},
 *     Post: [{title: 'First', author: '@alice'}],
 *   });
 *
 * Rows are checked against their models before, and the first 20 mistakes told at once,
 * with file and line: INVALID_VALUE. The second time that the same rows are seeded to a
 * datasource that is empty and has the same models, it is given what came out the first
 * time, times and generated ids included; not where a model has operation hooks.
 * Fails with INVALID_SETTING on what is no seed, or no file of one.
 */
export async function seed<DS extends DataSourceLike>(
  dataSource: DS,
  source: SeedSource<DS>,
  options: SeedOptions = {},
): Promise<SeededIds> {
  const steps = stepsOf(source);
  refuseUnknownOptions('seed', options, ['now', 'ids', 'silent']);
  inMemory(dataSource);
  // Fails where a clock or ids cannot be.
  const isSet = options.now !== undefined || options.ids !== undefined;
  const how = {
    options,
    generated: isSet ? new GeneratedValues(options) : activeValues(dataSource),
  };
  await connected(dataSource);
  const before = snapshot(dataSource);
  const ids = new Map<string, unknown>();
  // A part that fails has written nothing itself, and others may have meanwhile.
  let hasWritten = false;
  try {
    for (const step of steps) {
      hasWritten ||= typeof step === 'function';
      const parts =
        typeof step === 'function' ? await called(step, dataSource) : [step];
      for (const part of parts) {
        const {writeSources} = loadWriting();
        addIds(ids, await writeSources(dataSource, part, how));
        hasWritten = true;
      }
    }
  } catch (error) {
    const {head} = inMemory(dataSource).database;
    if (hasWritten && head !== before.state.version) await restore(before);
    noteSeeded(dataSource, before.seeded);
    throw error;
  }
  keepAsSeeded(dataSource);
  return Object.fromEntries(ids);
}

function addIds(ids: Map<string, unknown>, named: NamedRows): void {
  for (const [name, {id}] of Object.entries(named)) ids.set(name, id);
}

/** What a function gives to be seeded; nothing where it has written rows itself. */
async function called(
  step: SeedFunction,
  dataSource: DataSourceLike,
): Promise<(readonly PlainSource[])[]> {
  const given = await step(dataSource);
  if (!isSource(given)) return [];
  const parts: (readonly PlainSource[])[] = [];
  for (const each of stepsOf(given)) {
    if (typeof each !== 'function') parts.push(each);
    else parts.push(...(await called(each, dataSource)));
  }
  return parts;
}

/** Whether it is a source, and not what a statement gives: rows or `{count: 1}`. */
function isSource(given: unknown): boolean {
  if (Array.isArray(given)) {
    return given.some(each => typeof each === 'function' || isSource(each));
  }
  if (typeof given === 'string') return true;
  return isPlainObject(given) && Object.values(given).some(isRows);
}

function isRows(value: unknown): boolean {
  return Array.isArray(value) || isPlainObject(value);
}
