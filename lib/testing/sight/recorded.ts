import type {InMemoryConnector} from '../../connector/connector';
import type {RecordedFilter, RecordedPlan} from '../../connector/explaining';
import {
  numberOfBegun,
  rowsAffected,
  rowsIn,
} from '../../connector/statement-events';
import {kindOf, shapeOf} from '../../connector/statement-filter';
import type {StatementCall} from '../../connector/statement-hooks';
import type {Version} from '../../database/database';
import type {Call} from '../watched-models';
import type {Place} from './place';

/** A statement that ran while it was recorded. */
export interface RecordedStatement {
  /** Empty where a transaction begins or ends. */
  readonly model: string;
  /** The connector's method: `all`, `create`, `updateAll`, `beginTransaction`. */
  readonly method: string;
  /** What it answers: `City.findById`; undefined where the connector itself was called. */
  readonly call: string | undefined;
  /** How it finds rows; undefined for one that looks for none, such as `create`. */
  readonly filter: RecordedFilter | undefined;
  /** What it writes. */
  readonly data: unknown;
  /**
   * How the rows were found that it read or changed, on what there was before it.
   * Worked out when it is read; undefined where there is no filter, or a wrong one.
   */
  readonly plan: RecordedPlan | undefined;
  /** Rows, or entries of an index, that were looked at. From the plan. */
  readonly rowsExamined: number | undefined;
  /** How many rows it gave; undefined for one that gives none, and while it runs. */
  readonly rowsReturned: number | undefined;
  /** How many rows it wrote or deleted; undefined for one that only reads. */
  readonly rowsAffected: number | undefined;
  /** With its waits for locks; undefined where it has not ended. */
  readonly microseconds: number | undefined;
  /** The number of its transaction. */
  readonly transaction: number | undefined;
  readonly error: Error | undefined;
  /** The line of code from which it came: `src/cities.ts:12`. */
  readonly from: string | undefined;
}

/** What is noted of a statement before it runs. */
export interface Asked {
  readonly connector: InMemoryConnector;
  readonly statement: StatementCall;
  /** What it saw; undefined where its transaction is over. */
  readonly version: Version | undefined;
  readonly transaction: number | undefined;
  readonly place: Place;
  /** The call of a method of a model that it answers. */
  readonly answers: Call | undefined;
  /** The HTTP request in which it was made. */
  readonly request: number | undefined;
}

/** How a statement ended. */
interface Outcome {
  readonly error: Error | null;
  readonly result: unknown;
  readonly microseconds: number;
}

/** A statement that was noted, with what the assertions ask besides. */
export class Recorded implements RecordedStatement {
  readonly model: string;
  readonly method: string;
  readonly filter: RecordedFilter | undefined;
  private outcome: Outcome | undefined;
  private begun: number | undefined;
  private planned: {readonly plan: RecordedPlan | undefined} | undefined;

  constructor(readonly asked: Asked) {
    const {connector, statement} = asked;
    this.model = statement.model;
    this.method = statement.method;
    this.filter = connector.explaining.filterOf(statement);
  }

  /** Notes how it ended. */
  end(error: Error | null, result: unknown, microseconds: number): void {
    this.outcome = {error, result, microseconds};
    // Once it is over it is not known any more.
    if (this.method === 'beginTransaction') this.begun = numberOfBegun(result);
  }

  get call(): string | undefined {
    const {answers} = this.asked;
    return answers && `${answers.model}.${answers.method}`;
  }

  get data(): unknown {
    const {given, method} = this.asked.statement;
    const at = kindOf(method).given.indexOf('data');
    return at === -1 ? undefined : given[at];
  }

  get plan(): RecordedPlan | undefined {
    this.planned ??= {plan: this.explained()};
    return this.planned.plan;
  }

  private explained(): RecordedPlan | undefined {
    const {connector, version} = this.asked;
    if (this.filter === undefined || version === undefined) return undefined;
    try {
      return connector.explaining.explainAt(version, this.model, this.filter);
    } catch {
      // The statement has failed with it.
      return undefined;
    }
  }

  get rowsExamined(): number | undefined {
    const {plan} = this;
    // Where an index, or none, has the answer, its entries are not looked at one by one.
    const isKnown =
      this.method === 'count' && plan?.plan.residual.kind === 'always';
    return isKnown ? 0 : plan?.rowsExamined;
  }

  get rowsReturned(): number | undefined {
    return kindOf(this.method).gives === 'read' && this.isDone
      ? rowsIn(this.outcome?.result)
      : undefined;
  }

  get rowsAffected(): number | undefined {
    return this.isDone
      ? rowsAffected(kindOf(this.method).gives, this.outcome?.result)
      : undefined;
  }

  private get isDone(): boolean {
    return this.outcome !== undefined && this.outcome.error === null;
  }

  get microseconds(): number | undefined {
    return this.outcome?.microseconds;
  }

  get error(): Error | undefined {
    return this.outcome?.error ?? undefined;
  }

  get transaction(): number | undefined {
    return this.begun ?? this.asked.transaction;
  }

  get from(): string | undefined {
    return this.asked.place.from;
  }

  /** The same for statements that differ in values only. */
  get shape(): string {
    return shapeOf(this, this.filter);
  }

  /** The rows that it read. */
  get rows(): readonly Readonly<Record<string, unknown>>[] {
    const {result} = this.outcome ?? {};
    if (kindOf(this.method).gives !== 'read') return [];
    return (Array.isArray(result) ? result : [result]).filter(Boolean);
  }
}
