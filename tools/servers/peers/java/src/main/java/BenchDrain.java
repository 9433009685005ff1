import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.apache.pulsar.client.api.BatchReceivePolicy;
import org.apache.pulsar.client.api.Consumer;
import org.apache.pulsar.client.api.Message;
import org.apache.pulsar.client.api.Messages;
import org.apache.pulsar.client.api.PulsarClient;
import org.apache.pulsar.client.api.SubscriptionInitialPosition;

/**
 * Drains a loaded topic twice: first for the fingerprint (a CRC-32 over all payloads in their order), which also warms
 * the machine up; then timed, counting messages and bytes, from before `subscribe` to the last message.
 */
final class BenchDrain {
  private long bytes;
  private final CRC32 crc = new CRC32();

  static void run(Task task) throws Exception {
    try (PulsarClient client = task.connect()) {
      BenchDrain first = new BenchDrain();
      first.drain(client, task, "check", true);
      BenchDrain timed = new BenchDrain();
      Cost cost = new Cost();
      timed.drain(client, task, "timed", false);
      Map<String, Object> line = cost.end(task.count);
      line.put("bytes", timed.bytes);
      line.put("crc32", first.crc.getValue());
      JsonLines.print(line);
    }
  }

  private void drain(PulsarClient client, Task task, String pass, boolean checks) throws Exception {
    BatchReceivePolicy policy =
        BatchReceivePolicy.builder()
            .maxNumMessages(task.receiveMessages)
            .maxNumBytes(-1)
            .timeout(10, TimeUnit.MILLISECONDS)
            .build();
    try (Consumer<byte[]> consumer =
        client
            .newConsumer()
            .topic(task.topic)
            .subscriptionName(task.subscription + "-" + pass)
            .subscriptionInitialPosition(SubscriptionInitialPosition.Earliest)
            .receiverQueueSize(task.receiverQueue)
            .batchReceivePolicy(policy)
            .subscribe()) {
      for (int seen = 0; seen < task.count; ) {
        Messages<byte[]> messages = consumer.batchReceive();
        Message<byte[]> last = null;
        for (Message<byte[]> message : messages) {
          byte[] data = message.getData();
          bytes += data.length;
          if (checks) crc.update(data);
          last = message;
        }
        seen += messages.size();
        if (last != null) consumer.acknowledgeCumulativeAsync(last);
      }
    }
  }
}
