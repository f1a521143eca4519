import type { Delivery, HandlerDescription, Outcome } from '../record/index.js';
import {
  RecordObserver,
  type AttemptAction,
  type BlockedAt,
  type BlockedHead,
  type ConsumedPartition,
  type FailureKind,
  type LogReset,
  type SkippedOffsets,
} from './record-observer.js';

/** Tells several observers, one after the other. */
export class RecordObservers extends RecordObserver {
  constructor(private readonly observers: readonly RecordObserver[]) {
    super();
  }

  settled(delivery: Delivery, outcome: Outcome, milliseconds: number): void {
    for (const observer of this.observers) observer.settled(delivery, outcome, milliseconds);
  }

  attemptFailed(
    delivery: Delivery,
    error: unknown,
    action: AttemptAction,
    kind: FailureKind,
  ): void {
    for (const observer of this.observers) observer.attemptFailed(delivery, error, action, kind);
  }

  deadLetterRefused(delivery: Delivery, error: Error): void {
    for (const observer of this.observers) observer.deadLetterRefused(delivery, error);
  }

  override handlerOverdue(delivery: Delivery): void {
    for (const observer of this.observers) observer.handlerOverdue(delivery);
  }

  offsetsSkipped(place: ConsumedPartition, skipped: SkippedOffsets): void {
    for (const observer of this.observers) observer.offsetsSkipped(place, skipped);
  }

  logReset(place: ConsumedPartition, log: LogReset): void {
    for (const observer of this.observers) observer.logReset(place, log);
  }

  override headBlocked(head: BlockedHead & BlockedAt): void {
    for (const observer of this.observers) observer.headBlocked(head);
  }

  override headUnblocked(head: BlockedHead & BlockedAt): void {
    for (const observer of this.observers) observer.headUnblocked(head);
  }

  override breakerOpened(handler: HandlerDescription, errorClass: string): void {
    for (const observer of this.observers) observer.breakerOpened(handler, errorClass);
  }

  override breakerClosed(handler: HandlerDescription): void {
    for (const observer of this.observers) observer.breakerClosed(handler);
  }
}
