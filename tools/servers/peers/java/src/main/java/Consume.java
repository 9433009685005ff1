import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pulsar.client.api.Consumer;
import org.apache.pulsar.client.api.Message;
import org.apache.pulsar.client.api.PulsarClient;
import org.apache.pulsar.client.api.SubscriptionInitialPosition;
import org.apache.pulsar.client.api.SubscriptionType;

/** Receives up to `count` messages, or until none came for `idleMs`, and prints all that it saw of each. */
final class Consume {
  static void run(Task task) throws Exception {
    try (PulsarClient client = task.connect();
        Consumer<byte[]> consumer =
            client
                .newConsumer()
                .topic(task.topic)
                .subscriptionName(task.subscription)
                .subscriptionType(SubscriptionType.valueOf(task.type))
                .subscriptionInitialPosition(SubscriptionInitialPosition.valueOf(task.position))
                .enableBatchIndexAcknowledgment(true)
                .receiverQueueSize(task.receiverQueue)
                .subscribe()) {
      for (int seen = 0; seen < task.count; seen++) {
        Message<byte[]> message = consumer.receive((int) task.idleMs, TimeUnit.MILLISECONDS);
        if (message == null) break;
        JsonLines.print(describe(message));
        if (task.acknowledge.equals("individual")) consumer.acknowledge(message);
        if (task.acknowledge.equals("cumulative")) consumer.acknowledgeCumulative(message);
      }
    }
  }

  private static Map<String, Object> describe(Message<byte[]> message) {
    Map<String, Object> line = JsonLines.withId(message.getMessageId());
    line.put("topic", message.getTopicName());
    line.put("data", encode(message.getData()));
    line.put("key", message.getKey());
    line.put("keyIsBase64", message.hasBase64EncodedKey());
    line.put("orderingKey", message.hasOrderingKey() ? encode(message.getOrderingKey()) : null);
    line.put("properties", message.getProperties());
    line.put("publishTimeMs", message.getPublishTime());
    line.put("eventTimeMs", message.getEventTime());
    line.put("brokerTimeMs", message.getBrokerPublishTime().orElse(0L));
    line.put("index", message.getIndex().orElse(-1L));
    line.put("sequenceId", message.getSequenceId());
    line.put("producerName", message.getProducerName());
    line.put("schemaVersion", message.getSchemaVersion() == null ? null : encode(message.getSchemaVersion()));
    line.put("redeliveryCount", message.getRedeliveryCount());
    return line;
  }

  private static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
