/** Why a server or a peer cannot be had on this machine. */
export interface Unavailable {
  readonly skipped: string;
}

export function isUnavailable(value: object): value is Unavailable {
  return 'skipped' in value;
}

/**
 * `MILLRACE_REQUIRE=pulsar,consul` names what must be there: its absence is then a failure, not a skip.
 * @throws Error when `name` is required
 */
export function unavailable(name: string, why: string, env: NodeJS.ProcessEnv = process.env): Unavailable {
  const required = (env.MILLRACE_REQUIRE ?? '').split(',').map(part => part.trim());
  if (required.includes(name)) throw new Error(`${name} is required (MILLRACE_REQUIRE): ${why}`);
  return { skipped: why };
}
