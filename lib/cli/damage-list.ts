import type {Damage} from '../persistence/disk/damage';
import {count, harmless} from './terminal';

const maxShown = 20;

/** Damages for people: each with its place, the first ones of many. */
export function listDamages(damages: readonly Damage[]): string {
  const lines = damages.slice(0, maxShown).map(damage => {
    const {file, problem} = damage;
    return `  ${harmless(`${file}${placeIn(damage)}: ${problem}`)}`;
  });
  const more = damages.length - maxShown;
  if (more > 0) lines.push(`  and ${count(more, 'more')}`.replace(/s$/, ''));
  return lines.join('\n');
}

function placeIn({offset, line, column}: Damage): string {
  if (line !== undefined) return `, line ${line}, column ${column}`;
  return offset === undefined ? '' : `, byte ${offset}`;
}
