import {parseArgs} from 'node:util';
import {cases, type Case} from './cases';
import {peers} from './peers';
import type {Peer} from './store';

/** What the command line asks for. */
export interface Options {
  cases: readonly Case[];
  peers: readonly Peer[];
  /** Numbers of rows, ascending. */
  sizes: readonly number[];
  rounds: number;
  batchMs: number;
  /** Run each case for so long without comparing anything, for a profiler. */
  soakSeconds: number | undefined;
  isJson: boolean;
}

/** How to call the bench. */
export const usage = `node --expose-gc dist/bench/main.js [options]

  --only <case>     one of ${cases.map(({name}) => name).join(', ')}
  --peer <peer>     one of ${peers.map(({name}) => name).join(', ')}
  --rows <count>    how many rows: 1000, 10000 and 100000 unless told
  --rounds <count>  how many times each contender is timed (21)
  --batch <ms>      how long it is timed each time (50)
  --seconds <s>     compare nothing, run each case for so long (for a profiler;
                    5 when one peer is named)
  --json            answer JSON instead of a table
  --help            answer this text

--only, --peer and --rows may be given several times.`;

const defaultSizes = ['1000', '10000', '100000'];
const defaultSoakSeconds = 5;

/** Reads the command line; undefined when it asks for help; throws an Error with a sentence for the caller when it is not understood. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const {values} = parseArgs({
    args: [...argv],
    options: {
      only: {type: 'string', multiple: true},
      peer: {type: 'string', multiple: true},
      rows: {type: 'string', multiple: true, default: defaultSizes},
      rounds: {type: 'string', default: '21'},
      batch: {type: 'string', default: '50'},
      seconds: {type: 'string'},
      json: {type: 'boolean', default: false},
      help: {type: 'boolean', default: false},
    },
  });
  if (values.help) return undefined;
  const chosenPeers = choose('peer', peers, values.peer);
  return {
    cases: choose('case', cases, values.only),
    peers: chosenPeers,
    sizes: values.rows
      .map(text => positive('--rows', text))
      .sort((left, right) => left - right),
    rounds: positive('--rounds', values.rounds),
    batchMs: positive('--batch', values.batch),
    soakSeconds: soakSeconds(values.seconds, chosenPeers.length),
    isJson: values.json,
  };
}

function soakSeconds(
  text: string | undefined,
  peerCount: number,
): number | undefined {
  if (text !== undefined) return positive('--seconds', text);
  return peerCount === 1 ? defaultSoakSeconds : undefined;
}

function choose<Choice extends {name: string}>(
  kind: string,
  all: readonly Choice[],
  names: readonly string[] | undefined,
): readonly Choice[] {
  if (!names) return all;
  const known = all.map(({name}) => name);
  const unknown = names.find(name => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(`No ${kind} ${unknown}; there are ${known.join(', ')}.`);
  }
  return all.filter(({name}) => names.includes(name));
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new Error(`${option} takes a positive number, not ${text}.`);
}
