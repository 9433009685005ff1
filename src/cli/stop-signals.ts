const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** Just what is needed of `process`. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * The first SIGINT or SIGTERM drains; the second quits at once, with the exit code that shells give to the
 * signal.
 * @returns takes the listeners away again
 */
export function onStopSignals(drain: () => void, source: SignalSource = process): () => void {
  let isDraining = false;
  const listenerFor = (code: number) => () => {
    if (isDraining) source.exit(code);
    isDraining = true;
    drain();
  };
  const interrupt = listenerFor(signals.SIGINT);
  const terminate = listenerFor(signals.SIGTERM);
  source.on('SIGINT', interrupt);
  source.on('SIGTERM', terminate);
  return () => {
    source.off('SIGINT', interrupt);
    source.off('SIGTERM', terminate);
  };
}
