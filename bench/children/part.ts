import {requestFromJson} from '../part-process';
import {parts} from '../parts';

/** Prints what a part has measured; told by JSON which, and how. */
async function main(): Promise<void> {
  const {name, request} = requestFromJson(process.argv[2]!);
  const part = parts.find(part => part.name === name)!;
  const say = (message: string): void =>
    void process.stderr.write(`${message}\n`);
  console.log(JSON.stringify(await part.measure({...request, say})));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
