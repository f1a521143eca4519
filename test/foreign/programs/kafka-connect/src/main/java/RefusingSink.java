import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** A sink that reports each record with a negative amount, as sinks do with what their store refuses. */
public final class RefusingSink extends SinkConnector {

  @Override
  public void start(Map<String, String> settings) {}

  @Override
  public Class<? extends Task> taskClass() {
    return RefusingTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int most) {
    return List.of(Map.of());
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return new ConfigDef();
  }

  @Override
  public String version() {
    return "1";
  }

  public static final class RefusingTask extends SinkTask {

    @Override
    public void start(Map<String, String> settings) {}

    @Override
    public void put(Collection<SinkRecord> records) {
      for (SinkRecord record : records) {
        if ((Integer) ((Map<?, ?>) record.value()).get("amount") >= 0) continue;
        var refused = new IllegalArgumentException("the store takes no negative amounts");
        context.errantRecordReporter().report(record, refused);
      }
    }

    @Override
    public void stop() {}

    @Override
    public String version() {
      return "1";
    }
  }
}
