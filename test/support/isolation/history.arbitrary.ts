import * as fc from 'fast-check';
import type {Row, Step, Where} from './naive-rows';

/** What a transaction is going to do. */
export interface TransactionPlan {
  readonly steps: readonly Step[];
  readonly end: 'commit' | 'rollback';
}

/** Rows and the transactions that are going to run over them at once. */
export interface HistoryPlan {
  readonly initial: readonly Row[];
  readonly transactions: readonly TransactionPlan[];
}

// Few ids, groups and codes, so that transactions meet each other.
const id = fc.integer({min: 1, max: 6});
const group = fc.integer({min: 0, max: 3});
const code = fc.option(fc.integer({min: 1, max: 5}), {freq: 2});

const groupRange: fc.Arbitrary<Where> = fc.oneof(
  group.map(group => ({group})),
  group.map(least => ({group: {gte: least}})),
  group.map(limit => ({group: {lt: limit}})),
  fc.tuple(group, group).map(([a, b]): Where => ({
    group: {between: [Math.min(a, b), Math.max(a, b)]},
  })),
);

const where: fc.Arbitrary<Where> = fc.oneof(
  {weight: 4, arbitrary: id.map(id => ({id}))},
  {weight: 4, arbitrary: groupRange},
  {weight: 1, arbitrary: fc.tuple(id, id).map(ids => ({id: {inq: ids}}))},
  {
    weight: 1,
    arbitrary: fc.integer({min: 1, max: 5}).map(code => ({code})),
  },
  // The values of the first rows begin at 1, those of writes at 101.
  {
    weight: 1,
    arbitrary: fc.constantFrom(2, 101, 103).map(gte => ({value: {gte}})),
  },
  {weight: 1, arbitrary: fc.constant({})},
);

/** Values are given out later, so that each is there once. */
const noValue = 0;

const change = fc.oneof(
  {weight: 3, arbitrary: fc.constant({value: noValue})},
  {weight: 2, arbitrary: fc.record({value: fc.constant(noValue), group})},
  {weight: 1, arbitrary: fc.record({value: fc.constant(noValue), code})},
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: where.map((where): Step => ({kind: 'find', where})),
  },
  {weight: 2, arbitrary: id.map((id): Step => ({kind: 'findById', id}))},
  {
    weight: 2,
    arbitrary: where.map((where): Step => ({kind: 'count', where})),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({where, change})
      .map((parts): Step => ({kind: 'update', ...parts})),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({id, group, code, value: fc.constant(noValue)})
      .map((row): Step => ({kind: 'create', row})),
  },
  {
    weight: 1,
    arbitrary: where.map((where): Step => ({kind: 'destroy', where})),
  },
);

const transaction: fc.Arbitrary<TransactionPlan> = fc.record({
  steps: fc.array(step, {minLength: 1, maxLength: 6, size: 'max'}),
  end: fc.oneof(
    {weight: 5, arbitrary: fc.constant('commit' as const)},
    {weight: 1, arbitrary: fc.constant('rollback' as const)},
  ),
});

const initial: fc.Arbitrary<readonly Row[]> = fc
  .tuple(
    fc.subarray([1, 2, 3, 4, 5], {minLength: 1}),
    fc.array(group, {minLength: 5, maxLength: 5}),
  )
  .map(([ids, groups]) =>
    ids.map((id, i) => ({
      id,
      group: groups[i]!,
      code: id > 3 ? null : id,
      value: i + 1,
    })),
  );

/** Plans of histories in which no two writes write the same value. */
export const historyPlan: fc.Arbitrary<HistoryPlan> = fc
  .record({
    initial,
    transactions: fc.array(transaction, {
      minLength: 2,
      maxLength: 5,
      size: 'max',
    }),
  })
  .map(withValues);

function withValues({initial, transactions}: HistoryPlan): HistoryPlan {
  let lastValue = 100;
  const withValue = (step: Step): Step => {
    const value = ++lastValue;
    if (step.kind === 'create') return {...step, row: {...step.row, value}};
    if (step.kind === 'update') {
      return {...step, change: {...step.change, value}};
    }
    lastValue--;
    return step;
  };
  return {
    initial,
    transactions: transactions.map(({steps, end}) => ({
      steps: steps.map(withValue),
      end,
    })),
  };
}
