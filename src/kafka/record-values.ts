import { Injectable } from '@nestjs/common';
import {
  DependencyUnavailableError,
  type Delivery,
  type DeliveryStep,
  type Failure,
  type Outcome,
} from '../record/index.js';
import { RecordDelivery } from './consumer/record-delivery.js';
import { takesRawValue } from './handlers/index.js';
import { RecordDecoder, type DecodeResult } from './ports/index.js';

/**
 * Turns a delivery's bytes into its value, and again for each further attempt: a handler that changed its value before
 * it failed must not find the changes, and neither must whoever reads the message's identity from it.
 */
@Injectable()
export class RecordValues {
  constructor(private readonly decoder: RecordDecoder) {}

  /** Stands directly inside whatever tries a delivery again. */
  readonly step: DeliveryStep = (delivery, next) =>
    delivery instanceof RecordDelivery && delivery.isValueUsed
      ? this.renewed(delivery, next)
      : next();

  /** Sets the delivery's value, or tells why there is none. */
  decode(delivery: Delivery): Failure | undefined | Promise<Failure | undefined> {
    const { unreadable } = delivery.record;
    if (unreadable !== undefined) return { stage: 'decode', error: unreadable };
    if (takesRawValue(delivery.handler.method)) {
      delivery.value = delivery.record.value;
      return undefined;
    }
    const decoded = this.decoder.decode(delivery.record);
    if (decoded instanceof Promise) return decoded.then((result) => takeValue(delivery, result));
    return takeValue(delivery, decoded);
  }

  private async renewed(delivery: Delivery, next: () => Promise<Outcome>): Promise<Outcome> {
    const failure = await this.decode(delivery);
    if (failure !== undefined) throw failure.error;
    return next();
  }
}

function takeValue(delivery: Delivery, decoded: DecodeResult): Failure | undefined {
  switch (decoded.kind) {
    case 'decoded':
      delivery.value = decoded.value;
      return undefined;
    case 'undecodable':
      return { stage: 'decode', error: decoded.error };
    case 'waiting': {
      const { dependency, detail } = decoded;
      return { stage: 'decode', error: new DependencyUnavailableError(dependency, detail) };
    }
  }
}
