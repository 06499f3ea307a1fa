/**
 * Places in a row are written as JSON pointers (RFC 6901): `/address/city`. In
 * the pointer of a column, `-` stands for every element of an array.
 */
export function childPointer(pointer: string, name: string): string {
  const token = /[~/]/.test(name)
    ? name.replaceAll('~', '~0').replaceAll('/', '~1')
    : name;
  return `${pointer}/${token}`;
}

/** The names on the way to a place. */
export function parsePointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What stands for every element of an array. */
export const everyElement = '-';
