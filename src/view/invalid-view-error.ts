import { MillraceError } from '../errors.js';
import { formatViewProblems, type ViewProblem } from './view-problem.js';

/** A view file that can be read and is not a view. The message is one line; `problems` has them all. */
export class InvalidViewError extends MillraceError {
  constructor(
    readonly file: string,
    readonly text: string,
    readonly problems: readonly ViewProblem[],
  ) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super('view_invalid', `the feature view ${file} has ${count}`, { domain: 'configuration' });
    this.name = 'InvalidViewError';
  }

  /** All problems with their places and source lines. */
  format(paint?: Parameters<typeof formatViewProblems>[2]): string {
    return formatViewProblems(this.problems, this.text, paint);
  }
}
