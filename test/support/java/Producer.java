import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends what stands on standard input, one record a line, with the Java client. Arguments: the broker's address and
 * producer settings as name=value. Ends with 0 when every record is acknowledged, with 1 when one is not.
 */
public class Producer {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                settings(arguments),
                                new ByteArraySerializer(),
                                new ByteArraySerializer());
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null && failure.get() == null) {
                producer.send(
                        recordFrom(JSON.readTree(line)),
                        (metadata, error) -> failure.compareAndSet(null, error));
            }
            producer.flush();
        }
        if (failure.get() != null) {
            System.err.println("A record was not acknowledged: " + failure.get());
            System.exit(1);
        }
    }

    private static Properties settings(String[] arguments) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("acks", "all");
        for (int index = 1; index < arguments.length; index += 1) {
            String[] setting = arguments[index].split("=", 2);
            settings.put(setting[0], setting[1]);
        }
        return settings;
    }

    private static ProducerRecord<byte[], byte[]> recordFrom(JsonNode node) {
        List<Header> headers = new ArrayList<>();
        for (JsonNode header : node.get("headers")) {
            headers.add(new RecordHeader(header.get(0).textValue(), bytesFrom(header.get(1))));
        }
        return new ProducerRecord<>(
                node.get("topic").textValue(),
                node.has("partition") ? node.get("partition").intValue() : null,
                node.has("timestamp") ? node.get("timestamp").longValue() : null,
                bytesFrom(node.get("key")),
                bytesFrom(node.get("value")),
                headers);
    }

    private static byte[] bytesFrom(JsonNode node) {
        return node.isNull() ? null : Base64.getDecoder().decode(node.textValue());
    }
}
