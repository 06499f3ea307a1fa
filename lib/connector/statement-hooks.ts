/** What the connector was asked for. */
export interface StatementCall {
  /** Its method that was called: `all`, `updateAll`, `beginTransaction`, `commit`. */
  readonly method: string;
  /** Empty where a transaction begins or ends. */
  readonly model: string;
  /** A filter, a where, an id, data: what the method is given between model and options. */
  readonly given: readonly unknown[];
  readonly options: object | undefined;
}

/** Why something that was asked for fails before it is done. */
export interface Failure {
  readonly error: Error;
  /** Whether the connection is lost with it, and the transaction that is on it. */
  readonly endsConnection?: boolean;
}

/** Asked before a statement is run whether it may be; it can take its time. */
export type Gate = (
  call: StatementCall,
) => Failure | undefined | Promise<Failure | undefined>;

/** Told of each statement before it is run, and by what it returns of the answer. */
export type Observer = (
  call: StatementCall,
) => ((error: Error | null, result: unknown) => void) | undefined;

type Answer = (error: Error | null, ...results: never[]) => void;

const none: readonly never[] = [];

/**
 * Who wants to know of statements, or has a say in them; mostly nobody. What is added
 * is called in its order, and is there until `remove` is called.
 */
export class StatementHooks {
  private gates: readonly Gate[] = none;
  private observers: readonly Observer[] = none;

  /** Whether there is nobody. */
  get areNone(): boolean {
    return this.gates.length === 0 && this.observers.length === 0;
  }

  /** Has a gate asked from now on. Returns what ends it. */
  addGate(gate: Gate): () => void {
    this.gates = [...this.gates, gate];
    return () => {
      this.gates = this.gates.filter(each => each !== gate);
    };
  }

  /** Has an observer told from now on. Returns what ends it. */
  addObserver(observer: Observer): () => void {
    this.observers = [...this.observers, observer];
    return () => {
      this.observers = this.observers.filter(each => each !== observer);
    };
  }

  /**
   * Has a statement run, with whose answer observers are told before the caller, as
   * soon as all gates have let it pass; `run` gets why it fails, if it does.
   */
  around<A extends Answer>(
    call: StatementCall,
    callback: A,
    run: (answer: A, failure: Failure | undefined) => void,
  ): void {
    const answer = this.observed(call, callback);
    const failure = this.failureOf(call, 0);
    if (!(failure instanceof Promise)) return run(answer, failure);
    failure.then(
      found => run(answer, found),
      (error: Error) => run(answer, {error}),
    );
  }

  private observed<A extends Answer>(call: StatementCall, callback: A): A {
    const told = this.observers.flatMap(observe => observe(call) ?? []);
    if (told.length === 0) return callback;
    const answer = (error: Error | null, ...results: never[]): void => {
      for (const tell of told) tell(error, results[0]);
      callback(error, ...results);
    };
    return answer as A;
  }

  private failureOf(call: StatementCall, from: number): ReturnType<Gate> {
    const {gates} = this;
    for (let i = from; i < gates.length; i++) {
      const found = gates[i]!(call);
      if (found instanceof Promise) {
        return found.then(failure => failure ?? this.failureOf(call, i + 1));
      }
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
