import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {Progress} from '../../lib/cli/progress';
import {Workplace} from '../support/cli/workplace';

/** A screen that keeps what is drawn, whose clock is set by hand. */
class Paper {
  readonly drawn: string[] = [];
  ms = 0;

  constructor(readonly isTerminal = true) {}

  write(text: string): void {
    this.drawn.push(text);
  }

  nowMs(): number {
    return this.ms;
  }
}

const wipe = '\r\x1b[K';

/** Draws a bar of so many calls, a millisecond each. */
function work(paper: Paper, calls: number, isSilent = false): void {
  const progress = new Progress(isSilent, paper);
  for (let done = 0; done < calls; done++) {
    paper.ms++;
    progress.bar('Working', done, calls);
  }
  progress.end();
}

describe('The progress bar', () => {
  it('shows how far the work is, and is wiped out at the end', () => {
    const paper = new Paper();
    work(paper, 1_025);
    assert.deepEqual(paper.drawn, [
      `${wipe}Working [###############---------------]  49 %`,
      `${wipe}Working [######################--------]  74 %`,
      `${wipe}Working [##############################]  99 %`,
      wipe,
    ]);
  });

  it('is not there for short work', () => {
    const paper = new Paper();
    work(paper, 250);
    assert.deepEqual(paper.drawn, []);
  });

  it('is not there where nobody looks', () => {
    const pipe = new Paper(false);
    work(pipe, 10_000);
    const forScripts = new Paper();
    work(forScripts, 10_000, true);
    assert.deepEqual([...pipe.drawn, ...forScripts.drawn], []);
  });

  it('says what is done where it cannot be told how far it is', () => {
    const paper = new Paper();
    const progress = new Progress(false, paper);
    progress.say('Reading', 1_000);
    progress.say('Reading', 100_000_000);
    progress.end();
    assert.deepEqual(paper.drawn, [`${wipe}Reading ...`, wipe]);
  });

  it('watches a file that grows', async () => {
    const place = new Workplace();
    const file = path.join(place.directory, 'growing');
    writeFileSync(file, 'x'.repeat(50));
    const paper = new Paper();
    const progress = new Progress(false, paper);
    paper.ms = 1_000;
    progress.watch('Writing', file, 100);
    while (paper.drawn.length === 0) await sleep(10);
    progress.end();
    place.remove();
    assert.match(paper.drawn[0]!, /Writing \[#{15}-{15}\] {2}50 %/);
  });
});
