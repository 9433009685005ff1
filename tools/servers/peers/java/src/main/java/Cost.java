import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Wall clock and CPU time of this process since a moment. */
final class Cost {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final long startedNanos = System.nanoTime();
  private final long cpuNanos = SYSTEM.getProcessCpuTime();

  Map<String, Object> end(long messages) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("messages", messages);
    line.put("seconds", (System.nanoTime() - startedNanos) / 1e9);
    line.put("cpuSeconds", (SYSTEM.getProcessCpuTime() - cpuNanos) / 1e9);
    line.put("rssMaxBytes", rssMaxBytes());
    return line;
  }

  private static long rssMaxBytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    } catch (java.io.IOException notLinux) {
      // Zero says that it is not known.
    }
    return 0;
  }
}
