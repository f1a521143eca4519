import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.weld.environment.se.Weld;

/**
 * Channels of SmallRye's Kafka connector, each failing in a way of its own: in the method, in the deserializers, and
 * behind retry topics. Parameter: the broker. Ends with its standard input.
 */
@ApplicationScoped
public class SmallRyeChannels {

  private final AtomicInteger failures = new AtomicInteger();

  public static void main(String[] parameters) throws IOException {
    System.setProperty("kafka.bootstrap.servers", parameters[0]);
    var configs = ConfigProviderResolver.instance();
    var config = configs.getBuilder().addDefaultSources().addDiscoveredConverters().build();
    configs.registerConfig(config, Thread.currentThread().getContextClassLoader());
    try (var container = new Weld().initialize()) {
      while (System.in.read() != -1) {
        continue;
      }
    }
    System.exit(0); // Vert.x leaves threads behind.
  }

  @Incoming("invoices")
  public CompletionStage<Void> book(String invoice) {
    if (!invoice.startsWith("refused")) return CompletableFuture.completedStage(null);
    var closed = new IOException("the ledger is closed");
    return CompletableFuture.failedStage(new IllegalStateException("the invoice cannot be booked", closed));
  }

  @Incoming("payments")
  public void pay(Integer payment) {
    if (payment >= 0) return;
    throw new IllegalStateException("the payment cannot be made");
  }

  /** Each failure says how many there were before: the last one is what a dead letter is about. */
  @Incoming("orders")
  public CompletionStage<Void> ship(String order) {
    if (!order.startsWith("refused")) return CompletableFuture.completedStage(null);
    String message = "the order cannot be shipped, failure " + failures.incrementAndGet();
    return CompletableFuture.failedStage(new IllegalArgumentException(message));
  }
}
