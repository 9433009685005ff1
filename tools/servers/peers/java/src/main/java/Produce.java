import com.google.gson.Gson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.pulsar.client.api.MessageId;
import org.apache.pulsar.client.api.Producer;
import org.apache.pulsar.client.api.PulsarClient;
import org.apache.pulsar.client.api.Schema;
import org.apache.pulsar.client.api.TypedMessageBuilder;

/** Sends the task's messages, and prints where each of them was stored. */
final class Produce {
  static void run(Task task) throws Exception {
    switch (task.schema) {
      case "STRING" -> send(task, Schema.STRING, bytes -> new String(bytes, StandardCharsets.UTF_8));
      case "JSON" -> send(task, Schema.JSON(Transaction.class), Produce::transaction);
      default -> send(task, Schema.BYTES, bytes -> bytes);
    }
  }

  private static Transaction transaction(byte[] json) {
    return new Gson().fromJson(new String(json, StandardCharsets.UTF_8), Transaction.class);
  }

  private static <T> void send(Task task, Schema<T> schema, Function<byte[], T> value) throws Exception {
    try (PulsarClient client = task.connect();
        Producer<T> producer = task.settle(client.newProducer(schema)).create()) {
      List<CompletableFuture<MessageId>> sent = new ArrayList<>();
      for (Task.Outgoing message : task.messages) {
        TypedMessageBuilder<T> builder = producer.newMessage();
        sent.add(fill(builder, message).value(value.apply(decode(message.data))).sendAsync());
      }
      producer.flush();
      for (CompletableFuture<MessageId> id : sent) {
        Map<String, Object> line = JsonLines.withId(id.get());
        line.put("producerName", producer.getProducerName());
        JsonLines.print(line);
      }
    }
  }

  private static <T> TypedMessageBuilder<T> fill(TypedMessageBuilder<T> builder, Task.Outgoing message) {
    if (message.key != null) builder.key(message.key);
    if (message.keyBytes != null) builder.keyBytes(decode(message.keyBytes));
    if (message.orderingKey != null) builder.orderingKey(decode(message.orderingKey));
    if (message.eventTimeMs > 0) builder.eventTime(message.eventTimeMs);
    if (message.sequenceId != null) builder.sequenceId(message.sequenceId);
    return builder.properties(message.properties);
  }

  private static byte[] decode(String base64) {
    return Base64.getDecoder().decode(base64);
  }
}
