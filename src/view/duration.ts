/**
 * Durations as people write them: `250ms`, `90s`, `10m`, `1h`, `7d`, combined from great to small as `1h30m`.
 */

const units = [
  { unit: 'd', ms: 86_400_000 },
  { unit: 'h', ms: 3_600_000 },
  { unit: 'm', ms: 60_000 },
  { unit: 's', ms: 1000 },
  { unit: 'ms', ms: 1 },
] as const;

const durationPattern = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

export type ParsedDuration =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly message: string };

/** The message continues a sentence that names the value's place: "`time_window` has no unit ...". */
export function parseDuration(text: string): ParsedDuration {
  const match = text === '' ? null : durationPattern.exec(text);
  if (match === null) return { ok: false, message: complaintAbout(text) };
  let ms = 0;
  for (const [index, { ms: unitMs }] of units.entries()) ms += Number(match[index + 1] ?? 0) * unitMs;
  if (!Number.isSafeInteger(ms)) return { ok: false, message: `is too long: ${text}` };
  return { ok: true, ms };
}

function complaintAbout(text: string): string {
  if (text.trim() === '') return 'is empty; write a duration such as `10m`';
  if (/^\d+$/.test(text)) {
    const hint = text === '0' ? '`0s`' : `\`${text}s\` for seconds, or another of ms, s, m, h, d`;
    return `has no unit: ${text}; write ${hint}`;
  }
  if (/^-/.test(text)) return `cannot be negative: ${text}`;
  if (durationPattern.test(text.toLowerCase())) {
    return `has a unit in upper case: ${text}; write \`${text.toLowerCase()}\``;
  }
  if (/\d[.,]\d/.test(text)) return `has a fraction: ${text}; write whole numbers, as in \`1h30m\``;
  const closed = text.replaceAll(/\s+/g, '');
  if (durationPattern.test(closed)) return `has a space in it: ${text}; write \`${closed}\``;
  if (/^(\d+(ms|s|m|h|d))+$/.test(text)) {
    return `names a unit twice or a small one before a great one: ${text}; write it as in \`1h30m\``;
  }
  return `is not a duration: ${text}; write it as in \`10m\`, \`1h30m\` or \`250ms\` (units d, h, m, s, ms)`;
}

/** The shortest form that `parseDuration` reads back: 5400000 is `1h30m`. */
export function formatDuration(ms: number): string {
  let rest = ms;
  let text = '';
  for (const { unit, ms: unitMs } of units) {
    const count = Math.floor(rest / unitMs);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * unitMs;
  }
  return text === '' ? '0s' : text;
}
