import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.pulsar.client.api.Consumer;
import org.apache.pulsar.client.api.Message;
import org.apache.pulsar.client.api.Producer;
import org.apache.pulsar.client.api.PulsarClient;

/**
 * Publish to receive at a fixed rate, open loop: each message carries when it was meant to be sent, so that a sender
 * that falls behind adds its delay instead of hiding it.
 */
final class BenchLatency {
  private final Task task;
  private final int warmUp;
  private final long[] nanos;
  private final CountDownLatch received = new CountDownLatch(1);
  private volatile Cost cost;

  private BenchLatency(Task task) {
    this.task = task;
    this.warmUp = (int) (task.ratePerSecond * task.warmUpSeconds);
    this.nanos = new long[(int) (task.ratePerSecond * task.seconds)];
  }

  static void run(Task task) throws Exception {
    BenchLatency bench = new BenchLatency(task);
    try (PulsarClient client = task.connect();
        Consumer<byte[]> consumer =
            client.newConsumer().topic(task.topic).subscriptionName(task.subscription).subscribe();
        Producer<byte[]> producer = task.settle(client.newProducer()).create()) {
      Thread receiver = new Thread(() -> bench.receive(consumer));
      receiver.start();
      bench.send(producer);
      if (!bench.received.await(60, TimeUnit.SECONDS)) throw new IllegalStateException("messages are missing");
      bench.report();
    }
  }

  private void send(Producer<byte[]> producer) {
    long start = System.nanoTime() + 100_000_000;
    int messages = warmUp + nanos.length;
    double gapNanos = 1e9 / task.ratePerSecond;
    for (int i = 0; i < messages; i++) {
      long intended = start + (long) (i * gapNanos);
      for (long left = intended - System.nanoTime(); left > 0; left = intended - System.nanoTime()) {
        // Not spinning: broker and receiver need the cores. What is late is sent at once, and counted as late.
        LockSupport.parkNanos(left);
      }
      if (i == warmUp) cost = new Cost();
      producer.sendAsync(ByteBuffer.allocate(task.payloadBytes).putLong(intended).array());
    }
  }

  private void receive(Consumer<byte[]> consumer) {
    try {
      for (int i = -warmUp; i < nanos.length; i++) {
        Message<byte[]> message = consumer.receive();
        long now = System.nanoTime();
        if (i >= 0) nanos[i] = now - ByteBuffer.wrap(message.getData()).getLong();
        consumer.acknowledgeAsync(message);
      }
      received.countDown();
    } catch (org.apache.pulsar.client.api.PulsarClientException error) {
      throw new IllegalStateException(error);
    }
  }

  private void report() {
    Map<String, Object> line = cost.end(nanos.length);
    Arrays.sort(nanos);
    line.put("p50Ms", quantile(0.5));
    line.put("p99Ms", quantile(0.99));
    line.put("p999Ms", quantile(0.999));
    line.put("maxMs", nanos[nanos.length - 1] / 1e6);
    JsonLines.print(line);
  }

  /** The smallest latency that at least this share of the messages did not exceed. */
  private double quantile(double share) {
    return nanos[(int) Math.ceil(share * nanos.length) - 1] / 1e6;
  }
}
