import { sqlTokens, type SqlToken } from './sqlTokens';

/** What gives the time, in PostgreSQL and DuckDB: the words that stand without parentheses, and those that are functions. */
const TIME_WORDS: Readonly<Record<string, TimeKind>> = {
  current_timestamp: 'instant',
  current_date: 'date',
  current_time: 'time',
  localtimestamp: 'local',
  localtime: 'localTime',
};
const TIME_FUNCTIONS: Readonly<Record<string, TimeKind>> = {
  now: 'instant',
  clock_timestamp: 'instant',
  statement_timestamp: 'instant',
  transaction_timestamp: 'instant',
  get_current_timestamp: 'instant',
  today: 'date',
};
const RANDOM = new Set([
  'age',
  'current_setting',
  'currval',
  'lastval',
  'gen_random_bytes',
  'current_localtimestamp',
  'current_localtime',
  'random',
  'random_normal',
  'gen_random_uuid',
  'uuid',
  'uuidv4',
  'uuidv7',
  'nextval',
  'timeofday',
  'setseed',
]);

/** Who asks, and a part by chance: words without parentheses. */
const PLAIN = new Set(['current_user', 'session_user', 'tablesample']);
/** What PostgreSQL reads as a time when it is cast to one. */
const TIME_TEXTS = new Set(["'now'", "'today'", "'yesterday'", "'tomorrow'"]);

type TimeKind = 'instant' | 'date' | 'time' | 'local' | 'localTime';

/** The first word of `sql`, outside quotes and comments, that makes its answer depend on more than the tables it reads. */
export function volatileWord(sql: string): string | undefined {
  const tokens = [...sqlTokens(sql)].filter(({ kind }) => kind !== 'blank');
  return tokens.find(({ kind, text }, at) => {
    const word = text.toLowerCase();
    if (kind === 'quoted') return TIME_TEXTS.has(word);
    if (kind !== 'word') return false;
    if (Object.hasOwn(TIME_WORDS, word) || PLAIN.has(word)) return true;
    if (word === 'sample') return tokens[at - 1]?.text.toLowerCase() === 'using';
    return isCall(tokens, at) && (Object.hasOwn(TIME_FUNCTIONS, word) || RANDOM.has(word));
  })?.text;
}

/** `sql` at a time that stands still, in UTC; and how far each place after a change has moved, for maps of the text. */
export function frozen(
  sql: string,
  at: Date,
): { readonly sql: string; readonly moved: readonly (readonly [offset: number, by: number])[] } {
  const tokens = [...sqlTokens(sql)];
  const moved: (readonly [number, number])[] = [];
  let written = '';
  for (let index = 0; index < tokens.length; index += 1) {
    const { kind, text, start } = tokens[index]!;
    const word = text.toLowerCase();
    const call = kind === 'word' && Object.hasOwn(TIME_FUNCTIONS, word) ? endOfEmptyCall(tokens, index) : undefined;
    const time =
      call !== undefined ? TIME_FUNCTIONS[word] : kind === 'word' && Object.hasOwn(TIME_WORDS, word) ? TIME_WORDS[word] : undefined;
    if (time === undefined) {
      written += text;
      continue;
    }
    const last = call ?? index;
    written += literalOf(time, at);
    const end = tokens[last]!.start + tokens[last]!.text.length;
    moved.push([start + (end - start), written.length - end]);
    index = last;
  }
  return { sql: written, moved };
}

const isCall = (tokens: readonly SqlToken[], at: number): boolean => tokens[at + 1]?.text === '(';

/** The index of the parenthesis that closes a call without arguments, blanks aside. */
function endOfEmptyCall(tokens: readonly SqlToken[], at: number): number | undefined {
  const [open, close] = [at + 1, at + 2, at + 3, at + 4].filter((index) => tokens[index] !== undefined && tokens[index].kind !== 'blank');
  return open !== undefined && close !== undefined && tokens[open]!.text === '(' && tokens[close]!.text === ')' ? close : undefined;
}

function literalOf(kind: TimeKind, at: Date): string {
  const [date, time] = at.toISOString().slice(0, -1).split('T') as [string, string];
  switch (kind) {
    case 'instant':
      return `timestamp with time zone '${date} ${time}+00'`;
    case 'date':
      return `date '${date}'`;
    case 'time':
      return `time with time zone '${time}+00'`;
    case 'local':
      return `timestamp '${date} ${time}'`;
    case 'localTime':
      return `time '${time}'`;
  }
}
