import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/*
 * Golden files
 *
 * A golden file has inputs, each on a line of its own, and what they are to
 * answer, indented, below them. What begins with # is said to people; the first
 * line of a file says so what it shows, and is the title of its test.
 *
 *   # An equality is answered from an index.
 *   table City
 *   find {where: {country: 'DE'}}
 *     City: index country_index, keys "DE"
 *       rows examined 100, returned 100
 *
 * `npm test -- --update` writes the answers that the inputs have now: read the
 * difference before you commit it. So does UPDATE_GOLDEN=1.
 */

/** Answers the inputs of one file; '' where there is nothing to say. */
export type AnswerInputs = (
  inputs: readonly string[],
) => Promise<readonly string[]>;

/** An input, and the lines that it is to answer. */
export interface Entry {
  /** The line of the input, the first being 1. */
  readonly line: number;
  readonly input: string;
  readonly expected: readonly string[];
}

/** Where the paths of golden files begin: the root of the repository. */
const root = join(__dirname, '../../..');

const indent = '  ';

/** Makes a test of each golden file of a folder. Fails where there is none. */
export function describeGolden(folder: string, answer: AnswerInputs): void {
  const names = existsSync(join(root, folder))
    ? readdirSync(join(root, folder)).filter(name => name.endsWith('.txt'))
    : [];
  if (names.length === 0) throw new Error(`${folder} has no golden files.`);
  for (const name of names.toSorted()) {
    const file = join(folder, name);
    it(`${titleOf(file)} (${name})`, () => checkGolden(file, answer));
  }
}

/**
 * Compares what the inputs of a file answer with what it expects, or has it
 * expect that, where the environment asks for an update. The file is named
 * from the root of the repository.
 */
export async function checkGolden(
  file: string,
  answer: AnswerInputs,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const isUpdate = environment.UPDATE_GOLDEN === '1';
  if (isUpdate && environment.CI) {
    throw new Error(
      'Golden files are not updated in CI: what changes there, nobody reads.',
    );
  }
  const text = readGolden(file);
  const entries = parseGolden(file, text);
  const answers = await answer(entries.map(({input}) => input));
  assert.equal(answers.length, entries.length, 'each input has an answer');
  const found = answers.map(linesOf);
  if (found.every(lines => lines.length === 0)) {
    throw new Error(`No input of ${file} answers anything.`);
  }
  if (isUpdate) update(file, text, rewritten(text, entries, found));
  else compare(file, entries, found);
}

/** The inputs of a file, with what they are to answer. Fails without any. */
export function parseGolden(file: string, text: string): Entry[] {
  const entries: (Entry & {expected: string[]})[] = [];
  let last: (typeof entries)[number] | undefined;
  for (const [place, content] of text.split('\n').entries()) {
    const line = place + 1;
    if (content.startsWith(indent)) {
      if (last === undefined) {
        throw new Error(`${file}:${line}: an answer, but no input above it.`);
      }
      last.expected.push(content.slice(indent.length));
    } else if (isSpoken(content)) last = undefined;
    else entries.push((last = {line, input: content, expected: []}));
  }
  if (entries.length === 0) throw new Error(`${file} has no inputs.`);
  return entries;
}

/** Whether a line is neither an input nor an answer. */
function isSpoken(content: string): boolean {
  return content === '' || content.startsWith('#');
}

function titleOf(file: string): string {
  const [first = ''] = readGolden(file).split('\n');
  if (first.startsWith('# ')) return first.slice(2).replace(/\.$/, '');
  throw new Error(`${file}:1: no line that says what the file shows.`);
}

function readGolden(file: string): string {
  return readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n');
}

function linesOf(answer: string): string[] {
  if (answer === '') return [];
  const lines = answer.split('\n');
  // An empty line would be read as the end of the answer.
  assert.ok(!lines.includes(''), `an empty line in the answer ${answer}`);
  return lines;
}

/** The text of a file with other answers. */
function rewritten(
  text: string,
  entries: readonly Entry[],
  found: readonly (readonly string[])[],
): string {
  const foundAt = new Map(entries.map(({line}, i) => [line, found[i]!]));
  return text
    .split('\n')
    .flatMap((content, place) => {
      if (content.startsWith(indent)) return [];
      const answer = foundAt.get(place + 1) ?? [];
      return [content, ...answer.map(line => indent + line)];
    })
    .join('\n');
}

function update(file: string, text: string, now: string): void {
  if (now !== text) writeFileSync(join(root, file), now);
}

function compare(
  file: string,
  entries: readonly Entry[],
  found: readonly (readonly string[])[],
): void {
  const differences = entries.flatMap((entry, i) =>
    difference(file, entry, found[i]!),
  );
  if (differences.length === 0) return;
  throw new Error(
    [
      'Not the answers that are expected (-) but others (+).',
      ...differences,
      'If these are right, `npm test -- --update` writes them to the file.',
    ].join('\n'),
  );
}

/** Where an answer differs, with the lines that do; empty when it does not. */
function difference(
  file: string,
  {line, input, expected}: Entry,
  found: readonly string[],
): string[] {
  const alike = commonLength(expected, found);
  if (alike === expected.length && alike === found.length) return [];
  const alikeAtEnd = commonLength(
    expected.slice(alike).toReversed(),
    found.slice(alike).toReversed(),
  );
  const marked = (lines: readonly string[], mark: string) =>
    lines
      .slice(alike, lines.length - alikeAtEnd)
      .map(text => `${mark} ${indent}${text}`);
  return [
    '',
    `${file}:${line + 1 + alike}`,
    `  ${input}`,
    ...expected.slice(0, alike).map(text => `  ${indent}${text}`),
    ...marked(expected, '-'),
    ...marked(found, '+'),
    ...expected
      .slice(expected.length - alikeAtEnd)
      .map(text => `  ${indent}${text}`),
    '',
  ];
}

/** How many lines two lists have in common from the first on. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  const end = a.findIndex((text, i) => text !== b[i]);
  return end === -1 ? a.length : end;
}
