import { requestAdmin } from '../../tools/servers/broker-address.js';
import { findJavaPeer, type JavaPeer } from '../../tools/servers/java-peer.js';
import { PulsarBroker } from '../../tools/servers/pulsar-broker.js';
import { isUnavailable } from '../../tools/servers/unavailable.js';
import type { Section } from '../harness/section.js';
import { type BrokerFloor, measureFloor } from './broker-floor.js';
import { connection, javaSide, type Side } from './children.js';
import { type EventFile, ensureEvents, pulsarDataset } from './events.js';
import { type PulsarFigure, playPulsarMatch } from './match.js';
import { pulsarMatches } from './matches.js';
import { pulsarSections, skippedSection } from './report.js';
import { runSide } from './run-side.js';

export interface PulsarOptions {
  readonly rounds: number;
  /** How long a latency run is measured, after its warm-up. */
  readonly latencySeconds: number;
}

/** A real broker's own; 3 M messages of both sides and of every round lie in it. */
const brokerMemory = { heapMb: 512, directMb: 512 };
const topicPrefix = 'persistent://public/default/bench';

/** Our Pulsar client beside the Java client on one broker, in alternating rounds, with the verdicts. */
export async function benchPulsar(
  options: PulsarOptions,
  progress: (what: string) => void,
): Promise<Section[]> {
  const peer = await findJavaPeer();
  if (isUnavailable(peer)) return [skippedSection(peer.skipped)];
  progress('events');
  const events = ensureEvents(pulsarDataset);
  progress('broker');
  const broker = await PulsarBroker.open(brokerMemory);
  if (isUnavailable(broker)) return [skippedSection(broker.skipped)];
  try {
    return await measure(broker, peer, events, options, progress);
  } finally {
    await broker.close();
  }
}

async function measure(
  broker: PulsarBroker,
  peer: JavaPeer,
  events: EventFile,
  options: PulsarOptions,
  progress: (what: string) => void,
): Promise<Section[]> {
  const { address } = broker;
  const wrong: string[] = [];
  progress('broker floor');
  const floor: BrokerFloor = await measureFloor(address, `${topicPrefix}-floor`);
  progress('preload');
  await preload(broker, javaSide(peer, 'produce'), events);
  const figures: PulsarFigure[] = [];
  for (const match of pulsarMatches(address, peer, events, topicPrefix, options.latencySeconds)) {
    progress(match.title);
    figures.push(...(await playPulsarMatch(match, options.rounds)));
  }
  for (const { title, side, answer } of figures)
    if (answer !== 'equal') wrong.push(`${title}, ${side}: ${answer}`);
  return pulsarSections(figures, floor, wrong);
}

/** Fills the topic that every drain reads, by the Java producer; a subscription keeps what nobody has read. */
async function preload(broker: PulsarBroker, java: Side, { path, answer }: EventFile): Promise<void> {
  const topic = `${topicPrefix}-drain`;
  await keepMessages(broker, topic);
  const task = { ...connection(broker.address), topic, file: path, count: answer.messages };
  const { messages } = await runSide(java, task);
  if (messages !== answer.messages)
    throw new Error(`${messages} of ${answer.messages} messages were confirmed`);
}

async function keepMessages({ address }: PulsarBroker, topic: string): Promise<void> {
  const path = `/admin/v2/${topic.replace('://', '/')}`;
  await requestAdmin(address, 'PUT', path);
  await requestAdmin(address, 'PUT', `${path}/subscription/keep`);
}
