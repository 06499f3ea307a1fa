import {InMemoryError, show} from '../base/errors';
import {isObject} from '../base/objects';
import {
  type Database,
  isTransaction,
  type Transaction,
} from '../database/database';
import {DiscoveringConnector} from './discovering-connector';
import {kindOf} from './statement-filter';
import type {StatementCall, StatementHooks, Tell} from './statement-hooks';

/**
 * What is told of a statement once it has ended. Filters, ids and data are the
 * caller's own objects, not to be changed.
 */
export interface StatementEvent {
  /** The connector's method: `all`, `create`, `updateAll`, `beginTransaction`. */
  readonly method: string;
  /** Empty where a transaction begins or ends. */
  readonly model: string;
  readonly filter?: unknown;
  readonly where?: unknown;
  readonly id?: unknown;
  readonly data?: unknown;
  /** The number of its transaction, as errors and `statistics()` have it. */
  readonly transaction: number | undefined;
  /** How many rows one that reads gave; undefined for others, and for counts. */
  readonly rowsReturned: number | undefined;
  /** How many rows one that writes wrote or deleted; undefined for others. */
  readonly rowsAffected: number | undefined;
  /** How long it took, with its waits for locks. */
  readonly microseconds: number;
  /** What it failed with. */
  readonly error: Error | undefined;
}

/** Is told of statements. */
export type StatementListener = (event: StatementEvent) => void;

/**
 * Tells listeners of the statements of a connector. While there is none nothing is
 * asked to be told.
 */
class StatementEvents {
  private listeners: readonly {
    readonly listener: StatementListener;
    readonly isOnce: boolean;
  }[] = [];
  private stop: (() => void) | undefined;
  private readonly failing = new WeakSet<StatementListener>();

  constructor(
    private readonly hooks: StatementHooks,
    private readonly database: () => Database,
  ) {}

  add(listener: StatementListener, isOnce: boolean): void {
    this.listeners = [...this.listeners, {listener, isOnce}];
    this.stop ??= this.hooks.addObserver(call => this.tellOf(call));
  }

  /** Takes out the one that was added last. */
  remove(listener: StatementListener): void {
    const at = this.listeners.findLastIndex(each => each.listener === listener);
    if (at === -1) return;
    this.listeners = this.listeners.toSpliced(at, 1);
    if (this.listeners.length > 0) return;
    this.stop?.();
    this.stop = undefined;
  }

  private tellOf(call: StatementCall): Tell {
    // By the time of the answer the handle may know it no more.
    const transaction = numberOfTransaction(call.options, this.database());
    return (error, result, microseconds) => {
      const event = eventOf(call, {error, result, microseconds, transaction});
      const {listeners} = this;
      for (let i = 0; i < listeners.length; i++) {
        const {listener, isOnce} = listeners[i]!;
        if (isOnce) this.remove(listener);
        this.tell(listener, event);
      }
    };
  }

  private tell(listener: StatementListener, event: StatementEvent): void {
    try {
      listener(event);
    } catch (error) {
      if (this.failing.has(listener)) return;
      this.failing.add(listener);
      process.emitWarning(
        `A listener of loopback-connector-inmemory's statements failed: ${
          error instanceof Error ? error.stack : show(error)
        }`,
        {code: 'INMEMORY_LISTENER_FAILED'},
      );
    }
  }
}

/** The number of the transaction in a statement's options, if it is of a database. */
export function numberOfTransaction(
  options: object | undefined,
  database: Database,
): number | undefined {
  const {transaction} = (options ?? {}) as {readonly transaction?: unknown};
  return transaction === undefined
    ? undefined
    : numberOf(transaction, database);
}

function numberOf(handle: unknown, database: Database): number | undefined {
  if (!isObject(handle)) return undefined;
  // The database may be of another copy of the package, with a class of its own.
  const inner = (handle['connection'] ?? handle) as unknown as Transaction;
  return database.transactions.hasBegun(inner) ? inner.id : undefined;
}

/** What a statement came to. */
interface Outcome {
  readonly error: Error | null;
  readonly result: unknown;
  readonly microseconds: number;
  readonly transaction: number | undefined;
}

function eventOf(
  {given, method, model}: StatementCall,
  {error, microseconds, result, transaction}: Outcome,
): StatementEvent {
  const {
    gives,
    given: [first, second],
  } = kindOf(method);
  const isDone = error === null;
  return {
    method,
    model,
    filter: first === 'filter' ? given[0] : undefined,
    where: first === 'where' ? given[0] : undefined,
    id: first === 'id' ? given[0] : undefined,
    data: given[first === 'data' ? 0 : second === 'data' ? 1 : -1],
    transaction:
      method === 'beginTransaction' ? numberOfBegun(result) : transaction,
    rowsReturned: isDone && gives === 'read' ? rowsIn(result) : undefined,
    rowsAffected: isDone ? rowsAffected(gives, result) : undefined,
    microseconds,
    error: error ?? undefined,
  };
}

/** The number of the transaction that was begun. */
export function numberOfBegun(result: unknown): number | undefined {
  const connection = isObject(result) ? result['connection'] : undefined;
  return isTransaction(connection) ? connection.id : undefined;
}

/** How many rows what a statement gave is. */
export function rowsIn(result: unknown): number {
  if (Array.isArray(result)) return result.length;
  return result === null || result === undefined ? 0 : 1;
}

/** How many rows a statement wrote or deleted; undefined for one that only reads. */
export function rowsAffected(
  gives: ReturnType<typeof kindOf>['gives'],
  result: unknown,
): number | undefined {
  switch (gives) {
    case 'written':
      return rowsIn(result);
    case 'number':
      return Number(result);
    case 'either':
      return isObject(result) && result['isNew'] === true ? 1 : 0;
    default:
      return undefined;
  }
}

/** A connector that tells of its statements: `connector.on('statement', ...)`. */
export abstract class ListenedConnector extends DiscoveringConnector {
  abstract readonly hooks: StatementHooks;
  abstract readonly database: Database;
  private events: StatementEvents | undefined;

  /**
   * Has a listener told of each statement that begins from now on, once it has
   * ended and before its caller knows. A listener costs up to a microsecond for a
   * statement; while there is none, nothing. One that throws is reported once, as a
   * warning, and disturbs no statement. Fails with INVALID_SETTING on another event.
   */
  on(event: 'statement', listener: StatementListener): this {
    return this.listen(event, listener, false);
  }

  /** As {@link on}, for the next statement that ends. */
  once(event: 'statement', listener: StatementListener): this {
    return this.listen(event, listener, true);
  }

  /** Takes a listener out, the last time that it was added. */
  off(event: 'statement', listener: StatementListener): this {
    requireKnown('off', event, listener);
    this.events?.remove(listener);
    return this;
  }

  private listen(
    event: string,
    listener: StatementListener,
    isOnce: boolean,
  ): this {
    requireKnown(isOnce ? 'once' : 'on', event, listener);
    this.events ??= new StatementEvents(this.hooks, () => this.database);
    this.events.add(listener, isOnce);
    return this;
  }
}

function requireKnown(method: string, event: unknown, listener: unknown): void {
  const isKnown = event === 'statement';
  if (isKnown && typeof listener === 'function') return;
  const value = isKnown ? listener : event;
  throw new InMemoryError(
    'INVALID_SETTING',
    isKnown
      ? `connector.${method}('statement') wants a function, not ${show(value)}.`
      : `connector.${method}() knows no event ${show(value)}; there is 'statement'.`,
    {property: isKnown ? 'listener' : 'event', value},
  );
}
