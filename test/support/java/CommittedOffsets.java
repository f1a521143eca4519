import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Prints a group's committed offsets, one partition a line. Arguments: the broker's address, the group. */
public class CommittedOffsets {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", arguments[0]))) {
            Map<TopicPartition, OffsetAndMetadata> offsets =
                    admin.listConsumerGroupOffsets(arguments[1])
                            .partitionsToOffsetAndMetadata()
                            .get();
            for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : offsets.entrySet()) {
                System.out.println(
                        JSON.createObjectNode()
                                .put("topic", entry.getKey().topic())
                                .put("partition", entry.getKey().partition())
                                .put("offset", entry.getValue().offset())
                                .put("metadata", entry.getValue().metadata()));
            }
        }
    }
}
