import {questions, type Question} from './questions';

const copied = 1000;

/** Answers of so many rows that nothing but copying them counts. */
const copy: Question = {
  name: 'copy',
  description: `copy of rows, ${copied.toLocaleString('en')} in an indexed range`,
  ask: (engine, fixture) =>
    engine.cheapest(fixture.items.length / 2, copiedOf(fixture.items.length)),
  expected: ({items, itemByPrice}) => {
    const start = items.length / 2;
    return itemByPrice
      .slice(start, start + copiedOf(items.length))
      .map(({id}) => id);
  },
  targets: {},
  isOrdered: true,
};

function copiedOf(rows: number): number {
  return Math.min(copied, rows / 2);
}

/** What is asked with one model and with thirty. */
export const modelQuestions: readonly Question[] = [
  ...['scan', 'sort', 'byId'].map(name =>
    questions.find(question => question.name === name)!,
  ),
  copy,
];
