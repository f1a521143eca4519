/** What a consumer needs before its first record, beyond Kafka: its store reachable and its tables there. */
export abstract class StartConditions {
  /** Resolves with the unmet condition in words, or undefined when the consumer may start. Re-asked every 3 s. */
  abstract unmet(consumer: string): Promise<string | undefined>;
}
