import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.BackOff;
import org.springframework.kafka.annotation.EnableKafkaRetryTopic;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.support.serializer.DelegatingByTypeSerializer;
import org.springframework.kafka.support.serializer.ErrorHandlingDeserializer;
import org.springframework.kafka.support.serializer.JacksonJsonDeserializer;
import org.springframework.kafka.support.serializer.JacksonJsonSerializer;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.util.backoff.FixedBackOff;

/**
 * Listeners of Spring for Apache Kafka, each failing in a way of its own: in the handler, in the deserializers, and
 * behind retry topics. Parameter: the broker. Ends with its standard input.
 */
public final class SpringListeners {

  private static String broker;

  public static void main(String[] parameters) throws IOException {
    broker = parameters[0];
    try (var context = new AnnotationConfigApplicationContext(Beans.class, Listeners.class)) {
      while (System.in.read() != -1) {
        continue;
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableKafkaRetryTopic
  static class Beans {

    @Bean
    KafkaAdmin kafkaAdmin() {
      return new KafkaAdmin(Map.of("bootstrap.servers", broker));
    }

    @Bean
    TaskScheduler taskScheduler() {
      return new ThreadPoolTaskScheduler();
    }

    @Bean
    KafkaTemplate<Object, Object> defaultRetryTopicKafkaTemplate() {
      Map<String, Object> settings = Map.of("bootstrap.servers", broker);
      return new KafkaTemplate<>(new DefaultKafkaProducerFactory<>(settings, byType(), byType()));
    }

    /** What could not be deserialized is published as the bytes that it was. */
    private static Serializer<Object> byType() {
      Map<Class<?>, Serializer<?>> serializers = new HashMap<>();
      serializers.put(byte[].class, new ByteArraySerializer());
      serializers.put(String.class, new StringSerializer());
      serializers.put(Long.class, new LongSerializer());
      serializers.put(Map.class, new JacksonJsonSerializer<>());
      return new DelegatingByTypeSerializer(serializers, true);
    }

    @Bean
    ConcurrentKafkaListenerContainerFactory<String, String> texts(KafkaTemplate<Object, Object> template) {
      var factory = containers(new StringDeserializer(), new StringDeserializer());
      factory.setCommonErrorHandler(errorHandler(template));
      factory.getContainerProperties().setDeliveryAttemptHeader(true);
      return factory;
    }

    @Bean
    ConcurrentKafkaListenerContainerFactory<Long, Object> documents(KafkaTemplate<Object, Object> template) {
      Deserializer<Object> json = new JacksonJsonDeserializer<>(Object.class, false);
      var factory =
          containers(
              new ErrorHandlingDeserializer<>(new LongDeserializer()).keyDeserializer(true),
              new ErrorHandlingDeserializer<>(json));
      factory.setCommonErrorHandler(errorHandler(template));
      return factory;
    }

    @Bean
    ConcurrentKafkaListenerContainerFactory<String, String> retried() {
      return containers(new StringDeserializer(), new StringDeserializer());
    }

    private static <K, V> ConcurrentKafkaListenerContainerFactory<K, V> containers(
        Deserializer<K> keys, Deserializer<V> values) {
      Map<String, Object> settings = Map.of("bootstrap.servers", broker, "auto.offset.reset", "earliest");
      var factory = new ConcurrentKafkaListenerContainerFactory<K, V>();
      factory.setConsumerFactory(new DefaultKafkaConsumerFactory<>(settings, keys, values));
      return factory;
    }

    private static DefaultErrorHandler errorHandler(KafkaTemplate<Object, Object> template) {
      return new DefaultErrorHandler(new DeadLetterPublishingRecoverer(template), new FixedBackOff(10, 2));
    }
  }

  static class Listeners {

    @KafkaListener(topics = "spring-invoices", groupId = "spring-billing", containerFactory = "texts")
    void book(String invoice) {
      if (!invoice.startsWith("refused")) return;
      throw new IllegalStateException("the invoice cannot be booked", new IOException("the ledger is closed"));
    }

    @KafkaListener(topics = "spring-payments", groupId = "spring-payments", containerFactory = "documents")
    void pay(Object payment) {}

    @RetryableTopic(attempts = "3", backOff = @BackOff(delay = 200), numPartitions = "3", replicationFactor = "1")
    @KafkaListener(topics = "spring-orders", groupId = "spring-shipping", containerFactory = "retried")
    void ship(String order) {
      if (!order.startsWith("refused")) return;
      throw new IllegalArgumentException("the order cannot be shipped");
    }
  }

  private SpringListeners() {}
}
