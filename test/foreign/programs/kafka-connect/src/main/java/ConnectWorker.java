import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.connect.cli.ConnectStandalone;

/**
 * A standalone worker with one sink, which tolerates all errors and writes them to a dead letter queue: what a converter
 * or a transformation cannot take, and what the sink reports. Parameters: the broker, a folder. Ends with its standard
 * input.
 */
public final class ConnectWorker {

  public static void main(String[] parameters) throws IOException {
    String broker = parameters[0];
    Path folder = Path.of(parameters[1]);
    Path worker = write(folder.resolve("worker.properties"), workerSettings(broker, folder));
    Path sink = write(folder.resolve("sink.properties"), SINK);
    var end = new Thread(ConnectWorker::exitWithInput);
    end.setDaemon(true);
    end.start();
    ConnectStandalone.main(new String[] {worker.toString(), sink.toString()});
  }

  private static Map<String, String> workerSettings(String broker, Path folder) {
    return Map.of(
        "bootstrap.servers", broker,
        "listeners", "http://127.0.0.1:0",
        "plugin.discovery", "only_scan",
        "offset.storage.file.filename", folder.resolve("offsets").toString(),
        "key.converter", "org.apache.kafka.connect.converters.LongConverter",
        "value.converter", "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable", "false",
        "consumer.auto.offset.reset", "earliest",
        "consumer.metadata.max.age.ms", "2000");
  }

  private static final Map<String, String> SINK =
      Map.ofEntries(
          Map.entry("name", "ledger-sink"),
          Map.entry("connector.class", "RefusingSink"),
          Map.entry("tasks.max", "1"),
          Map.entry("topics", "connect-amounts"),
          Map.entry("transforms", "whole"),
          Map.entry("transforms.whole.type", "org.apache.kafka.connect.transforms.Cast$Value"),
          Map.entry("transforms.whole.spec", "amount:int32"),
          Map.entry("errors.tolerance", "all"),
          Map.entry("errors.deadletterqueue.topic.name", "connect-amounts-dlq"),
          Map.entry("errors.deadletterqueue.topic.replication.factor", "1"),
          Map.entry("errors.deadletterqueue.context.headers.enable", "true"));

  private static Path write(Path file, Map<String, String> settings) throws IOException {
    var properties = new Properties();
    properties.putAll(settings);
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    return file;
  }

  private static void exitWithInput() {
    try {
      while (System.in.read() != -1) {
        continue;
      }
    } catch (IOException error) {
      // An input that cannot be read any more has ended, too.
    }
    System.exit(0);
  }

  private ConnectWorker() {}
}
