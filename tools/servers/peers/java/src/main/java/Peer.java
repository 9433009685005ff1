import com.google.gson.Gson;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The official Java client as a program. The command is the only argument, its task is JSON on standard input, the
 * answer is JSON lines on standard output.
 */
public final class Peer {
  public static void main(String[] args) throws Exception {
    Task task = new Gson().fromJson(new InputStreamReader(System.in, StandardCharsets.UTF_8), Task.class);
    switch (args[0]) {
      case "produce" -> Produce.run(task);
      case "consume" -> Consume.run(task);
      case "bench-drain" -> BenchDrain.run(task);
      case "bench-produce" -> BenchProduce.run(task);
      case "bench-latency" -> BenchLatency.run(task);
      default -> throw new IllegalArgumentException("no command " + args[0]);
    }
    System.out.flush();
    // Threads of the client that are not daemons must not hold the process.
    System.exit(0);
  }
}
