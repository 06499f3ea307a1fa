import type {Engine, Row} from './engine';
import {rangeLimit, type Fixture, type Item} from './fixture';

/** A question that is asked of every engine, and how fast the answer should be. */
export interface Question {
  readonly name: string;
  readonly description: string;
  /** Asks for operation number `index`; undefined of an engine that has no answer. */
  ask(engine: Engine, fixture: Fixture, index: number): unknown;
  /** What a right answer is, as {@link summaryOf} sums it up. */
  expected(fixture: Fixture, index: number): unknown;
  /** The most that our time may be as a multiple of another's: by the engine's name. */
  readonly targets: Readonly<Record<string, number>>;
  /** Whether the order of the rows matters. */
  readonly isOrdered?: boolean;
}

const sqlite = 'better-sqlite3';
const idsAsked = 100;
const pricesAsked = 100;
const pricesCounted = 10_000;
const lowStock = 2;
const prefixLength = 4;
const lastLetter = '~';

/** All questions, in the order of the table. */
export const questions: readonly Question[] = [
  {
    name: 'byId',
    description: 'by id',
    ask: (engine, fixture, index) => engine.byId(pick(fixture, index).id),
    expected: (fixture, index) => [pick(fixture, index).id],
    targets: {[sqlite]: 1},
  },
  {
    name: 'byCode',
    description: 'by a unique key',
    ask: (engine, fixture, index) => engine.byCode(pick(fixture, index).code),
    expected: (fixture, index) => [pick(fixture, index).id],
    targets: {[sqlite]: 1},
  },
  {
    name: 'range',
    description: `indexed range, order, limit ${rangeLimit}`,
    ask: (engine, fixture, index) =>
      engine.cheapest(lowPrice(fixture, index, rangeLimit), rangeLimit),
    expected: (fixture, index) => {
      const low = lowPrice(fixture, index, rangeLimit);
      return ids(fixture.itemByPrice.slice(low, low + rangeLimit));
    },
    targets: {[sqlite]: 0.5},
    isOrdered: true,
  },
  {
    name: 'composite',
    description: `composite index: equality, range, order, limit ${rangeLimit}`,
    ask: (engine, fixture, index) =>
      engine.cheapestOfGroup(...groupFrom(fixture, index), rangeLimit),
    expected: (fixture, index) => {
      const [group, price] = groupFrom(fixture, index);
      return ids(
        fixture.itemByPrice
          .filter(item => item.group === group && item.price >= price)
          .slice(0, rangeLimit),
      );
    },
    targets: {[sqlite]: 0.5},
    isOrdered: true,
  },
  {
    name: 'inq',
    description: `inq of ${idsAsked} ids`,
    ask: (engine, fixture, index) => engine.byIds(someIds(fixture, index)),
    expected: someIds,
    targets: {[sqlite]: 0.5},
  },
  {
    name: 'orUnique',
    description: '`or` of two indexed properties, 2 rows',
    ask: (engine, fixture, index) =>
      engine.byCodeOrPrice(
        pick(fixture, index).code,
        pick(fixture, index + 1).price,
      ),
    expected: (fixture, index) => [
      pick(fixture, index).id,
      pick(fixture, index + 1).id,
    ],
    targets: {[sqlite]: 1},
  },
  {
    name: 'orRanges',
    description: '`or` of two indexed properties, 200 rows',
    ask: (engine, fixture, index) => {
      const low = lowPrice(fixture, index, pricesAsked);
      const {group} = pick(fixture, index);
      return engine.byGroupOrPrices(group, low, low + pricesAsked);
    },
    expected: (fixture, index) => {
      const low = lowPrice(fixture, index, pricesAsked);
      const {group} = pick(fixture, index);
      return ids(
        fixture.items.filter(
          item =>
            item.group === group ||
            (item.price >= low && item.price < low + pricesAsked),
        ),
      );
    },
    targets: {[sqlite]: 0.5},
  },
  {
    name: 'scan',
    description: 'full scan, two conditions, 1 row of 1,000 matches',
    ask: engine => engine.inactiveBelow(lowStock),
    expected: fixture =>
      ids(fixture.items.filter(item => !item.isActive && item.stock < 2)),
    targets: {[sqlite]: 0.5, plain: 2},
  },
  {
    name: 'sort',
    description: `order without an index, limit ${rangeLimit}`,
    ask: engine => engine.firstByName(rangeLimit),
    expected: fixture =>
      ids(
        fixture.items
          .toSorted((left, right) => (left.name < right.name ? -1 : 1))
          .slice(0, rangeLimit),
      ),
    targets: {[sqlite]: 0.5},
    isOrdered: true,
  },
  {
    name: 'like',
    description: "like 'abc%' on an indexed property",
    ask: (engine, fixture, index) =>
      engine.byCodePrefix?.(prefixOf(fixture, index)),
    expected: idsOfPrefix,
    targets: {},
  },
  {
    name: 'prefixRange',
    description: "the same as a range, gte 'abc' and lt 'abc~'",
    ask: (engine, fixture, index) => {
      const prefix = prefixOf(fixture, index);
      return engine.byCodeRange?.(prefix, prefix + lastLetter);
    },
    expected: idsOfPrefix,
    targets: {},
  },
  {
    name: 'count',
    description: `count of ${pricesCounted.toLocaleString('en')} by an indexed range`,
    ask: (engine, fixture, index) => {
      const low = lowPrice(fixture, index, pricesCounted);
      return engine.countPrices(low, low + pricesCounted);
    },
    expected: fixture => Math.min(pricesCounted, fixture.items.length),
    targets: {[sqlite]: 0.5},
  },
  {
    name: 'exists',
    description: 'whether there is one, by a composite index',
    ask: (engine, fixture, index) => {
      const {group, price} = pick(fixture, index);
      return engine.hasPriceInGroup(group, price);
    },
    expected: () => true,
    targets: {[sqlite]: 2},
  },
  {
    name: 'skip',
    description: 'skip of half the rows in an index, limit 20',
    ask: (engine, fixture) =>
      engine.pageByPrice(fixture.items.length / 2, rangeLimit),
    expected: fixture => {
      const start = fixture.items.length / 2;
      return ids(fixture.itemByPrice.slice(start, start + rangeLimit));
    },
    targets: {[sqlite]: 0.5},
    isOrdered: true,
  },
  {
    name: 'fields',
    description: 'one of the fields of a composite index, 100 rows',
    ask: (engine, fixture, index) =>
      engine.pricesOfGroup(pick(fixture, index).group),
    expected: (fixture, index) => {
      const {group} = pick(fixture, index);
      const items = fixture.items.filter(item => item.group === group);
      return items.map(({price}) => price).sort(byNumber);
    },
    targets: {[sqlite]: 0.7},
  },
];

