import vm from 'node:vm';

/** The value of a JavaScript expression of a golden file, such as an object. */
export function literal(text: string): any {
  return vm.runInThisContext(`(${text})`);
}

/** The values of several objects with blanks between them. */
export function literals(text: string): any[] {
  return literal(`[${text.replaceAll('} {', '}, {')}]`);
}
