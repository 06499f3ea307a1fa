import {InMemoryError} from '../base/errors';
import {inMemory} from '../connector/in-memory';
import {metrics} from './metrics';
import {hasPackage, optionalPackage} from './optional';
import type {Observed, Part} from './part';
import {spans} from './spans';

/** A binding of LoopBack, as far as it is used. */
interface Binding {
  readonly key: string;
  to(value: unknown): Binding;
  tag(name: string): Binding;
}

/** An application of LoopBack 4, as far as it is used. */
export interface ApplicationLike {
  bind(key: string): unknown;
  find(pattern: string): readonly {readonly key: string}[];
  get(key: string): Promise<unknown>;
  onStart(fn: () => Promise<void>): unknown;
  onStop(fn: () => void): unknown;
  subscribe(observer: {
    filter(binding: {readonly key: string}): boolean;
    observe(event: string, binding: {readonly key: string}): unknown;
  }): {unsubscribe(): void};
}

/**
 * A component of LoopBack 4 that tells of the datasources of an application which have
 * this connector, from its start to its stop, to whatever of these is installed:
 * spans to `@opentelemetry/api`, metrics to `@loopback/metrics`, and whether they answer
 * to `@loopback/health`. It has no configuration.
 *
 *   this.component(InMemoryComponent);
 */
export class InMemoryComponent {
  private readonly parts: readonly Part[];
  private readonly ends = new Map<Observed, readonly (() => void)[]>();
  private subscription: {unsubscribe(): void} | undefined;

  constructor(private readonly application: ApplicationLike) {
    this.parts = [spans(), metrics()].filter(part => part !== undefined);
    if (hasPackage('@loopback/health')) this.bindChecks();
    application.onStart(() => this.start());
    application.onStop(() => this.stop());
  }

  /** What `@loopback/health` asks. */
  private bindChecks(): void {
    for (const kind of ['live', 'ready']) {
      const binding = this.application.bind(`health.inmemory.${kind}`);
      (binding as Binding).to(() => this.ping()).tag(`health.${kind}Check`);
    }
  }

  private async ping(): Promise<void> {
    for (const {connector} of this.ends.keys()) {
      await new Promise<void>((resolve, reject) => {
        connector.ping(error => (error ? reject(error) : resolve()));
      });
    }
  }

  private async start(): Promise<void> {
    this.subscription = this.application.subscribe({
      filter: ({key}) => isDataSource(key),
      observe: (event, {key}) =>
        event === 'bind' ? this.observe(key) : undefined,
    });
    for (const {key} of this.application.find('datasources.*')) {
      await this.observe(key);
    }
  }

  private async observe(key: string): Promise<void> {
    const observed = await this.observed(key);
    if (observed === undefined) return;
    const {connector} = observed;
    const isKnown = [...this.ends.keys()].some(
      each => each.connector === connector,
    );
    if (isKnown) return;
    const ends = this.parts.map(part => part(observed));
    this.ends.set(observed, ends);
  }

  /** A datasource with this connector; undefined for others, and those that fail. */
  private async observed(key: string): Promise<Observed | undefined> {
    try {
      const dataSource = await this.application.get(key);
      const connector = inMemory(dataSource as {connector?: unknown});
      return {name: key.slice(prefix.length), connector};
    } catch {
      // Who uses it is told.
      return undefined;
    }
  }

  private stop(): void {
    this.subscription?.unsubscribe();
    for (const end of [...this.ends.values()].flat()) end();
    this.ends.clear();
  }
}

const prefix = 'datasources.';

/** Whether a key is that of a datasource, and not of its configuration. */
function isDataSource(key: string): boolean {
  return key.startsWith(prefix) && !key.includes(':') && !key.includes('$');
}

/** What is used of `@loopback/core`. */
interface Core {
  readonly CoreBindings: {readonly APPLICATION_INSTANCE: unknown};
  inject(
    key: unknown,
  ): (target: object, member: undefined, index: number) => void;
}

const core = optionalPackage('@loopback/core') as Core | undefined;
if (core === undefined) {
  throw new InMemoryError(
    'INVALID_SETTING',
    'loopback-connector-inmemory/component is a component for applications of ' +
      'LoopBack 4, and finds no @loopback/core: install it.',
    {property: 'component'},
  );
}
core.inject(core.CoreBindings.APPLICATION_INSTANCE)(
  InMemoryComponent,
  undefined,
  0,
);
