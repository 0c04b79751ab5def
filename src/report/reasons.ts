import type { Plan, Step } from '../core/plan';
import { relationName } from '../core/relation';
import { printable } from './printable';
import { counted, subjectOf } from './words';

/** What `etlx plan` prints: a line for each step that a run of what changed would do, or leave out, with the reason; then how many of each. */
export function reasonsText({ steps }: Plan): string {
  const told = steps.map(reasonOf);
  const count = (word: Word): number => told.filter((each) => each.word === word).length;
  const open = count('do if new');
  const summary = [
    `${counted(count('do'), 'step')} to do`,
    ...(open > 0 ? [`${counted(open, 'step')} to do if what ${open === 1 ? 'it reads' : 'they read'} brings new data`] : []),
    `${count('unchanged')} unchanged`,
  ].join(', ');
  return `${[...told.map(({ word, subject, reason }) => printable(`${word.padEnd(9)}  ${subject}${reason && `: ${reason}`}`)), summary].join('\n')}\n`;
}

type Word = 'do' | 'do if new' | 'unchanged';

interface Told {
  readonly word: Word;
  readonly subject: string;
  readonly reason: string;
}

function reasonOf(step: Step): Told {
  const subject = subjectOf({
    id: step.id,
    kind: step.kind,
    name: step.name,
    ...('relation' in step && { relation: relationName(step.relation) }),
    ...('materialized' in step && { materialized: step.materialized }),
  });
  if (step.unchanged !== undefined) return { word: 'unchanged', subject, reason: step.unchanged };
  if (step.kind === 'seed' && step.facts.content === undefined) return { word: 'unchanged', subject, reason: '' };
  if (step.compare !== undefined) return { word: 'do if new', subject, reason: '' };
  return { word: 'do', subject, reason: step.because ?? '' };
}
