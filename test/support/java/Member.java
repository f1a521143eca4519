import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A member of a consumer group with the Java client's own defaults. Arguments: the broker's address, the group, the
 * topic, and consumer settings as name=value. Prints "assigned" with the number of its partitions at each assignment,
 * and "refused" with the error's class when the group does not take it. Leaves when standard input ends.
 */
public class Member {
    public static void main(String[] arguments) {
        AtomicBoolean stays = new AtomicBoolean(true);
        Thread waiting =
                new Thread(
                        () -> {
                            try {
                                while (System.in.read() >= 0) {}
                            } catch (java.io.IOException ended) {
                                // The same as its end.
                            }
                            stays.set(false);
                        });
        waiting.setDaemon(true);
        waiting.start();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings(arguments),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.subscribe(
                    List.of(arguments[2]),
                    new ConsumerRebalanceListener() {
                        @Override
                        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

                        @Override
                        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                            System.out.println("assigned " + partitions.size());
                        }
                    });
            while (stays.get()) {
                consumer.poll(Duration.ofMillis(100));
            }
        } catch (org.apache.kafka.common.KafkaException error) {
            System.out.println("refused " + error.getClass().getSimpleName());
        }
    }

    private static Properties settings(String[] arguments) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("group.id", arguments[1]);
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        settings.put("allow.auto.create.topics", "false");
        for (int index = 3; index < arguments.length; index += 1) {
            String[] setting = arguments[index].split("=", 2);
            settings.put(setting[0], setting[1]);
        }
        return settings;
    }
}
