/** The program's name, as it is typed. */
export const program = 'loopback-connector-inmemory';

/** A command as users are told to type it; of files, a POSIX shell takes the path. */
export function commandLine(command: string, ...files: string[]): string {
  return ['npx', program, command, ...files.map(quoted)].join(' ');
}

function quoted(path: string): string {
  if (/^[\w./-]+$/.test(path)) return path;
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
