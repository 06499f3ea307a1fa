import {Deadline} from '../base/deadline';
import {InMemoryError, show} from '../base/errors';
import {nearest} from '../base/nearest';
import {isRecord} from '../base/objects';
import {type Random, randomFrom} from '../base/random';
import {inMemory} from '../connector/in-memory';
import {maxTimerMs} from '../connector/setting-rules';
import type {Gate, StatementCall} from '../connector/statement-hooks';
import type {FaultError, SchemaOf} from './fault-errors';
import type {FaultModel} from './fault-model';
import {loadFaults} from './on-demand';
import type {DataSourceLike} from './watched-models';

/** Methods of the connectors, of rows and of keys, by what users call them. */
const operations = {
  create: ['create', 'createAll'],
  find: ['all', 'find', 'get', 'ttl', 'iterateKeys'],
  count: ['count', 'exists'],
  update: ['update', 'updateAll', 'updateAttributes', 'expire'],
  replace: ['replaceById'],
  upsert: [
    'save',
    'updateOrCreate',
    'replaceOrCreate',
    'upsertWithWhere',
    'patchOrCreateWithWhere',
    'findOrCreate',
    'set',
  ],
  delete: ['destroy', 'destroyAll', 'delete', 'deleteAll'],
  begin: ['beginTransaction'],
  commit: ['commit'],
  rollback: ['rollback'],
} as const satisfies Record<string, readonly string[]>;

/** What a statement does; `read` and `write` are several of these, `any` is all. */
export type Operation = keyof typeof operations | 'read' | 'write' | 'any';

const groups: Readonly<Record<string, readonly (keyof typeof operations)[]>> = {
  read: ['find', 'count'],
  write: ['create', 'update', 'replace', 'upsert', 'delete'],
  any: Object.keys(operations) as (keyof typeof operations)[],
};

/** Which statements something is meant for; all where nothing is said. */
export interface FaultScope {
  readonly on?: Operation | readonly Operation[];
  /** The name of their model; transactions have none. */
  readonly model?: string;
}

export interface FaultOptions extends FaultScope {
  /** How many of them pass before it. Default 0. */
  readonly after?: number;
  /** How many fail then. Default 1; `Infinity` is all. */
  readonly times?: number;
  readonly error: FaultError;
}

export interface RateOptions extends FaultScope {
  /** The same seed makes the same ones fail. Default 1. */
  readonly seed?: number;
  /** Default `'ECONNRESET'`. */
  readonly error?: FaultError;
}

export interface LatencyOptions extends FaultScope {
  /** Default 0. */
  readonly minMs?: number;
  readonly maxMs: number;
  /** The same seed makes the same delays. Default 1. */
  readonly seed?: number;
}

/** Something that {@link Faults} does to statements. */
export interface Fault {
  /** How many statements it has failed or delayed. */
  readonly hits: number;
  /** Ends it. */
  remove(): void;
}

/** Kept from the start: a test's fake timers must not hold statements back. */
const later = setTimeout;

/**
 * Has statements of a datasource fail or take their time, from now on and until
 * {@link Faults.clear}; see {@link Faults}. Those of other datasources on the same
 * `store` or `file` go on as before.
 *
 * Fails with INVALID_SETTING where the datasource has another connector, and where
 * `NODE_ENV` is `production`.
 */
export function faults(dataSource: DataSourceLike): Faults {
  if (process.env['NODE_ENV'] === 'production') {
    throw new InMemoryError(
      'INVALID_SETTING',
      'faults() makes statements fail, and NODE_ENV is production: it is for ' +
        'tests only.',
      {property: 'NODE_ENV', value: 'production'},
    );
  }
  const connector = inMemory(dataSource);
  const known = made.get(connector);
  if (known !== undefined) return known;
  const faulty = new Faults({
    addGate: gate => connector.hooks.addGate(gate),
    hasModel: name => name in connector._models,
    schemaOf: model => {
      if (model === '') return undefined;
      const table = connector.tableOf(model);
      return connector.database.head.tables.get(table)?.schema;
    },
    timeoutMs: timeoutIn(connector.settings),
  });
  made.set(connector, faulty);
  return faulty;
}

