import { EntryReader } from '../../../../native-free-core/wire/entry-reader.js';
import { PropertyCursor } from '../../../../native-free-core/wire/property-cursor.js';
import { type Command, decodeCommand, encodeFrame } from '../../../../src/pulsar/protocol/command.js';
import * as consumers from '../../../../src/pulsar/protocol/consumer-commands.js';
import { lookup, partitionedMetadata } from '../../../../src/pulsar/protocol/lookup-commands.js';
import type { Decoded, Rows } from '../../../../src/pulsar/protocol/message-table.js';
import { closeProducer, producer } from '../../../../src/pulsar/protocol/producer-commands.js';
import { connect, connected, success } from '../../../../src/pulsar/protocol/session-commands.js';
import type { FakeSession } from '../fake-broker.js';
import { ack, flow, message, sendCommand, sendReceipt } from './scripted-commands.js';

export interface ScriptedEntry {
  /** What follows the command, at the nth delivery (from 0). */
  readonly body: Uint8Array | ((delivery: number) => Uint8Array);
}

export interface DeadLetter {
  readonly topic: string;
  readonly data: Buffer;
  readonly properties: Readonly<Record<string, string>>;
}

interface Attached {
  readonly session: FakeSession;
  readonly id: number;
  readonly partition: number;
  permits: number;
  at: number;
  epoch: number | undefined;
}

/**
 * A broker of one topic, whose entries are given as bytes: it sends those that are not acknowledged, from the first
 * one on for each subscription, one permit for each entry. Entry i of partition p has the id `7 + p`:i.
 */
export class ScriptedTopic {
  /** `ledger:entry`, with `!error` where the acknowledgement names one; `~`: a part of a batch. */
  readonly acks: string[] = [];
  readonly deadLetters: DeadLetter[] = [];
  readonly commands: string[] = [];
  readonly #deliveries = new Map<string, number>();
  readonly #acked = new Set<string>();
  readonly #attached: Attached[] = [];
  readonly #producers = new Map<number, string>();

  /** @param partitions of each, its entries; one of them: a topic without partitions */
  constructor(readonly partitions: readonly (readonly ScriptedEntry[])[]) {}

  readonly script = async (session: FakeSession): Promise<void> => {
    for (;;) {
      const frame = await session.nextFrame().catch(() => undefined);
      if (frame === undefined) return;
      this.#answer(session, frame);
    }
  };

  deliveriesOf(partition: number, entry: number): number {
    return this.#deliveries.get(`${7 + partition}:${entry}`) ?? 0;
  }

