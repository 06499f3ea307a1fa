import {optionalPackage} from './optional';
import type {Observed, Part} from './part';

type Labels = Readonly<Record<string, string>>;

/** What is used of `prom-client`. */
interface PromClient {
  readonly register: {
    getSingleMetric(name: string): object | undefined;
    removeSingleMetric(name: string): void;
  };
  readonly Histogram: new (options: object) => Histogram;
  readonly Counter: new (options: object) => Counter;
  readonly Gauge: new (options: object) => Gauge;
}

interface Histogram {
  observe(labels: Labels, value: number): void;
}
interface Counter {
  inc(labels: Labels): void;
}
interface Gauge {
  set(labels: Labels, value: number): void;
  reset(): void;
}

/** From ten microseconds to ten seconds. */
const buckets = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10];

const names = {
  duration: 'inmemory_statement_duration_seconds',
  errors: 'inmemory_statement_errors_total',
  transactions: 'inmemory_open_transactions',
  rows: 'inmemory_rows',
} as const;

/** The datasources of which the gauges tell, in all applications of the process. */
const gauged = new Set<Observed>();

/**
 * Has the metrics of `@loopback/metrics` tell of statements, open transactions and rows;
 * undefined where it is not installed.
 */
export function metrics(): Part | undefined {
  const prom = optionalPackage('prom-client', '@loopback/metrics') as
    PromClient | undefined;
  if (prom === undefined) return undefined;
  return observed => {
    const {duration, errors} = registered(prom);
    gauged.add(observed);
    const datasource = observed.name;
    const {hooks} = observed.connector;
    const stop = hooks.addObserver(({method, model}) => {
      const labels = {datasource, model, method};
      return (error, _result, microseconds) => {
        duration.observe(labels, microseconds / 1e6);
        if (error !== null) errors.inc({...labels, code: codeOf(error)});
      };
    });
    return () => {
      stop();
      gauged.delete(observed);
      if (gauged.size > 0) return;
      for (const name of Object.values(names)) {
        prom.register.removeSingleMetric(name);
      }
    };
  };
}

/** The metrics in the registry, where others clear it, too. */
function registered(prom: PromClient): {
  readonly duration: Histogram;
  readonly errors: Counter;
} {
  const known = <T>(name: string, make: () => T): T =>
    (prom.register.getSingleMetric(name) as T | undefined) ?? make();
  const labelNames = ['datasource', 'model', 'method'];
  gauge(prom, names.transactions, {
    help: 'Transactions that are open in datasources of loopback-connector-inmemory',
    labelNames: ['datasource'],
    tell: ({connector, name}, set) =>
      set({datasource: name}, connector.statistics().openTransactions.length),
  });
  gauge(prom, names.rows, {
    help: 'Rows in the tables of datasources of loopback-connector-inmemory',
    labelNames: ['datasource', 'table'],
    tell: ({connector, name}, set) => {
      for (const {name: table, rows} of connector.statistics().tables) {
        set({datasource: name, table}, rows);
      }
    },
  });
  return {
    duration: known(names.duration, () => {
      const help = 'How long statements of loopback-connector-inmemory took';
      return new prom.Histogram({
        name: names.duration,
        help,
        labelNames,
        buckets,
      });
    }),
    errors: known(names.errors, () => {
      const help = 'Statements of loopback-connector-inmemory that failed';
      return new prom.Counter({
        name: names.errors,
        help,
        labelNames: [...labelNames, 'code'],
      });
    }),
  };
}

function gauge(
  prom: PromClient,
  name: string,
  {
    tell,
    ...options
  }: {
    readonly help: string;
    readonly labelNames: readonly string[];
    readonly tell: (
      observed: Observed,
      set: (labels: Labels, value: number) => void,
    ) => void;
  },
): void {
  if (prom.register.getSingleMetric(name) !== undefined) return;
  const made = new prom.Gauge({
    ...options,
    name,
    collect() {
      // Of tables that are gone nothing is told.
      made.reset();
      for (const observed of gauged) {
        // Before its file is open nobody knows.
        if (!observed.connector.isConnected) continue;
        tell(observed, (labels, value) => made.set(labels, value));
      }
    },
  });
}

function codeOf(error: Error): string {
  const {code} = error as {readonly code?: unknown};
  return typeof code === 'string' ? code : error.name;
}
