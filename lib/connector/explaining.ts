import {Deadline} from '../base/deadline';
import type {Version} from '../database/database';
import type {Explanation} from '../query/explain';
import type {Filter} from '../query/query';
import type {BegunTransactions} from './begun-transactions';
import type {Connection} from './connection';
import type {Models} from './models';
import {filterOf} from './statement-filter';
import type {StatementCall} from './statement-hooks';

type Filtered = Filter | null | undefined;

/** Tells how queries are answered; nothing else comes to know of it. */
export class Explaining {
  constructor(
    private readonly connection: Connection,
    private readonly models: Models,
    private readonly transactions: BegunTransactions,
  ) {}

  /**
   * Explains a query as a statement with these options would be answered now. Fails
   * with INVALID_FILTER, STATEMENT_TIMEOUT, and as a transaction does that has ended.
   */
  explain(model: string, filter: Filtered, options?: object): Explanation {
    this.connection.requireConnected();
    const {statements, table} = this.models.stored(model);
    const {database} = this.connection;
    try {
      const {timeoutMs, transaction} = this.transactions.runOptions(options);
      return database.view(
        view => statements.explainQuery(view, table, filter),
        timeoutMs ? new Deadline(timeoutMs) : undefined,
        transaction && database.versionFor(transaction),
      );
    } catch (error) {
      throw this.models.told(error as Error, model);
    }
  }

  /** The version that a statement with these options would see now, to keep. */
  versionFor(options: object | undefined): Version {
    const {transaction} = this.transactions.runOptions(options);
    return this.connection.database.versionFor(transaction);
  }

  /** Explains a query on a version that was kept. Fails with INVALID_FILTER. */
  explainAt(version: Version, model: string, filter: Filtered): Explanation {
    const {statements, table} = this.models.stored(model);
    return this.connection.database.view(
      view => statements.explainQuery(view, table, filter),
      undefined,
      version,
    );
  }

  /**
   * How a query would be answered, as text, without answering it. Fails with
   * INVALID_FILTER, and as a transaction does that has ended.
   */
  planText(model: string, filter: Filtered, options?: object): string {
    const {statements, table} = this.models.stored(model);
    const {transaction} = this.transactions.runOptions(options);
    const {database} = this.connection;
    return database.view(
      view => statements.planText(view, table, filter),
      undefined,
      transaction && database.versionFor(transaction),
    );
  }

  /** The filter by which a statement finds rows. */
  filterOf(call: StatementCall): Filter | undefined {
    return filterOf(call, this.models.idNamesOf(call.model));
  }
}

export type {Explanation as RecordedPlan, Filter as RecordedFilter};
