import {existsSync} from 'node:fs';
import path from 'node:path';
import {parseArgs} from 'node:util';
import type {Part} from './part';
import type {PlainRequest} from './part-process';
import {parts} from './parts';

/** What the command line asks for. */
export interface Options {
  readonly requests: readonly PartRequest[];
  readonly isJson: boolean;
}

/** A part to be measured, and how. */
export interface PartRequest {
  readonly part: Part;
  readonly request: PlainRequest;
}

/** How to call the bench. */
export const usage = `node --expose-gc dist/bench/main.js [options]

  --only <part>     one of the parts below, or a piece of its work: queries.scan
  --peer <peer>     one of the contenders below
  --size <rows>     how many rows where growth is measured, the fewest and the
                    most compared: 10000 and 1000000 unless told
  --rows <rows>     how many rows elsewhere (100000)
  --rounds <count>  how many times each contender is timed (11)
  --batch <ms>      how long it is timed each time (40)
  --seconds <s>     how long a contender runs that has no other beside it (5)
  --node <binary>   another Node.js for what is measured cold; also, separated as
                    in PATH, in the environment as BENCH_NODES
  --json            answer JSON instead of tables
  --help            answer this text

--only, --peer, --size and --node may be given several times.

${parts.map(describe).join('\n')}`;

const defaultSizes = ['10000', '1000000'];
const warmUpMs = 500;

/** Reads the command line; undefined when it asks for help; throws an Error with a sentence for the caller when it is not understood. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const {values} = parseArgs({
    args: [...argv],
    options: {
      only: {type: 'string', multiple: true},
      peer: {type: 'string', multiple: true},
      size: {type: 'string', multiple: true, default: defaultSizes},
      rows: {type: 'string', default: '100000'},
      rounds: {type: 'string', default: '11'},
      batch: {type: 'string', default: '40'},
      seconds: {type: 'string', default: '5'},
      node: {type: 'string', multiple: true, default: namedNodes()},
      json: {type: 'boolean', default: false},
      help: {type: 'boolean', default: false},
    },
  });
  if (values.help) return undefined;
  const shared = {
    peers: readPeers(values.peer),
    sizes: values.size
      .map(text => positive('--size', text))
      .sort((left, right) => left - right),
    rows: positive('--rows', values.rows),
    pace: {
      rounds: positive('--rounds', values.rounds),
      batchMs: positive('--batch', values.batch),
      soakSeconds: positive('--seconds', values.seconds),
      warmUpMs,
    },
    nodes: values.node.map(existing),
  };
  const requests = readWorks(values.only).map(({part, works}) => ({
    part,
    request: {...shared, works},
  }));
  return {requests, isJson: values.json};
}

/** The binaries of Node.js that the environment names. */
function namedNodes(): string[] {
  const paths = process.env['BENCH_NODES'] ?? '';
  return paths.split(path.delimiter).filter(each => each !== '');
}

function existing(file: string): string {
  if (existsSync(file)) return path.resolve(file);
  throw new Error(`--node takes the path of a binary; there is no ${file}.`);
}

function describe({name, works, peers}: Part): string {
  const lines = [works.join(', '), peers.join('; ')];
  return [name, ...lines.filter(line => line !== '')].join('\n    ');
}

function readPeers(
  names: readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  if (names === undefined) return undefined;
  const known = new Set(parts.flatMap(part => part.peers));
  const unknown = names.find(name => !known.has(name));
  if (unknown === undefined) return new Set(names);
  throw new Error(`No peer ${unknown}; there are ${[...known].join('; ')}.`);
}

interface ChosenWorks {
  readonly part: Part;
  readonly works: ReadonlySet<string> | undefined;
}

function readWorks(names: readonly string[] | undefined): ChosenWorks[] {
  if (names === undefined) {
    return parts.map(part => ({part, works: undefined}));
  }
  for (const name of names) checkWork(name);
  return parts.flatMap((part): ChosenWorks[] => {
    if (names.includes(part.name)) return [{part, works: undefined}];
    const prefix = `${part.name}.`;
    const works = names
      .filter(name => name.startsWith(prefix))
      .map(name => name.slice(prefix.length));
    return works.length > 0 ? [{part, works: new Set(works)}] : [];
  });
}

function checkWork(name: string): void {
  const [partName, work] = name.split('.');
  const part = parts.find(part => part.name === partName);
  if (!part) {
    const known = parts.map(({name}) => name).join(', ');
    throw new Error(`No part ${partName}; there are ${known}.`);
  }
  if (work !== undefined && !part.works.includes(work)) {
    const known = part.works.join(', ');
    throw new Error(`No ${work} in ${partName}; there are ${known}.`);
  }
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new Error(`${option} takes a positive number, not ${text}.`);
}
