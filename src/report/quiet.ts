import type { ReportContext, Reporter } from './context';
import { linesOf } from './frame';
import { problemOf } from './problems';

/** `--quiet`: what failed, the moment it fails, and nothing else. */
export function quietReporter(context: ReportContext): Reporter {
  const lines = linesOf(context.sources);
  return {
    emit(event) {
      if (event.type !== 'step.finished') return;
      const { status } = event.result;
      if (status === 'error' || status === 'fail') context.output.write(`${problemOf(event.result, lines, context).join('\n')}\n`);
    },
    close() {},
  };
}
