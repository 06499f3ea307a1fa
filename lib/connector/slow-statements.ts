import {show} from '../base/errors';
import type {Filter} from '../query/query';
import type {Explaining} from './explaining';
import type {InMemorySettings} from './settings';
import {shapeOf} from './statement-filter';
import type {StatementCall, StatementHooks} from './statement-hooks';

/** Of statements that differ in values only one is told of in such a time. */
const silenceMs = 60_000;

/** Of so many kinds it is remembered when they were told of. */
const maxShapes = 1_000;

/** When a kind of statement was told of last, and how many were slow since. */
interface Told {
  readonly at: number;
  untold: number;
}

/** Has statements warned of that take longer than the setting `slowMs`, if it is set. */
export function warnOfSlowStatements(
  {slowMs = 0}: InMemorySettings,
  hooks: StatementHooks,
  explaining: Explaining,
): void {
  if (slowMs === 0) return;
  const slow = new SlowStatements(slowMs, explaining);
  hooks.addObserver(call => (_error, _result, microseconds) => {
    if (microseconds >= slowMs * 1_000) slow.warnOf(call, microseconds / 1_000);
  });
}

class SlowStatements {
  private readonly told = new Map<string, Told>();

  constructor(
    private readonly slowMs: number,
    private readonly explaining: Explaining,
  ) {}

  warnOf(call: StatementCall, milliseconds: number): void {
    const filter = this.explaining.filterOf(call);
    const shape = shapeOf(call, filter);
    const before = this.told.get(shape);
    const now = Date.now();
    if (before !== undefined && now - before.at < silenceMs) {
      before.untold++;
      return;
    }
    this.told.delete(shape);
    this.told.set(shape, {at: now, untold: 0});
    if (this.told.size > maxShapes) this.forgetOldest();
    const others = before?.untold ?? 0;
    const lines = [
      `A statement took ${milliseconds.toFixed(1)} ms (slowMs is ${this.slowMs}): ` +
        `${nameOf(call)}(${filter === undefined ? '' : show(filter)})` +
        (others === 0 ? '' : `; so did ${others} more of its kind before it`),
      ...this.planOf(call, filter),
    ];
    process.emitWarning(lines.join('\n'), {code: 'INMEMORY_SLOW_STATEMENT'});
  }

  private forgetOldest(): void {
    const [oldest] = this.told.keys();
    if (oldest !== undefined) this.told.delete(oldest);
  }

  private planOf(
    {model, options}: StatementCall,
    filter: Filter | undefined,
  ): string[] {
    if (filter === undefined) return [];
    // Its transaction may be over, its filter no filter.
    for (const given of [options, undefined]) {
      try {
        return [this.explaining.planText(model, filter, given)];
      } catch {
        continue;
      }
    }
    return [];
  }
}

function nameOf({method, model}: StatementCall): string {
  return model === '' ? method : `${model}.${method}`;
}