/** An answer as what can be compared: ids, prices where nothing else was asked for, or the answer itself. */
export function summaryOf(answer: unknown, {isOrdered}: Question): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  const rows = (Array.isArray(answer) ? answer : [answer]) as Row[];
  const keys = rows.map(row => (row['id'] ?? row['price']) as number);
  return isOrdered ? keys : keys.sort(byNumber);
}

/** What {@link summaryOf} must give. */
export function expectedOf(
  question: Question,
  fixture: Fixture,
  index: number,
): unknown {
  const expected = question.expected(fixture, index);
  if (!Array.isArray(expected) || question.isOrdered) return expected;
  return [...(expected as number[])].sort(byNumber);
}

function pick(fixture: Fixture, index: number): Item {
  return fixture.picks[index % fixture.picks.length]!;
}

/** A price from which on there are at least `count` rows. */
function lowPrice(fixture: Fixture, index: number, count: number): number {
  const highest = Math.max(0, fixture.items.length - count);
  return Math.min(pick(fixture, index).price, highest);
}

/** A group, and a price from which on it has the limit for most picks. */
function groupFrom(fixture: Fixture, index: number): [number, number] {
  const {group, price} = pick(fixture, index);
  return [group, Math.floor(price / 2)];
}

function someIds(fixture: Fixture, index: number): number[] {
  const found = new Set<number>();
  for (let next = index; found.size < idsAsked; next++) {
    found.add(pick(fixture, next).id);
  }
  return [...found];
}

function prefixOf(fixture: Fixture, index: number): string {
  return pick(fixture, index).code.slice(0, prefixLength);
}

function idsOfPrefix(fixture: Fixture, index: number): number[] {
  const prefix = prefixOf(fixture, index);
  return ids(fixture.items.filter(({code}) => code.startsWith(prefix)));
}

function ids(items: readonly Item[]): number[] {
  return items.map(({id}) => id);
}

function byNumber(left: number, right: number): number {
  return left - right;
}
