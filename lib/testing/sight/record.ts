import type {InMemoryConnector} from '../../connector/connector';
import {inMemory} from '../../connector/in-memory';
import {numberOfTransaction} from '../../connector/statement-events';
import type {StatementCall, Tell} from '../../connector/statement-hooks';
import type {Version} from '../../database/database';
import {
  type Call,
  callUnderWay,
  connected,
  type DataSourceLike,
  Watch,
} from '../watched-models';
import {followPromises, Place} from './place';
import {Recorded, type RecordedStatement} from './recorded';
import {numberRequests, requestUnderWay} from './requests';

/** What ran while a function did. */
export interface Recording<T> {
  /** In the order in which they began. */
  readonly statements: readonly RecordedStatement[];
  /** What the function gave. */
  readonly result: T;
}

/** As `record` of sight-when-called.ts, with all that is known of the statements. */
export async function noted<DS extends DataSourceLike, T>(
  dataSource: DS,
  fn: (dataSource: DS) => T | Promise<T>,
): Promise<{readonly statements: readonly Recorded[]; readonly result: T}> {
  const connector = inMemory(dataSource);
  await connected(dataSource);
  const statements: Recorded[] = [];
  const ends = [
    noteCalls(dataSource),
    numberRequests(),
    followPromises(),
    connector.hooks.addObserver(call => note(call, connector, statements)),
  ];
  try {
    const result = await fn(dataSource);
    return {statements, result};
  } finally {
    for (const end of ends.toReversed()) end();
  }
}

function note(
  statement: StatementCall,
  connector: InMemoryConnector,
  statements: Recorded[],
): Tell {
  const answers = callUnderWay(places);
  const recorded = new Recorded({
    connector,
    statement,
    version: versionBefore(statement, connector),
    transaction: numberOfTransaction(statement.options, connector.database),
    place: (answers && places.get(answers)) ?? placeNow(),
    answers,
    request: requestUnderWay(),
  });
  statements.push(recorded);
  return (error, result, microseconds) =>
    recorded.end(error, result, microseconds);
}

function versionBefore(
  {model, options}: StatementCall,
  {explaining}: InMemoryConnector,
): Version | undefined {
  if (model === '') return undefined;
  try {
    return explaining.versionFor(options);
  } catch {
    // The statement fails with it.
    return undefined;
  }
}

function placeNow(): Place {
  return new Place(requestUnderWay() !== undefined);
}

/** From where the calls of methods of models came. */
const places = new WeakMap<Call, Place>();

/** One for all that record a datasource at the same time. */
const watches = new WeakMap<object, {readonly watch: Watch; users: number}>();

function noteCalls(dataSource: DataSourceLike): () => void {
  let shared = watches.get(dataSource);
  if (shared === undefined) {
    const told = (call: Call) => void places.set(call, placeNow());
    shared = {watch: new Watch(dataSource, {told}), users: 0};
    watches.set(dataSource, shared);
  }
  const {watch} = shared;
  shared.users++;
  return () => {
    if (--shared.users > 0) return;
    watches.delete(dataSource);
    watch.end();
  };
}
