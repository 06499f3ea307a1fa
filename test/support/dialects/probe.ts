import {setTimeout} from 'node:timers/promises';
import {Teller, type Told} from '../../../lib/testing/answer';

/** What is asked of a database, step by step. */
export interface Probe {
  readonly area: string;
  readonly title: string;
  run(place: Place): Promise<void>;
}

/** Makes the probes of an area. */
export function probes(
  area: string,
  all: Readonly<Record<string, (place: Place) => Promise<void>>>,
): Probe[] {
  return Object.entries(all).map(([title, run]) => ({area, title, run}));
}

/** A probe of which each step is a call on one table. */
export function onTable(
  properties: object,
  rows: readonly object[],
  steps: Readonly<Record<string, (model: any, place: Place) => unknown>>,
  settings: object = {},
): (place: Place) => Promise<void> {
  return async place => {
    const model = await place.table(properties, settings);
    for (const row of rows) await model.create(row);
    for (const [name, step] of Object.entries(steps)) {
      await place.step(name, () => step(model, place));
    }
  };
}

/** A statement that has no answer by then waits for a lock. */
const waitsAfterMs = 400;

/** Where a probe runs: a datasource, and names of its own. */
export class Place {
  readonly answers: Record<string, Told> = {};
  private readonly teller = new Teller();
  private readonly waiting: (() => Promise<void>)[] = [];
  private tables = 0;

  constructor(
    readonly dataSource: any,
    private readonly name: string,
  ) {}

  /** Defines a model. */
  define(properties: object, settings: object = {}): any {
    this.tables++;
    return this.redefine(`${this.name}t${this.tables}`, properties, settings);
  }

  /** Defines a model once more, otherwise. */
  redefine(name: string, properties: object, settings: object = {}): any {
    return this.dataSource.define(name, properties, {
      forceId: false,
      // The connector for PostgreSQL changes declarations of indexes.
      ...structuredClone(settings),
    });
  }

  /** Defines a model, and makes its table. */
  async table(properties: object, settings: object = {}): Promise<any> {
    const model = this.define(properties, settings);
    await this.dataSource.automigrate(model.modelName);
    return model;
  }

  /**
   * Starts a call that may wait for another one. Where it does, that is noted, and
   * what it comes to under `<name>, then` once `settle` is called.
   */
  async start(name: string, work: () => unknown): Promise<void> {
    const answering = this.teller.answer(work);
    const waits = {value: 'waits'} as const;
    const answer = await Promise.race([
      answering,
      setTimeout(waitsAfterMs, waits),
    ]);
    this.answers[name] = answer;
    if (answer !== waits) return;
    this.waiting.push(async () => {
      this.answers[`${name}, then`] = await answering;
    });
  }

  /** Waits for what has been waiting. */
  async settle(): Promise<void> {
    for (const each of this.waiting.splice(0)) await each();
  }

  /** Notes what a call comes to. */
  async step(name: string, work: () => unknown): Promise<void> {
    const answer = await this.teller.answer(work);
    this.answers[name] = answer;
  }
}

/** Runs a probe. What it fails with itself, its table was not made, is a step too. */
export async function answersOf(
  probe: Probe,
  number: number,
  dataSource: any,
): Promise<Record<string, Told>> {
  const place = new Place(dataSource, `${probe.area}${number}`);
  const {error} = (await new Teller().answer(() => probe.run(place))) as {
    error?: Told;
  };
  return error === undefined
    ? place.answers
    : {...place.answers, 'the probe itself': {error}};
}
