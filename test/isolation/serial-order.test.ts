import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import {defineModel, type Model} from '../support/connector/data-source';

/*
 * Random transactions at once at SERIALIZABLE. Those that commit must have got
 * the answers, and left the rows, of some order in which they run one after the
 * other: all orders are tried.
 */
interface Statement {
  readonly text: string;
  readonly run: (Model: Model, options: object) => Promise<unknown>;
  /** For how many turns of the event loop the next statement is put off. */
  readonly pause: number;
}

/** A transaction that has committed: its statements and what they answered. */
interface Committed {
  readonly statements: readonly Statement[];
  readonly answers: readonly string[];
}

const historyCount = 150;
const transactionCount = 4;

type Below = (limit: number) => number;

/** Numbers that look random, the same ones for the same seed. */
function randomOf(seed: number): Below {
  let state = seed * 7919 + 1;
  return limit => {
    // Numerical Recipes' linear congruential generator.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function randomStatement(below: Below): Statement {
  const [id, a, v] = [1 + below(5), below(5), below(6)];
  const runs: [string, Statement['run']][] = [
    [`find v > ${a}`, (M, o) => M.find({where: {v: {gt: a}}, order: 'id'}, o)],
    [`count v < ${a}`, (M, o) => M.count({v: {lt: a}}, o)],
    [`findById ${id}`, (M, o) => M.findById(id, {}, o)],
    [`exists ${id}`, (M, o) => M.exists(id, o)],
    ['find the last id', (M, o) => M.find({order: 'id DESC', limit: 1}, o)],
    ['find the greatest v', (M, o) => M.find({order: 'v DESC', limit: 1}, o)],
    [`set v = ${v} of ${id}`, (M, o) => M.updateAll({id}, {v}, o)],
    [
      `set v = ${v} where v < ${a}`,
      (M, o) => M.updateAll({v: {lt: a}}, {v}, o),
    ],
    [`delete ${id}`, (M, o) => M.destroyById(id, o)],
    [`delete v = ${a}`, (M, o) => M.destroyAll({v: a}, o)],
    [`create ${id}`, (M, o) => M.create({id, v}, o)],
    [`upsert ${id}`, (M, o) => M.upsert({id, v}, o)],
    [
      `findOrCreate v = ${a}`,
      (M, o) => M.findOrCreate({where: {v: a}}, {id: id + 10, v: a}, o),
    ],
  ];
  const [text, run] = runs[below(runs.length)]!;
  return {text, run, pause: below(3)};
}

async function openRows(): Promise<Model> {
  const {Model} = defineModel('Test', {
    id: {type: Number, id: true},
    v: {type: Number, index: true},
  });
  await Model.createAll([{v: 1}, {v: 2}, {v: 3}]);
  return Model;
}

/** The answer as text; errors that end a transaction are thrown. */
async function answerTo(
  {run}: Statement,
  Model: Model,
  options: object,
): Promise<string> {
  try {
    return JSON.stringify(await run(Model, options));
  } catch (error) {
    const {code} = error as {code?: string};
    if (code === 'DUPLICATE_KEY') return code;
    throw error;
  }
}

/** Runs a transaction; resolves to undefined when it could not be committed. */
async function runAmongOthers(
  Model: Model,
  statements: readonly Statement[],
): Promise<Committed | undefined> {
  const transaction = await Model.beginTransaction('SERIALIZABLE');
  const answers: string[] = [];
  try {
    for (const statement of statements) {
      answers.push(await answerTo(statement, Model, {transaction}));
      for (let turn = 0; turn < statement.pause; turn++) await setImmediate();
    }
    await transaction.commit();
    return {statements, answers};
  } catch (error) {
    const {sqlState} = error as {sqlState?: string};
    assert.match(sqlState ?? String(error), /^(40001|40P01|25P02)$/);
    if (transaction.isActive()) await transaction.rollback();
    return undefined;
  }
}

/** Whether the transactions, in this order, answer the same and leave `rows`. */
async function isExplainedBy(
  order: readonly Committed[],
  rows: string,
): Promise<boolean> {
  const Model = await openRows();
  for (const {statements, answers} of order) {
    for (const [i, statement] of statements.entries()) {
      if ((await answerTo(statement, Model, {})) !== answers[i]) return false;
    }
  }
  return (await rowsOf(Model)) === rows;
}

async function rowsOf(Model: Model): Promise<string> {
  return JSON.stringify(await Model.find({order: 'id'}));
}

function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [i, first] of items.entries()) {
    for (const rest of permutations(items.toSpliced(i, 1))) {
      yield [first, ...rest];
    }
  }
}

function transcript(committed: readonly Committed[], rows: string): string {
  const lines = committed.map(({statements, answers}) =>
    statements.map(({text}, i) => `${text}: ${answers[i]}`).join('; '),
  );
  return [
    'no order of these transactions explains their answers and rows:',
    ...lines,
    rows,
  ].join('\n');
}

describe('SERIALIZABLE transactions at once', () => {
  it(`answer and leave what they would one after the other, in ${historyCount} random histories`, async () => {
    let sizes = 0;
    for (let seed = 0; seed < historyCount; seed++) {
      const below = randomOf(seed);
      const Model = await openRows();
      const plans = Array.from({length: transactionCount}, () =>
        Array.from({length: 1 + below(4)}, () => randomStatement(below)),
      );
      const committed = (
        await Promise.all(plans.map(plan => runAmongOthers(Model, plan)))
      ).filter(each => each !== undefined);
      const rows = await rowsOf(Model);
      let isExplained = false;
      for (const order of permutations(committed)) {
        isExplained ||= await isExplainedBy(order, rows);
        if (isExplained) break;
      }
      assert.ok(isExplained, `${seed}: ${transcript(committed, rows)}`);
      sizes += committed.length;
    }
    assert.ok(sizes > 2 * historyCount, 'too few have committed to tell');
  });
});
