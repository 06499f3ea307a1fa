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

/**
 * Told of the answer: what the statement itself gave, which may be less than what is
 * called back with, and how long it took, with its waits, but without what came
 * between its end and the answer.
 */
export type Tell = (
  error: Error | null,
  result: unknown,
  microseconds: number,
) => void;

/** Told of each statement before it is run, and by what it returns of the answer. */
export type Observer = (call: StatementCall) => Tell | undefined;

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
   * soon as all gates have let it pass; `run` gets why it fails, if it does, and
   * says whether the statement is done and only its answer comes later.
   */
  around<A extends Answer>(
    call: StatementCall,
    callback: A,
    run: (answer: A, failure: Failure | undefined) => boolean,
  ): void {
    const tells = this.tellsOf(call);
    if (tells.length === 0) return this.pass(call, callback, run);
    const begunAt = performance.now();
    let endedAt: number | undefined;
    const answer = (error: Error | null, ...results: never[]): void => {
      const milliseconds = (endedAt ?? performance.now()) - begunAt;
      for (let i = 0; i < tells.length; i++) {
        tells[i]!(error, results[0], milliseconds * 1_000);
      }
      callback(error, ...results);
    };
    this.pass(call, answer as A, (observed, failure) => {
      const isDone = run(observed, failure);
      if (isDone) endedAt = performance.now();
      return isDone;
    });
  }

  private tellsOf(call: StatementCall): Tell[] {
    const {observers} = this;
    const tells: Tell[] = [];
    for (let i = 0; i < observers.length; i++) {
      const tell = observers[i]!(call);
      if (tell !== undefined) tells.push(tell);
    }
    return tells;
  }

  private pass<A extends Answer>(
    call: StatementCall,
    callback: A,
    run: (answer: A, failure: Failure | undefined) => boolean,
  ): void {
    const failure = this.failureOf(call, 0);
    if (failure === undefined) return void run(callback, undefined);
    if (!(failure instanceof Promise)) return void run(callback, failure);
    failure.then(
      found => run(callback, found),
      (error: Error) => run(callback, {error}),
    );
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
