import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pulsar.client.api.Producer;
import org.apache.pulsar.client.api.PulsarClient;

/**
 * Sends the lines of a file, keyed by the user id that each begins with, batched, and waits for all receipts. The file
 * is in memory before the clock starts; a warm-up goes to a topic of its own.
 */
final class BenchProduce {
  private static final int KEY_OFFSET = "{\"userId\":\"".length();

  static void run(Task task) throws Exception {
    byte[] lines = Files.readAllBytes(Path.of(task.file));
    String topic = task.topic;
    try (PulsarClient client = task.connect()) {
      if (task.warmUpMessages > 0) {
        task.topic = topic + "-warm-up";
        send(client, task, lines, task.warmUpMessages);
      }
      task.topic = topic;
      Cost cost = new Cost();
      long receipts = send(client, task, lines, task.count);
      Map<String, Object> line = cost.end(receipts);
      JsonLines.print(line);
    }
  }

  /** @return how many receipts came */
  private static long send(PulsarClient client, Task task, byte[] lines, int count) throws Exception {
    AtomicLong receipts = new AtomicLong();
    try (Producer<byte[]> producer = task.settle(client.newProducer()).create()) {
      int start = 0;
      for (int i = 0; i < count; i++) {
        int keyEnd = indexOf(lines, '"', start + KEY_OFFSET);
        int end = indexOf(lines, '\n', keyEnd);
        int keyStart = start + KEY_OFFSET;
        producer
            .newMessage()
            .key(new String(lines, keyStart, keyEnd - keyStart, StandardCharsets.ISO_8859_1))
            .value(Arrays.copyOfRange(lines, start, end))
            .sendAsync()
            .thenRun(receipts::incrementAndGet);
        start = end + 1;
      }
      producer.flush();
    }
    return receipts.get();
  }

  private static int indexOf(byte[] bytes, char wanted, int from) {
    int at = from;
    while (bytes[at] != wanted) at++;
    return at;
  }
}