const made = new WeakMap<object, Faults>();

/** What faults know of their datasource. */
interface Target {
  /** Has a gate asked from now on; gives what ends it. */
  readonly addGate: (gate: Gate) => () => void;
  readonly hasModel: (name: string) => boolean;
  readonly schemaOf: SchemaOf;
  /** How long a statement may take that says nothing else. */
  readonly timeoutMs: number | undefined;
}

/**
 * The failures and delays of a datasource. A statement that fails has changed nothing,
 * and its transaction is what it would be after that error: with errors of the network
 * the connection is lost, and the transaction with it; with a failed `commit` it is
 * rolled back. Errors have the shape of those of the database that is emulated.
 */
export class Faults {
  /** What ends those that are active. */
  private readonly active = new Set<() => void>();
  private lost: Fault | undefined;

  /** @internal */
  constructor(private readonly target: Target) {}

  /**
   * Has one statement fail, or some:
   *
   *   faults(db).fail({on: 'create', model: 'Order', after: 2, error: 'DEADLOCK'});
   *
   * Fails with INVALID_SETTING on options that cannot be.
   */
  fail(options: FaultOptions): Fault {
    const {after = 0, error, times = 1, ...scope} = requireOptions(options);
    requireCount('after', after, 0);
    requireCount('times', times, 1);
    const makeFailure = loadFaults().failureMaker(error);
    let left = after;
    return this.add(scope, (call, fault) => {
      if (left > 0) {
        left--;
        return undefined;
      }
      if (fault.hits >= times) return undefined;
      fault.hits++;
      return makeFailure(call, this.target.schemaOf);
    });
  }

  /** Has a part of the statements fail, from 0 to 1, by chance but always the same. */
  rate(part: number, options: RateOptions = {}): Fault {
    const {error = 'ECONNRESET', seed = 1, ...scope} = requireOptions(options);
    const isPart = typeof part === 'number' && part >= 0 && part <= 1;
    if (!isPart) {
      throw invalid('part', part, 'a number from 0 to 1');
    }
    const makeFailure = loadFaults().failureMaker(error);
    const random = randomFrom(seed);
    return this.add(scope, (call, fault) => {
      if (random() >= part) return undefined;
      fault.hits++;
      return makeFailure(call, this.target.schemaOf);
    });
  }

  /**
   * Has statements wait before they begin, in milliseconds, evenly spread. The wait
   * counts for their `statementTimeoutMs`.
   */
  latency(options: LatencyOptions): Fault {
    const {maxMs, minMs = 0, seed = 1, ...scope} = requireOptions(options);
    requireNumber('minMs', minMs, 0);
    requireNumber('maxMs', maxMs, minMs);
    if (maxMs > maxTimerMs) {
      throw invalid('maxMs', maxMs, `at most ${maxTimerMs}`);
    }
    const random: Random = randomFrom(seed);
    return this.add(scope, (call, fault) => {
      fault.hits++;
      const delayMs = minMs + random() * (maxMs - minMs);
      const timeoutMs = timeoutIn(call.options) ?? this.target.timeoutMs ?? 0;
      // Transactions begin and end without a limit.
      const isLimited = call.model !== '' && timeoutMs > 0;
      const isTooLong = isLimited && timeoutMs <= delayMs;
      const failure = isTooLong
        ? {error: new Deadline(timeoutMs).error()}
        : undefined;
      return new Promise(resolve => {
        later(resolve, isTooLong ? timeoutMs : delayMs, failure);
      });
    });
  }

  /**
   * Has all fail as where the database is not there any more, transactions that are
   * open included, until {@link reconnect}.
   */
  disconnect(): void {
    if (this.lost !== undefined) return;
    this.lost = this.fail({error: 'ECONNREFUSED', times: Infinity});
  }

  /** Ends what {@link disconnect} has begun. */
  reconnect(): void {
    this.lost?.remove();
    this.lost = undefined;
  }

