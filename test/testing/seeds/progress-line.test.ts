import assert from 'node:assert/strict';
import type {Screen} from '../../../lib/base/screen';
import {ProgressLine} from '../../../lib/testing/seeds/progress-line';

function makeScreen(isTerminal = true) {
  const texts: string[] = [];
  const screen = {
    isTerminal,
    write: (text: string) => void texts.push(text.replace('\r\x1b[K', '')),
    timeMs: 0,
    nowMs: () => screen.timeMs,
  };
  return {screen: screen as Screen & {timeMs: number}, texts};
}

describe('The progress of a seed', () => {
  it('is drawn once it takes longer than a second, and wiped out', () => {
    const {screen, texts} = makeScreen();
    const progress = new ProgressLine(4000, false, screen);
    progress.add(1000);
    screen.timeMs = 1001;
    progress.add(1000);
    progress.end();
    assert.deepEqual(texts, [
      'Seeding [###############---------------] 2000 of 4000 rows',
      '',
    ]);
  });

  it('is not drawn where there is no terminal, or it is to be silent', () => {
    for (const [isTerminal, isSilent] of [
      [false, false],
      [true, true],
    ] as const) {
      const {screen, texts} = makeScreen(isTerminal);
      const progress = new ProgressLine(2, isSilent, screen);
      screen.timeMs = 5000;
      progress.add(1);
      progress.end();
      assert.deepEqual(texts, []);
    }
  });
});
