import {alternate} from '../alternating';
import {runChild} from '../child';
import {modelQuestions} from '../model-questions';
import type {Outcome, Part, Request} from '../part';
import {durationText, numberText, table} from '../report';
import {ratios, spreadOf} from '../statistics';

/** After thirty other models a question must take no longer than this many times the same with one. */
const maxTimesOne = 1.15;
const maxProcesses = 5;
const maxRounds = 9;

type Times = Readonly<Record<string, number>>;

/** What the shapes of other models' rows cost: the same questions in processes that have seen them and that have not. */
export const models: Part = {
  name: 'models',
  title: 'After thirty other models',
  works: [],
  peers: [],
  async measure({rows, pace, say}: Request): Promise<Outcome> {
    const rounds = Math.min(pace.rounds, maxRounds);
    const numbers = [rows, rounds, pace.batchMs, pace.warmUpMs].map(String);
    const run = (count: string) => (): Times => {
      say(`asking with ${count} of the models`);
      return runChild('models', [count, ...numbers]) as Times;
    };
    const [one, thirty] = alternate(
      [run('one'), run('thirty')],
      Math.min(pace.rounds, maxProcesses),
    );
    const asked = modelQuestions.map(({name, description}) => {
      const [few, many] = [one!, thirty!].map(all =>
        all.map(times => times[name]!),
      );
      const measured = spreadOf(ratios(many!, few!));
      return {description, few: few!, many: many!, measured};
    });
    return {
      targets: asked.map(({description, measured}) => ({
        work: description,
        measure: 'times the same with one model, after thirty others were used',
        measured,
        atMost: maxTimesOne,
      })),
      tables: [
        table(
          ['work', 'contender', 'one model', 'thirty others', 'ratio'],
          asked.map(({description, few, many, measured}) => [
            description,
            'inmemory',
            durationText(spreadOf(few).median),
            durationText(spreadOf(many).median),
            `${numberText(measured.median)}x`,
          ]),
        ),
      ],
    };
  },
};
