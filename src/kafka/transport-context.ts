import { KafkaContext } from '@nestjs/microservices';

type KafkaContextArguments = ConstructorParameters<typeof KafkaContext>[0];

/** Nest's positional arguments: everything they hold is a method here. */
const NO_ARGUMENTS = Object.freeze([]) as unknown as KafkaContextArguments;

/**
 * What every `@Ctx()` of this transport has of Nest's KafkaContext. Offsets, heartbeats and pauses belong to the
 * transport, so the consumer and the producer are not handed out.
 */
export abstract class TransportContext extends KafkaContext {
  /** What went wrong in this attempt, noted before any exception filter could answer for it. */
  private noted: { readonly error: unknown } | undefined;

  constructor() {
    super(NO_ARGUMENTS);
  }

  /** Heartbeats are sent by the transport, however long a handler runs. */
  override getHeartbeat(): () => Promise<void> {
    return () => Promise.resolve();
  }

  override getConsumer(): never {
    throw new Error(
      'the consumer belongs to the transport: a record is committed when its outcome is durable',
    );
  }

  override getProducer(): never {
    throw new Error('inject RecordPublisher to publish a record');
  }

  noteError(error: unknown): void {
    this.noted = { error };
  }

  /** The error that an exception filter may have swallowed, or undefined. */
  get notedError(): { readonly error: unknown } | undefined {
    return this.noted;
  }
}
