import {runChild} from '../child';
import type {Target} from '../comparison';
import type {Outcome, Part, Request} from '../part';
import {table} from '../report';
import {single} from '../statistics';

const maxTimesArray = 1.3;
const bytesPerIndexEntry = 40;
const indexCounts = [0, 1, 3];

/** Bytes of heap for a row: in an array of plain objects, and stored. Each figure is from a process of its own. */
export const memory: Part = {
  name: 'memory',
  title: 'Memory',
  works: [],
  peers: [],
  async measure({rows, say}: Request): Promise<Outcome> {
    const bytesOf = (kind: string, indexes: number): number => {
      say(`weighing ${kind} with ${indexes} indexes`);
      return runChild('rows', [kind, `${indexes}`, `${rows}`]) as number;
    };
    const inArray = bytesOf('array', 0);
    const stored = indexCounts.map(indexes => {
      const allowed = maxTimesArray * inArray + bytesPerIndexEntry * indexes;
      return {indexes, bytes: bytesOf('inmemory', indexes), allowed};
    });
    const targets = stored.map(({indexes, bytes, allowed}): Target => ({
      work: `memory for a row with ${indexes} indexes`,
      measure: 'times 1.3 plain objects and 40 bytes for each index entry',
      measured: single(bytes / allowed),
      atMost: 1,
    }));
    const lines = stored.map(({indexes, bytes, allowed}) => [
      'inmemory',
      `${indexes}`,
      bytes.toFixed(0),
      allowed.toFixed(0),
    ]);
    return {
      targets,
      tables: [
        table(
          ['kept in', 'indexes', 'bytes of heap for a row', 'allowed'],
          [['array', '', inArray.toFixed(0), ''], ...lines],
        ),
      ],
    };
  },
};
