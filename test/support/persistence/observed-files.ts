import type {
  FileCalls,
  FileSystem,
} from '../../../lib/persistence/disk/file-system';

/** Told of a call before it is made, with its number; may throw. */
type BeforeCall = (
  number: number,
  name: keyof FileCalls,
  given: readonly unknown[],
) => void;

/** Files each call of which, those that end later too, `before` is told of. */
export function observed(files: FileSystem, before: BeforeCall): FileSystem {
  let number = 0;
  const observe = <Calls extends object>(calls: Calls): Calls =>
    new Proxy(calls, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return observe(member as object);
        return (...given: unknown[]): unknown => {
          before(++number, name as keyof FileCalls, given);
          return member.apply(target, given);
        };
      },
    });
  return observe(files);
}
