import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import type { FeatureView } from '../../native-free-core/feature-view.js';
import { viewBytesMax } from '../../native-free-core/limits.js';
import { MillraceError, systemCodeOf } from '../errors.js';
import { InvalidViewError } from './invalid-view-error.js';
import { parseFeatureView } from './parse-feature-view.js';
import type { ViewProblem } from './view-problem.js';

/**
 * @throws MillraceError `view_unreadable` where there is no such file, or it cannot be read
 * @throws InvalidViewError (`view_invalid`) where it is not a feature view
 */
export function loadFeatureView(file: string): FeatureView {
  const bytes = readBounded(file);
  if (bytes.length > viewBytesMax) {
    const message = `the view is larger than ${viewBytesMax} bytes`;
    throw new InvalidViewError(file, '', [{ message, line: 1, column: 1, path: '', file }]);
  }
  const text = new TextDecoder('utf-8').decode(bytes);
  if (!isUtf8(bytes)) throw new InvalidViewError(file, text, [badUtf8(bytes, file)]);
  const parsed = parseFeatureView(text, file);
  if (!parsed.ok) throw new InvalidViewError(file, text, parsed.problems);
  return parsed.view;
}

/** Up to one byte more than allowed, so that a pipe or a device cannot fill the memory. */
function readBounded(file: string): Buffer {
  const buffer = Buffer.alloc(viewBytesMax + 1);
  let length = 0;
  try {
    const descriptor = openSync(file, 'r');
    try {
      for (let got = -1; got !== 0 && length < buffer.length; length += got) {
        got = readSync(descriptor, buffer, length, buffer.length - length, null);
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return buffer.subarray(0, length);
}

function unreadable(file: string, cause: unknown): MillraceError {
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'it may not be read',
    EISDIR: 'it is a directory',
  };
  const code = systemCodeOf(cause) ?? '';
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new MillraceError('view_unreadable', `cannot read the feature view ${file}: ${reason}`, {
    domain: 'configuration',
    cause,
  });
}

function badUtf8(bytes: Buffer, file: string): ViewProblem {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { message: 'this is UTF-16; save the view as UTF-8', line: 1, column: 1, path: '', file };
  }
  let line = 1;
  let start = 0;
  for (;;) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed === -1 ? bytes.length : feed;
    const lineBytes = bytes.subarray(start, end);
    if (!isUtf8(lineBytes)) {
      const column = new TextDecoder().decode(lineBytes).indexOf('\ufffd') + 1;
      return { message: 'not UTF-8', line, column, path: '', file };
    }
    if (feed === -1) return { message: 'not UTF-8', line: 1, column: 1, path: '', file };
    start = feed + 1;
    line++;
  }
}
