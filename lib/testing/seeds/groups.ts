/**
 * Things in an order in which those come first that others need, those that need each
 * other in a circle together; otherwise in the given order (Tarjan's strongly
 * connected components). O(things and needs).
 */
export function groupsInOrder<T>(
  things: Iterable<T>,
  needsOf: (thing: T) => Iterable<T>,
): T[][] {
  const groups: T[][] = [];
  const numbers = new Map<T, number>();
  const lowest = new Map<T, number>();
  const open: T[] = [];
  const visit = (thing: T): number => {
    const number = numbers.size;
    numbers.set(thing, number);
    lowest.set(thing, number);
    open.push(thing);
    for (const needed of needsOf(thing)) {
      const isNew = !numbers.has(needed);
      const reached = isNew ? visit(needed) : numbers.get(needed)!;
      if (!isNew && !open.includes(needed)) continue;
      lowest.set(thing, Math.min(lowest.get(thing)!, reached));
    }
    const low = lowest.get(thing)!;
    if (low === number) groups.push(open.splice(open.indexOf(thing)));
    return low;
  };
  for (const thing of things) {
    if (!numbers.has(thing)) visit(thing);
  }
  return groups;
}
