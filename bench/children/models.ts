import {isDeepStrictEqual} from 'node:util';
import * as connector from 'loopback-connector-inmemory';
import {openConnector} from '../engines/connector';
import {generateItems, makeFixture} from '../fixture';
import {race} from '../harness';
import {modelQuestions} from '../model-questions';
import {expectedOf, summaryOf} from '../questions';
import {spreadOf} from '../statistics';

/**
 * Prints how many milliseconds some questions take: with so many rows, rounds, milliseconds for a batch and a warm-up,
 * after `thirty` models of other shapes were used, or with `one`.
 */
async function main(): Promise<void> {
  const [models, ...numbers] = process.argv.slice(2);
  const [rows, rounds, batchMs, warmUpMs] = numbers.map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const engine = await openConnector(connector, models === 'thirty');
  const fixture = makeFixture(rows);
  await engine.load([...generateItems(rows)]);
  const answers: Record<string, number> = {};
  for (const question of modelQuestions) {
    const perform = (index: number): unknown =>
      question.ask(engine, fixture, index);
    const answer = summaryOf(await perform(0), question);
    if (!isDeepStrictEqual(answer, expectedOf(question, fixture, 0))) {
      throw new Error(`${question.name} is answered wrongly.`);
    }
    const contender = {perform, maxBatch: Number.POSITIVE_INFINITY};
    globalThis.gc!();
    const [times] = await race([contender], {rounds, batchMs, warmUpMs});
    answers[question.name] = spreadOf(times!).median;
  }
  await engine.close();
  console.log(JSON.stringify(answers));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
