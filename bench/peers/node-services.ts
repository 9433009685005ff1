import { join } from 'node:path';
import { findCheckout } from '../harness/checkout.js';
import type { Peer } from './peer.js';

/** The built service: a process of its own, on the Node that runs the benchmark. */
const script = join(findCheckout(), 'dist', 'bench', 'peers', 'naive-service.js');

function nodeService(name: string, title: string, kind: 'naive' | 'running-sum'): Peer {
  return {
    name,
    title,
    prepare: async () => ({
      command: ({ path, workload, limitSeconds }) => ({
        file: process.execPath,
        args: ['--max-old-space-size=8000', script, path, kind, workload === 'count-sum' ? 'a' : 'a3'],
        env: { LIMIT_S: String(limitSeconds) },
      }),
    }),
  };
}

export const naiveNode = nodeService('naive-node', 'naive Node (shift + reduce)', 'naive');
export const runningSumNode = nodeService('running-sum-node', 'Node ring + running sum', 'running-sum');
