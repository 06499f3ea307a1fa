import vm from 'node:vm';

/** The value of a JavaScript expression of a golden file, such as an object. */
export function literal(text: string): any {
  return vm.runInThisContext(`(${text})`);
}
