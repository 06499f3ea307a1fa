/**
 * Changing the arrays of a leaf in place, so that a write makes no garbage of
 * the size of a leaf, nor new arrays that live as long as the tree:
 *
 *   built at once     [a b d e]            no room: the arrays fit exactly
 *   c is entered      [a b c d e . . .]    new arrays, with room for 3 more
 *   f is entered      [a b c d e f . .]    in place
 *   a, b are removed  [c d e f . . . .]    in place, until there is much room
 *
 * V8 keeps what it has reserved for an array that becomes a little shorter, and
 * uses it when the array grows again. Where it did not, all would be right, and
 * take more memory or time.
 */

import type {Key} from './key-order';
import {isNoValues, Leaf} from './nodes';

/** `Leaf.room` of a leaf whose arrays another leaf has, too. */
const sharesBoth = -2;

/** `Leaf.room` of a leaf whose keys another leaf has, too. */
const sharesKeys = -1;

/** The entries for which new arrays have room, besides the one they are made for. */
const addedRoom = 3;

/** With more room than this, arrays are made anew to fit exactly. */
const maxRoom = 8;

/** A leaf with the same entries; its arrays are copied when it is changed. */
export function copyOfLeaf<V>({keys, values}: Leaf<V>, edit: number): Leaf<V> {
  return new Leaf(edit, keys, values, sharesBoth);
}

/** Puts an entry in between, before the one that is at the place. */
export function enterAt<V>(
  leaf: Leaf<V>,
  place: number,
  key: Key,
  value: V,
): void {
  const hasValues = !isNoValues(leaf.values);
  if (leaf.room < 0) {
    // Perhaps the next version copies them again: they fit exactly.
    leaf.keys = leaf.keys.toSpliced(place, 0, key);
    if (hasValues) leaf.values = leaf.values.toSpliced(place, 0, value);
    leaf.room = 0;
    return;
  }
  if (leaf.room > 0) {
    leaf.keys.push(key);
    if (hasValues) leaf.values.push(value);
    leaf.room--;
  } else {
    leaf.keys = withRoom(leaf.keys, key);
    if (hasValues) leaf.values = withRoom(leaf.values, value);
    leaf.room = addedRoom;
  }
  moveLastTo(leaf.keys, place);
  if (hasValues) moveLastTo(leaf.values, place);
}

/** A copy with one more item at its end, and room for some more. */
function withRoom<T>(items: readonly T[], last: T): T[] {
  const copy = items.toSpliced(items.length, 0, last, last, last, last);
  for (let i = 0; i < addedRoom; i++) copy.pop();
  return copy;
}

function moveLastTo(items: unknown[], place: number): void {
  const last = items.length - 1;
  const item = items[last];
  for (let i = last; i > place; i--) items[i] = items[i - 1];
  items[place] = item;
}

/** Puts an entry in the place of one with an equal key. */
export function overwriteAt<V>(
  leaf: Leaf<V>,
  place: number,
  key: Key,
  value: V,
): void {
  if (leaf.keys[place] !== key) {
    if (leaf.room < 0) leaf.keys = leaf.keys.with(place, key);
    else leaf.keys[place] = key;
  }
  if (leaf.room === sharesBoth) {
    leaf.values = leaf.values.with(place, value);
    leaf.room = sharesKeys;
  } else leaf.values[place] = value;
}

/** Takes an entry out. */
export function removeAt<V>(leaf: Leaf<V>, place: number): void {
  const hasValues = !isNoValues(leaf.values);
  if (leaf.room < 0 || leaf.room >= maxRoom) {
    leaf.keys = leaf.keys.toSpliced(place, 1);
    if (hasValues) leaf.values = leaf.values.toSpliced(place, 1);
    leaf.room = 0;
  } else {
    dropAt(leaf.keys, place);
    if (hasValues) dropAt(leaf.values, place);
    leaf.room++;
  }
}

function dropAt(items: unknown[], place: number): void {
  const last = items.length - 1;
  for (let i = place; i < last; i++) items[i] = items[i + 1];
  items.pop();
}
