import {unreachable} from '../base/assert';
import {Kind, kindOf} from '../value/compare';
import type {IdGeneration} from './schema';

/** Generated text ids: `id` and ten digits, so that they sort by creation. */
const textId = /^id(\d{10})$/;

/** Whether a value, as it is stored, can be one of those that identify a row. */
export function canBeId(value: unknown): boolean {
  const kind = kindOf(value);
  return kind > Kind.invalid && kind < Kind.array;
}

/** The id that stands for the `sequence`-th generated row. */
export function formatId(generation: IdGeneration, sequence: number): unknown {
  switch (generation) {
    case 'number':
    case 'sequence':
      return sequence;
    case 'digits':
      return String(sequence);
    case 'text':
      return `id${String(sequence).padStart(10, '0')}`;
    case 'none':
      return undefined;
    default:
      return unreachable(generation);
  }
}

/**
 * The least sequence number that comes after an id, so that generated ids jump
 * past explicit ones; 1 when the id is not of the generated form.
 */
export function sequenceAfter(generation: IdGeneration, id: unknown): number {
  const sequence = sequenceOf(generation, id);
  return sequence >= 1 && sequence < Number.MAX_SAFE_INTEGER
    ? Math.floor(sequence) + 1
    : 1;
}

function sequenceOf(generation: IdGeneration, id: unknown): number {
  if (generation === 'sequence') return Number.NaN;
  if (typeof id === 'number') return id;
  if (typeof id === 'bigint') return Number(id);
  if (typeof id !== 'string') return Number.NaN;
  if (generation === 'text') return Number(textId.exec(id)?.[1]);
  return generation === 'digits' && /^\d{1,15}$/.test(id)
    ? Number(id)
    : Number.NaN;
}
