import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Prints everything that a topic holds now, one record a line, as the Java client sees it. Arguments: the broker's
 * address, the topic, and consumer settings as name=value.
 */
public class Consumer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    public static void main(String[] arguments) throws Exception {
        try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(
                                settings(arguments),
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer());
                OutputStream output = new BufferedOutputStream(System.out, 1 << 16)) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(arguments[1]).stream()
                            .map(each -> new TopicPartition(each.topic(), each.partition()))
                            .toList();
            if (partitions.isEmpty()) {
                throw new IllegalStateException("There is no topic " + arguments[1]);
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!isAtEnd(consumer, ends)) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    deadline = System.nanoTime() + PATIENCE.toNanos();
                    print(record, ends, output);
                }
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("No record came for " + PATIENCE);
                }
            }
        }
    }

    private static Properties settings(String[] arguments) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("enable.auto.commit", "false");
        settings.put("allow.auto.create.topics", "false");
        for (int index = 2; index < arguments.length; index += 1) {
            String[] setting = arguments[index].split("=", 2);
            settings.put(setting[0], setting[1]);
        }
        return settings;
    }

    private static boolean isAtEnd(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private static void print(
            ConsumerRecord<byte[], byte[]> record,
            Map<TopicPartition, Long> ends,
            OutputStream output)
            throws IOException {
        // What came after the start is another reader's.
        if (record.offset() >= ends.get(new TopicPartition(record.topic(), record.partition()))) {
            return;
        }
        ObjectNode node = JSON.createObjectNode();
        node.put("topic", record.topic());
        node.put("partition", record.partition());
        node.put("offset", record.offset());
        node.put("timestamp", record.timestamp());
        node.put("key", textOf(record.key()));
        node.put("value", textOf(record.value()));
        ArrayNode headers = node.putArray("headers");
        for (Header header : record.headers()) {
            headers.addArray().add(header.key()).add(textOf(header.value()));
        }
        output.write(JSON.writeValueAsBytes(node));
        output.write('\n');
    }

    private static String textOf(byte[] bytes) {
        return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
    }
}
