import { following } from './following';
import { paintOf } from './paint';
import { regionText } from './region';

const began = new Date(2026, 0, 2, 10, 1, 2);

function runOf(names: readonly string[]) {
  const run = following(() => began);
  run.note({ type: 'run.started', run: 'r', command: 'build', target: 'dev', threads: 4, found: {}, total: 9 });
  names.forEach((name, index) =>
    run.note({ type: 'step.started', step: { id: `model.${name}`, kind: 'model', name }, index: index + 1, total: 9, slot: 1 }),
  );
  return run;
}

const plain = (names: readonly string[], rows: number, columns = 80): string =>
  regionText(runOf(names), new Date(began.getTime() + 61_000), 0, { rows, columns }, paintOf(false));

test.each([
  [2, '0 of 9 done, 3 running'],
  [5, '0 of 9 done, 3 running'],
  [6, '… and 3 more\n0 of 9 done, 3 running'],
  [7, '⠋ sql model a  61.0s\n… and 2 more\n0 of 9 done, 3 running'],
  [8, '⠋ sql model a  61.0s\n⠋ sql model b  61.0s\n⠋ sql model c  61.0s\n0 of 9 done, 3 running'],
])('three steps in a terminal of %d rows', (rows, expected) => {
  expect(plain(['a', 'b', 'c'], rows)).toBe(expected);
});

test('no line is as wide as the terminal, whatever its letters', () => {
  expect(plain(['東京都庁舎の売上'], 24, 20)).toBe('⠋ sql model 東京都…\n0 of 9 done, 1 run…');
  expect(plain(['a'], 24, 1)).toBe('\n');
});

test('only the spinner and the last line are coloured', () => {
  expect(regionText(runOf(['a']), began, 3, { rows: 24, columns: 80 }, paintOf(true))).toBe(
    '\u001b[36m⠸\u001b[39m sql model a  0.0s\n\u001b[2m0 of 9 done, 1 running\u001b[22m',
  );
});
