import { lineStartsOf, locationAt, placeAt, sourceLocation, sourceOf } from './position';

const text = 'ab\n\r\ncd\n';

describe('positions', () => {
  it('finds the line and column of every offset', () => {
    const starts = lineStartsOf(text);
    expect(starts).toEqual([0, 3, 5, 8]);
    const places = Array.from({ length: text.length + 1 }, (_, offset) => placeAt(starts, offset));
    expect(places.map(({ line, column }) => `${line}:${column}`)).toEqual(['1:1', '1:2', '1:3', '2:1', '2:2', '3:1', '3:2', '3:3', '4:1']);
  });

  it('keeps to the text', () => {
    expect(locationAt('a.sql', text, 6, 1)).toEqual({ file: 'a.sql', line: 3, column: 2, length: 1 });
    expect(locationAt('a.sql', text, 99)).toEqual({ file: 'a.sql', line: 4, column: 1 });
    expect(locationAt('a.sql', text, -1)).toEqual({ file: 'a.sql', line: 1, column: 1 });
  });
});

describe('sourceOf', () => {
  const lines = {
    file: 'a.sql',
    marks: [
      [0, 10],
      [7, 17],
      [18, 27],
      [20, 12],
    ] as const,
  };

  it('advances with the source, and never past the mark that follows', () => {
    expect([0, 6, 7, 9, 17, 18, 19].map((offset) => sourceOf(lines, offset).offset)).toEqual([10, 16, 17, 19, 26, 27, 28]);
  });

  it('follows a loop back', () => {
    expect(sourceOf(lines, 21)).toEqual({ file: 'a.sql', offset: 13 });
  });

  it('knows the file of each mark, and bounds an offset by marks of the same file only', () => {
    const joined = {
      file: 'a.sql',
      marks: [
        [0, 30, 'b.sql'],
        [10, 40],
        [15, 42],
      ] as const,
    };
    expect([0, 9, 10, 14].map((offset) => sourceOf(joined, offset))).toEqual([
      { file: 'b.sql', offset: 30 },
      { file: 'b.sql', offset: 39 },
      { file: 'a.sql', offset: 40 },
      { file: 'a.sql', offset: 41 },
    ]);
    expect(sourceLocation(joined, (file) => (file === 'a.sql' ? text : undefined), 3)).toBeUndefined();
  });

  it('places the offset in the source text', () => {
    expect(sourceLocation({ file: 'a.sql', marks: [[0, 5]] }, () => text, 1)).toEqual({ file: 'a.sql', line: 3, column: 2 });
    expect(sourceLocation({ file: 'a.sql', marks: [] }, () => text, 1)).toEqual({ file: 'a.sql', line: 1, column: 2 });
  });
});
