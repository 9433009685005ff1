#!/usr/bin/env python3
"""Captures the golden frames between the official Python client and a real broker.

    pip install pulsar-client==3.13.0
    capture.py BROKER_PORT PROXY_PORT SUFFIX > frames.ndjson

One line a frame: name (scenario + SUFFIX), the command's type, who sent it, and its bytes: `hex`, then, for long
payloads of one repeated byte, `fill` = [byte, count]. README.md says how the broker was set up. Both ports must have
the same number of digits: the proxy rewrites the address in the broker's lookup answers.
"""
import json
import socket
import struct
import sys
import threading
import time

import pulsar

BROKER, PROXY, SUFFIX = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
T0 = 1700000000000
frames, lock, label = [], threading.Lock(), ["connect"]
TYPES = {2: "CONNECT", 3: "CONNECTED", 6: "SEND", 7: "SEND_RECEIPT", 9: "MESSAGE", 10: "ACK", 11: "FLOW",
         14: "ERROR", 31: "ACTIVE_CONSUMER_CHANGE", 38: "ACK_RESPONSE"}


def pump(source, target, sender):
    rest = b""
    try:
        while data := source.recv(1 << 20):
            if sender == "broker":
                data = data.replace(b"127.0.0.1:%d" % BROKER, b"127.0.0.1:%d" % PROXY)
            target.sendall(data)
            rest += data
            while len(rest) >= 4 and len(rest) >= (end := 4 + struct.unpack(">I", rest[:4])[0]):
                with lock:
                    frames.append((label[0], sender, rest[:end]))
                rest = rest[end:]
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def proxy():
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", PROXY))
    server.listen(50)
    while True:
        client, _ = server.accept()
        broker = socket.create_connection(("127.0.0.1", BROKER))
        threading.Thread(target=pump, args=(client, broker, "client"), daemon=True).start()
        threading.Thread(target=pump, args=(broker, client, "broker"), daemon=True).start()


threading.Thread(target=proxy, daemon=True).start()
client = pulsar.Client(f"pulsar://127.0.0.1:{PROXY}", logger=pulsar.ConsoleLogger(pulsar.LoggerLevel.Error))
compression = {"none": pulsar.CompressionType.NONE, "lz4": pulsar.CompressionType.LZ4,
               "zlib": pulsar.CompressionType.ZLib, "zstd": pulsar.CompressionType.ZSTD,
               "snappy": pulsar.CompressionType.SNAPPY}
FIRST = pulsar.InitialPosition.Earliest


def body(i):
    return json.dumps({"user": f"u{i}", "amount": i * 1.5, "tags": ["a" * 24] * 3}).encode()


def run(name, messages, batch=True, codec="none", ack=None, schema=None, **options):
    """Subscribes, sends all as one entry (or one by one), receives, acknowledges each or as `ack` does."""
    label[0] = name
    topic = f"persistent://public/default/golden-{name}{SUFFIX}"
    schema = schema or pulsar.schema.BytesSchema()
    consumer = client.subscribe(topic, "s", initial_position=FIRST, batch_index_ack_enabled=True, schema=schema,
                                consumer_type=pulsar.ConsumerType.Shared if ack == "some" else
                                pulsar.ConsumerType.Exclusive)
    producer = client.create_producer(topic, producer_name="golden", batching_enabled=batch, schema=schema,
                                      compression_type=compression[codec], batching_max_publish_delay_ms=2000,
                                      **options)
    for message in messages:
        message = dict(message)
        producer.send_async(message.pop("data"), lambda result, id: None, **message)
    producer.flush()
    got = [consumer.receive(10000) for _ in messages]
    if ack == "some":
        for i in (0, 2, 3, 40, 69):
            consumer.acknowledge(got[i])
        time.sleep(0.5)
        label[0] = name + "-again"
        consumer.close()
        consumer = client.subscribe(topic, "s", initial_position=FIRST, batch_index_ack_enabled=True,
                                    consumer_type=pulsar.ConsumerType.Shared)
        assert len([consumer.receive(10000) for _ in range(65)]) == 65
    elif ack == "cumulative":
        consumer.acknowledge_cumulative(got[2])
        time.sleep(0.3)
        consumer.acknowledge_cumulative(got[4])
    else:
        for message in got:
            consumer.acknowledge(message)
    time.sleep(0.3)
    if name == "errors":
        for attempt in (lambda: client.subscribe(topic, "s"),
                        lambda: client.create_producer(topic, producer_name="golden")):
            try:
                attempt()
                raise AssertionError("the broker must refuse a second one")
            except pulsar.PulsarException:
                pass
    producer.close()
    consumer.close()


run("single-plain", [dict(data=b"hello")], batch=False)
run("batch-plain", [dict(data=f"m{i}".encode()) for i in range(3)])
if SUFFIX == "":
    run("single-full", [dict(data=body(1), partition_key="kéy-1", ordering_key="ord", event_timestamp=T0,
                             properties={"a": "1", "long": "x" * 150, "ü": ""}, sequence_id=41)], batch=False)
    run("single-delayed", [dict(data=b"later", deliver_at=T0)], batch=False)
    run("single-empty", [dict(data=b"")], batch=False)
    run("single-schema", [dict(data="text")], batch=False, schema=pulsar.schema.StringSchema())
    run("batch-of-one", [dict(data=b"alone", partition_key="k")])
    run("batch-full", [dict(data=body(i), partition_key=f"key-{i % 2}", ordering_key=f"o{i}", event_timestamp=T0 + i,
                            properties={"i": str(i), "p": "y" * (i * 70)}, sequence_id=100 + i * 10)
                       for i in range(4)])
    for codec in ("lz4", "zlib", "zstd", "snappy"):
        run(f"batch-{codec}", [dict(data=body(i), partition_key=f"key-{i}") for i in range(5)], codec=codec)
        run(f"single-{codec}", [dict(data=body(7) * 3, partition_key="k")], batch=False, codec=codec)
    run("chunked", [dict(data=b"x" * 201000, partition_key="ck")], batch=False, chunking_enabled=True)
    run("ack-set", [dict(data=f"m{i}".encode()) for i in range(70)], ack="some")
    run("ack-cumulative", [dict(data=f"m{i}".encode()) for i in range(5)], ack="cumulative")
    run("errors", [dict(data=b"e")], batch=False)
client.close()

for name, sender, frame in frames:
    kind = TYPES.get(frame[9])
    if kind is None:
        continue
    kept = len(frame.rstrip(frame[-1:]))
    line = {"name": name + SUFFIX, "kind": kind, "sender": sender}
    if len(frame) - kept > 64:
        line |= {"hex": frame[:kept].hex(), "fill": [frame[-1], len(frame) - kept]}
    else:
        line |= {"hex": frame.hex()}
    print(json.dumps(line))