  #answer(session: FakeSession, frame: Uint8Array): void {
    const size = Buffer.from(frame).readUInt32BE(4);
    const command = new Uint8Array(frame.subarray(8, 8 + size));
    const read = <R extends Rows>(what: Command<R>): Decoded<R> => decodeCommand(what, command);
    const confirm = (requestId: number) => session.send(success, { requestId });
    const type = command[1];
    if (type === connect.type)
      session.send(connected, { serverVersion: 'fake', protocolVersion: 21, maxMessageSize: 200_000 });
    else if (type === partitionedMetadata.type) {
      const { requestId, topic } = read(partitionedMetadata);
      const partitions = this.partitions.length === 1 || topic.endsWith('-DLQ') ? 0 : this.partitions.length;
      session.send(partitionedMetadata.reply, { requestId, partitions, response: 'success' });
    } else if (type === lookup.type) {
      const brokerServiceUrl = `pulsar://127.0.0.1:${session.socket.localPort}`;
      const { requestId } = read(lookup);
      session.send(lookup.reply, { requestId, brokerServiceUrl, response: 'connect', authoritative: true });
    } else if (type === consumers.subscribe.type) this.#subscribe(session, read(consumers.subscribe));
    else if (type === flow.type) this.#flow(session, read(flow));
    else if (type === ack.type) this.#ack(session, read(ack));
    else if (type === consumers.redeliverUnacknowledged.type)
      this.#again(session, read(consumers.redeliverUnacknowledged));
    else if (type === consumers.closeConsumer.type) {
      const { consumerId, requestId } = read(consumers.closeConsumer);
      this.#detach(session, consumerId);
      confirm(requestId);
    } else if (type === producer.type) {
      const { requestId, topic, producerId } = read(producer);
      this.#producers.set(producerId, topic);
      session.send(producer.reply, { requestId, producerName: `dead-${producerId}` });
    } else if (type === closeProducer.type) confirm(read(closeProducer).requestId);
    else if (type === sendCommand.type) this.#stored(session, frame, read(sendCommand));
    else this.commands.push(`unknown ${type}`);
  }

  #subscribe(session: FakeSession, fields: Decoded<typeof consumers.subscribe.table.rows>): void {
    const { requestId, consumerId, topic, consumerEpoch } = fields;
    const partition = Number(/-partition-(\d+)$/.exec(topic)?.[1] ?? 0);
    this.commands.push(`subscribe ${partition}`);
    this.#detach(session, consumerId);
    this.#attached.push({ session, id: consumerId, partition, permits: 0, at: 0, epoch: consumerEpoch });
    session.send(success, { requestId });
  }

  #detach(session: FakeSession, id: number): void {
    const at = this.#attached.findIndex(one => one.session === session && one.id === id);
    if (at >= 0) this.#attached.splice(at, 1);
  }

  #of(session: FakeSession, id: number): Attached | undefined {
    return this.#attached.find(one => one.session === session && one.id === id);
  }

  #flow(session: FakeSession, { consumerId, messagePermits }: Decoded<typeof flow.table.rows>): void {
    const consumer = this.#of(session, consumerId);
    if (consumer === undefined) return;
    consumer.permits += messagePermits;
    this.#push(consumer);
  }

  #again(session: FakeSession, fields: Decoded<typeof consumers.redeliverUnacknowledged.table.rows>): void {
    const consumer = this.#of(session, fields.consumerId);
    if (consumer === undefined) return;
    consumer.epoch = fields.consumerEpoch;
    consumer.at = 0;
    this.#push(consumer);
  }

  #push(consumer: Attached): void {
    const entries = this.partitions[consumer.partition] ?? [];
    for (; consumer.permits > 0 && consumer.at < entries.length; consumer.at++) {
      const ledgerId = 7 + consumer.partition;
      const key = `${ledgerId}:${consumer.at}`;
      if (this.#acked.has(key)) continue;
      const delivery = this.#deliveries.get(key) ?? 0;
      this.#deliveries.set(key, delivery + 1);
      const { body } = entries[consumer.at];
      const bytes = typeof body === 'function' ? body(delivery) : body;
      const messageId = { ledgerId, entryId: consumer.at };
      const epoch = consumer.epoch === undefined ? {} : { consumerEpoch: consumer.epoch };
      const command = encodeFrame(message, { consumerId: consumer.id, messageId, ...epoch });
      const frame = Buffer.concat([command, bytes]);
      frame.writeUInt32BE(frame.length - 4, 0);
      consumer.session.socket.write(frame);
      consumer.permits--;
    }
  }

  #ack(session: FakeSession, fields: Decoded<typeof ack.table.rows>): void {
    for (const { ledgerId, entryId, ackSet } of fields.messageId) {
      if (ackSet.length === 0) this.#acked.add(`${ledgerId}:${entryId}`);
      const partial = ackSet.length === 0 ? '' : '~';
      const why = fields.validationError === undefined ? partial : `!${fields.validationError}`;
      this.acks.push(`${ledgerId}:${entryId}${why}`);
    }
    const { consumerId, requestId } = fields;
    if (requestId !== undefined) session.send(consumers.ackResponse, { consumerId, requestId });
  }

  #stored(session: FakeSession, frame: Uint8Array, sent: Decoded<typeof sendCommand.table.rows>): void {
    const { producerId, sequenceId } = sent;
    // Read as a MESSAGE: what follows the command is the same.
    const command = encodeFrame(message, { consumerId: 0, messageId: { ledgerId: 0, entryId: 0 } });
    const size = Buffer.from(frame).readUInt32BE(4);
    const bytes = new Uint8Array(Buffer.concat([command, frame.subarray(8 + size)]));
    const reader = new EntryReader();
    const status = reader.read(bytes, 8, command.length, bytes.length);
    if (status !== 0) throw new Error(`a dead letter with status ${status}`);
    const { entry } = reader;
    const properties: Record<string, string> = {};
    const cursor = new PropertyCursor();
    const text = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString();
    cursor.begin(bytes, entry.propertiesStart, entry.propertiesEnd, 0x22);
    while (cursor.next() === 0) {
      properties[text(cursor.keyStart, cursor.keyEnd)] = text(cursor.valueStart, cursor.valueEnd);
    }
    const data = Buffer.from(bytes.slice(entry.payloadStart, entry.payloadEnd));
    this.deadLetters.push({ topic: this.#producers.get(producerId) ?? '', data, properties });
    session.send(sendReceipt, { producerId, sequenceId, messageId: { ledgerId: 99, entryId: sequenceId } });
  }
}
