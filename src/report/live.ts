import { createLogUpdate } from 'log-update';
import type { ReportContext, Reporter } from './context';
import { following } from './following';
import { regionText } from './region';
import { LINE_WIDTH } from './stepline';
import type { Every } from './timer';
import { transcriptOf } from './transcript';
import { DEFAULT_COLUMNS } from './width';

const MILLISECONDS_PER_FRAME = 80;
const DEFAULT_ROWS = 24;
const ROOM_FOR_BRACKETS = 24;
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
/** A terminal that knows these shows a frame at once; others ignore them. */
const FRAME_BEGINS = '\u001B[?2026h';
const FRAME_ENDS = '\u001B[?2026l';

/**
 * For a terminal: at the bottom what runs now, above it a permanent line per finished step; at the end the same closing as in a log.
 * One write per frame, however many events there were, so that thousands of short steps cost nothing. Permanent lines are wrapped by
 * the terminal itself and never touched again, so resizing spoils at most the frame on the screen.
 */
export function liveReporter(context: ReportContext, every: Every): Reporter {
  const { output, now, paint } = context;
  const run = following(now);
  const region = regionOn(() => ({ columns: output.columns || DEFAULT_COLUMNS, rows: output.rows || DEFAULT_ROWS }));
  let permanent: string[] = [];
  let tick = 0;
  let stop: (() => void) | undefined;
  let open = true;

  const draw = (text: string | undefined): void => {
    const lines = permanent.length > 0 ? `${permanent.join('\n')}\n` : '';
    permanent = [];
    const change = region.change(lines, text);
    if (change !== '') output.write(`${FRAME_BEGINS}${change}${FRAME_ENDS}`);
  };
  const frame = (): void => draw(run.total === 0 ? undefined : regionText(run, now(), (tick += 1), region.size(), paint));
  const close = (): void => {
    if (!open) return;
    open = false;
    stop?.();
    draw(undefined);
    if (stop) output.write(SHOW_CURSOR);
  };

  return {
    emit(event) {
      if (!open) return;
      const width = Math.min(LINE_WIDTH, Math.max(0, region.size().columns - ROOM_FOR_BRACKETS));
      if (event.type !== 'step.started') permanent.push(...transcriptOf(event, run, context, width));
      run.note(event);
      if (event.type === 'run.finished') return close();
      if (stop) return;
      output.write(HIDE_CURSOR);
      stop = every(MILLISECONDS_PER_FRAME, frame);
      frame();
    },
    close,
  };
}

/** The part of the screen that is drawn over, as the letters that change it. */
function regionOn(size: () => { readonly columns: number; readonly rows: number }) {
  let letters = '';
  // log-update asks no more of a stream than this; it gets no terminal of its own, so that a frame is one write
  const collector = {
    write: (text: string) => (letters += text),
    get columns() {
      return size().columns;
    },
    get rows() {
      return size().rows;
    },
  };
  const log = createLogUpdate(collector as unknown as NodeJS.WritableStream, { showCursor: true });
  return {
    size,
    /** Writes `above` over the region and draws it anew below, or takes it away when `text` is undefined. */
    change(above: string, text: string | undefined): string {
      letters = '';
      if (above !== '' || text === undefined) log.clear();
      letters += above;
      if (text !== undefined) log(text);
      return letters;
    },
  };
}