  /** Ends all of it. */
  clear(): void {
    for (const end of this.active) end();
    this.lost = undefined;
  }

  private add(
    scope: FaultScope,
    act: (call: StatementCall, fault: {hits: number}) => ReturnType<Gate>,
  ): Fault {
    const {model, on, ...others} = scope as Record<string, unknown>;
    const [other] = Object.keys(others);
    if (other !== undefined) throw unknownOption(other);
    const methods = methodsOf(on);
    if (model !== undefined && typeof model !== 'string') {
      throw invalid('model', model, 'the name of a model');
    }
    const {addGate, hasModel} = this.target;
    const meant = model === undefined ? undefined : faultModel(model, hasModel);
    const fault = {hits: 0, remove: () => end()};
    const remove = addGate(call => {
      if (!methods.has(call.method)) return undefined;
      if (meant && !meant.isMeantBy(call.model)) return undefined;
      return act(call, fault);
    });
    const end = (): void => {
      if (!this.active.delete(end)) return;
      remove();
      meant?.end(fault.hits);
    };
    this.active.add(end);
    return fault;
  }
}

/* Loaded by who makes a fault: most test files import `faults`, and make none. */

function faultModel(
  name: string,
  isDefined: (name: string) => boolean,
): FaultModel {
  const {FaultModel: Model} = loadFaults();
  return new Model(name, isDefined);
}

/** How long a statement may take; a wrong option is refused when it is run. */
function timeoutIn(given: object | undefined): number | undefined {
  const {statementTimeoutMs} = (given ?? {}) as {
    statementTimeoutMs?: number | null;
  };
  return statementTimeoutMs ?? undefined;
}

function methodsOf(on: unknown): ReadonlySet<string> {
  const names = on === undefined ? ['any'] : Array.isArray(on) ? on : [on];
  if (names.length === 0) throw invalid('on', on, 'one operation at least');
  const methods = names.flatMap((name: unknown) => {
    const known = typeof name === 'string' && Object.hasOwn(groups, name);
    const each = known ? groups[name]! : [name as keyof typeof operations];
    return each.flatMap(operation => operationMethods(operation));
  });
  return new Set(methods);
}

function operationMethods(name: unknown): readonly string[] {
  const isKnown = typeof name === 'string' && Object.hasOwn(operations, name);
  if (isKnown) return operations[name as keyof typeof operations];
  const names = [...Object.keys(operations), ...Object.keys(groups)];
  const near = typeof name === 'string' ? nearest(name, names) : undefined;
  const hint = near === undefined ? '' : ` (did you mean '${near}'?)`;
  throw invalid('on', name, `one of ${names.join(', ')}${hint}`);
}

function requireNumber(name: string, value: unknown, least: number): void {
  const isNumber = typeof value === 'number' && value >= least;
  if (!isNumber) throw invalid(name, value, `a number from ${least} on`);
}

function requireCount(name: string, value: unknown, least: number): void {
  const isCount = Number.isInteger(value) || value === Infinity;
  if (isCount && (value as number) >= least) return;
  throw invalid(name, value, `a whole number from ${least} on, or Infinity`);
}

function requireOptions<Options extends FaultScope>(given: Options): Options {
  if (isRecord(given)) return given;
  throw new InMemoryError(
    'INVALID_SETTING',
    `A fault is said by an object, as in fail({on: 'create', error: 'DEADLOCK'}), ` +
      `and not by ${show(given)}.`,
    {property: 'fault', value: given},
  );
}

function unknownOption(name: string): InMemoryError {
  return new InMemoryError(
    'INVALID_SETTING',
    `A fault has no option ${show(name)}; there are on, model, error, after, ` +
      'times, seed, minMs and maxMs.',
    {property: name},
  );
}

function invalid(
  property: string,
  value: unknown,
  expected: string,
): InMemoryError {
  return new InMemoryError(
    'INVALID_SETTING',
    `${property} of a fault cannot be ${show(value)}; it must be ${expected}.`,
    {property, value},
  );
}
