import type Handlebars from 'handlebars';
import { EtlxError, failure } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import { locationAt } from '../core/position';
import type { Template } from '../parse/template';
import type { Rendered } from './render';
import { ITEMS, MARK, OUT, type Program, programOf, type Site, VALUE } from './renderProgram';
import { valueOf } from './renderExpr';
import { marksFrom } from './renderMarks';
import { problemOf, recovered, type Scope, textOfValue } from './renderScope';

/** What etlx's three helpers find in Handlebars' data while a template is rendered. */
interface Frame {
  readonly program: Program;
  readonly scope: Scope;
  /** How many more turns its loops may make. */
  readonly turns: { left: number };
}

/** Loops in loops over short lists come to billions; a template that makes more turns than this is a mistake, or worse. */
const MOST_TURNS = 1_000_000;

interface HelperOptions {
  readonly data: { readonly etlx: Frame };
}

type Render = (context: object, options: object) => string;

/** Compiled templates, because a macro is rendered once for every call; a template that is not used any more takes its entry along. */
const compiled = new WeakMap<Template, { readonly program: Program; readonly render: Render }>();

/**
 * Renders a template with blocks or white-space control through Handlebars. Handlebars gets the blocks, the white space and the
 * iteration; every expression is evaluated by etlx, so nothing but own fields of plain data can be reached. Throws EtlxError.
 */
export function renderBlocks(template: Template, scope: Scope): Rendered {
  const { program, render } = compiledOf(template);
  const etlx: Frame = { program, scope, turns: { left: MOST_TURNS } };
  const marked = run(template, () => render(scope.variables, { data: { etlx }, ...NO_PROTOTYPES }));
  return unmarked(template, marked);
}

const NO_PROTOTYPES = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false };

function compiledOf(template: Template): { readonly program: Program; readonly render: Render } {
  const known = compiled.get(template);
  if (known !== undefined) return known;
  if (template.text.includes(MARK))
    throw failure(
      'template.syntax',
      { problem: 'it holds the character U+FDD0, which is no text' },
      locationAt(template.file, template.text, template.text.indexOf(MARK), 1),
    );
  const program = programOf(template);
  const render = run(template, () => {
    const own = engine();
    return own.compile<object>(program.source, {
      noEscape: true,
      strict: true,
      knownHelpers: { [OUT]: true, [VALUE]: true, [ITEMS]: true } as Partial<KnownHelpers> as KnownHelpers,
      knownHelpersOnly: true,
    });
  });
  const entry = { program, render };
  compiled.set(template, entry);
  return entry;
}

type KnownHelpers = NonNullable<NonNullable<Parameters<typeof Handlebars.compile>[1]>['knownHelpers']>;

/** A Handlebars of our own, with three helpers that evaluate the template's expressions by their number. */
function engine(): typeof Handlebars {
  // loaded at the first block: it costs 15 ms at start, and most commands and most projects never need it
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it at start, and render is not asynchronous
  const handlebars = (require('handlebars/dist/cjs/handlebars') as typeof Handlebars).create();
  /** A helper that reads the value of the expression whose number it is given; `otherwise` where that goes wrong and has been told. */
  const evaluating =
    <T>(otherwise: T, read: (value: TemplateValue, site: Site) => T) =>
    (...args: unknown[]): T => {
      const { data } = args.at(-1) as HelperOptions;
      const { program, scope } = data.etlx;
      const site = program.sites[args[0] as number]!;
      const heads = (head: string): TemplateValue | undefined => args[site.heads.indexOf(head) + 1] as TemplateValue | undefined;
      return recovered(scope, otherwise, () => read(valueOf(site.expr, scope, heads), site));
    };
  const items = evaluating<TemplateValue>([], (value, { expr }) => {
    // Handlebars would take an `each` over a text or a number for an empty list
    if (value !== null && typeof value !== 'object')
      throw failure(
        'template.render',
        { problem: `\`each\` needs a list or a mapping, found ${typeof value === 'string' ? 'text' : `a ${typeof value}`}` },
        expr.at,
      );
    return value;
  });
  handlebars.registerHelper({
    [VALUE]: evaluating<TemplateValue>(null, (value) => value),
    [OUT]: evaluating('', (value, { expr, offset }) => {
      const text = textOfValue(value, expr.at);
      if (text.includes(MARK))
        throw failure('template.render', { problem: 'the value holds the character U+FDD0, which is no text' }, expr.at);
      return `${MARK}${offset}${MARK}${text}`;
    }),
    [ITEMS]: (...args: unknown[]): TemplateValue => {
      const value = items(...args);
      const { program, turns } = (args.at(-1) as HelperOptions).data.etlx;
      turns.left -= Object.keys(value ?? {}).length;
      // thrown, not told: the rest of the template is not worth the time that it takes
      if (turns.left < 0)
        throw failure(
          'template.render',
          { problem: `its loops make more than ${MOST_TURNS} turns` },
          program.sites[args[0] as number]!.expr.at,
        );
      return value;
    },
  });
  return handlebars;
}

function run<T>(template: Template, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof EtlxError) throw error;
    throw failure('template.render', { problem: problemOf(error) }, { file: template.file, line: 1, column: 1 }, { cause: error });
  }
}

/** Takes the marks out of a rendered text. */
function unmarked({ file, start }: Template, marked: string): Rendered {
  const marks = marksFrom(start);
  const pieces = marked.split(MARK);
  let sql = pieces[0]!;
  for (let index = 1; index < pieces.length; index += 2) {
    marks.add(sql.length, Number(pieces[index]));
    sql += pieces[index + 1]!;
  }
  return { sql, lines: { file, marks: marks.all } };
}
