import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads topics from their beginning, and goes on with what comes, as the Java client shows it to a reader of committed
 * records. Arguments: the broker's address, the topics with commas between, the file to write a record a line to. When
 * standard input ends it reads up to what is committed then, and ends.
 */
public class CommittedReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    public static void main(String[] arguments) throws Exception {
        CountDownLatch asked = inputEnds();
        Properties settings = new Properties();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", "false");
        settings.put("allow.auto.create.topics", "false");
        try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(
                                settings,
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer());
                OutputStream output =
                        new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[2])))) {
            List<TopicPartition> partitions = partitionsOf(consumer, arguments[1].split(","));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (asked.getCount() > 0) {
                poll(consumer, output);
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!isAtEnd(consumer, ends)) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("The end was not reached in " + PATIENCE);
                }
                poll(consumer, output);
            }
        }
    }

    private static CountDownLatch inputEnds() {
        CountDownLatch ended = new CountDownLatch(1);
        Thread waiting =
                new Thread(
                        () -> {
                            try {
                                while (System.in.read() >= 0) {}
                            } catch (IOException broken) {
                                // The same as its end.
                            }
                            ended.countDown();
                        });
        waiting.setDaemon(true);
        waiting.start();
        return ended;
    }

    private static List<TopicPartition> partitionsOf(
            KafkaConsumer<byte[], byte[]> consumer, String[] topics) {
        return Arrays.stream(topics)
                .flatMap(topic -> consumer.partitionsFor(topic, PATIENCE).stream())
                .map(each -> new TopicPartition(each.topic(), each.partition()))
                .toList();
    }

    private static boolean isAtEnd(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey(), PATIENCE) >= end.getValue());
    }

    private static void poll(KafkaConsumer<byte[], byte[]> consumer, OutputStream output)
            throws IOException {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
            ObjectNode node = JSON.createObjectNode();
            node.put("topic", record.topic());
            node.put("partition", record.partition());
            node.put("offset", record.offset());
            node.put("key", textOf(record.key()));
            node.put("value", textOf(record.value()));
            ArrayNode headers = node.putArray("headers");
            for (Header header : record.headers()) {
                headers.addArray().add(header.key()).add(textOf(header.value()));
            }
            output.write(JSON.writeValueAsBytes(node));
            output.write('\n');
        }
        output.flush();
    }

    private static String textOf(byte[] bytes) {
        return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
    }
}
