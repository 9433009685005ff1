import java.util.List;
import java.util.Map;
import org.apache.pulsar.client.api.AuthenticationFactory;
import org.apache.pulsar.client.api.ClientBuilder;
import org.apache.pulsar.client.api.HashingScheme;
import org.apache.pulsar.client.api.CompressionType;
import org.apache.pulsar.client.api.ProducerAccessMode;
import org.apache.pulsar.client.api.ProducerBuilder;
import org.apache.pulsar.client.api.PulsarClient;
import org.apache.pulsar.client.api.PulsarClientException;

/** What every command may be told; those that a command does not know are left alone. */
final class Task {
  String serviceUrl;
  String topic;
  String token;
  String caFile;
  String listenerName;

  // Producers.
  List<Outgoing> messages = List.of();
  String producerName;
  String access = "Shared";
  String compression = "NONE";
  boolean batching = true;
  int batchMessages = 1000;
  int batchBytes = 128 * 1024;
  long batchDelayMs = 1;
  boolean chunking = false;
  int chunkBytes = -1;
  String hash = "java-string";
  String schema = "BYTES";

  // Consumers.
  String subscription;
  String type = "Exclusive";
  String position = "Earliest";
  int count;
  long idleMs = 10_000;
  String acknowledge = "individual";
  int receiverQueue = 1000;

  // Benchmarks.
  String file;
  int pendingMessages = 20_000;
  int warmUpMessages;
  int receiveMessages = 10_000;
  int ratePerSecond = 10_000;
  double seconds = 10;
  double warmUpSeconds = 3;
  int payloadBytes = 65;

  static final class Outgoing {
    String data = "";
    String key;
    String keyBytes;
    String orderingKey;
    Map<String, String> properties = Map.of();
    long eventTimeMs;
    Long sequenceId;
  }

  PulsarClient connect() throws PulsarClientException {
    ClientBuilder builder = PulsarClient.builder().serviceUrl(serviceUrl).ioThreads(1).listenerThreads(1);
    if (token != null) builder.authentication(AuthenticationFactory.token(token));
    if (caFile != null) builder.tlsTrustCertsFilePath(caFile).enableTlsHostnameVerification(true);
    if (listenerName != null) builder.listenerName(listenerName);
    return builder.build();
  }

  <T> ProducerBuilder<T> settle(ProducerBuilder<T> builder) {
    builder
        .topic(topic)
        .compressionType(CompressionType.valueOf(compression.toUpperCase()))
        .hashingScheme(hash.equals("murmur3") ? HashingScheme.Murmur3_32Hash : HashingScheme.JavaStringHash)
        .accessMode(ProducerAccessMode.valueOf(access))
        .maxPendingMessages(pendingMessages)
        .blockIfQueueFull(true)
        .enableBatching(batching)
        .enableChunking(chunking);
    if (batching) {
      builder
          .batchingMaxMessages(batchMessages)
          .batchingMaxBytes(batchBytes)
          .batchingMaxPublishDelay(batchDelayMs, java.util.concurrent.TimeUnit.MILLISECONDS);
    }
    if (chunkBytes > 0) builder.chunkMaxMessageSize(chunkBytes);
    if (producerName != null) builder.producerName(producerName);
    return builder;
  }
}
