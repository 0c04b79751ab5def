import type { Auditing, Check, Together } from '../core/check';
import type { Statement, TestStep } from '../core/plan';
import { comment, sqlText } from './planSql';

/** The audits of a step: the scan that some of them share, the others one by one, and what is done when one fails. */
export function auditLines(audits: readonly Check[], { together, abandon }: Auditing = {}): readonly string[] {
  return [
    ...(together === undefined ? [] : scanLines(together, 'audits')),
    ...audits.flatMap((check) => checkLines(check, 'audit', isMember(check, together))),
    ...(abandon === undefined
      ? []
      : [
          comment(
            `when an audit fails, in place of what follows: ${abandon.map(({ sql }) => sql).join('; ')}, to keep the rows that are wrong`,
          ),
        ]),
  ];
}

/** A test on published tables; the first of those that share a scan shows it. */
export function testLines({ check, together }: TestStep): readonly string[] {
  const isFirst = together?.members[0]?.id === check.id;
  return [
    ...(together !== undefined && isFirst ? scanLines(together, 'tests') : []),
    ...checkLines(check, 'test', isMember(check, together)),
  ];
}

const isMember = ({ id }: Check, together: Together | undefined): boolean => together?.members.some((member) => member.id === id) ?? false;

const scanLines = ({ statement, members, savepoint }: Together, word: 'audits' | 'tests'): readonly string[] => [
  ...(savepoint === undefined ? [] : [sqlText(savepoint[0])]),
  comment(`${word} in one scan: ${members.map(({ id }) => id).join(', ')}`),
  sqlText(statement),
];

/** A check with what would make it fail: an audit then rolls its step back, a test is reported. */
function checkLines(check: Check, word: 'audit' | 'test', inScan: boolean): readonly string[] {
  const { id, severity, errorIf, warnIf, strict, store = [], statement } = check;
  const error = severity === 'error' ? `fails if ${errorIf}, ` : '';
  const head = comment(`${word} ${id}: ${error}${strict ? 'fails' : 'warns'} if ${warnIf}${inScan ? ' (asked above)' : ''}`);
  const statements: readonly Statement[] = inScan ? [] : [...store, statement];
  return [head, ...statements.map(sqlText)];
}
