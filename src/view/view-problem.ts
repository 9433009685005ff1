import { viewProblemsShownMax } from '../../native-free-core/limits.js';
/** One thing that is wrong with a view file, and where. */
export interface ViewProblem {
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** Place in the view, as in `aggregations[1].time_window`; empty for the view as a whole. */
  readonly path: string;
  readonly file: string;
}

/** Columns of a source line that are printed around the place. */
const frameChars = 100;

/**
 * Each problem as `FILE:LINE:COLUMN: error: MESSAGE`, with its source line and a caret under the place.
 * @param text the view file's text, from which the source lines are taken
 */
export function formatViewProblems(
  problems: readonly ViewProblem[],
  text: string,
  paint: (part: 'place' | 'error' | 'caret', text: string) => string = (_part, plain) => plain,
): string {
  const lines = text.split(/\r\n|[\r\n]/);
  const blocks = problems.slice(0, viewProblemsShownMax).map(problem => {
    const place = paint('place', `${printable(problem.file)}:${problem.line}:${problem.column}:`);
    const head = `${place} ${paint('error', 'error:')} ${printable(problem.message)}`;
    const source = lines[problem.line - 1];
    if (source === undefined || source.trim() === '') return head;
    const { shown, caretAt } = excerpt(source, problem.column - 1);
    const gutter = String(problem.line).padStart(5);
    // Tabs stay tabs above the caret, so that it stands where the eye expects it.
    const indent = shown.slice(0, caretAt).replaceAll(/[^\t]/g, ' ');
    return `${head}\n${gutter} | ${shown}\n${' '.repeat(gutter.length)} | ${indent}${paint('caret', '^')}`;
  });
  const more = problems.length - viewProblemsShownMax;
  if (more > 0) blocks.push(`... and ${more} more`);
  return blocks.join('\n');
}

function excerpt(source: string, at: number): { shown: string; caretAt: number } {
  const start = source.length <= frameChars ? 0 : Math.max(0, at - Math.floor(frameChars / 2));
  return { shown: printable(source.slice(start, start + frameChars)), caretAt: at - start };
}

/** A view file may come from anywhere: what it holds must not steer the terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replaceAll(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/g, '\ufffd');
}
