import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.pulsar.client.api.MessageId;
import org.apache.pulsar.client.api.MessageIdAdv;

/** Answers, one JSON object a line. */
final class JsonLines {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

  static void print(Map<String, Object> line) {
    System.out.println(GSON.toJson(line));
  }

  static Map<String, Object> withId(MessageId id) {
    MessageIdAdv position = (MessageIdAdv) id;
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("ledgerId", position.getLedgerId());
    line.put("entryId", position.getEntryId());
    line.put("partition", position.getPartitionIndex());
    line.put("batchIndex", position.getBatchIndex());
    line.put("batchSize", position.getBatchSize());
    return line;
  }
}
