import type { Socket } from 'node:net';

export interface PipeState {
  /** Nothing passes any more, whatever is set later. */
  readonly isSilent: boolean;
  /** Nothing passes until it is set free. */
  readonly isHeld: boolean;
  readonly delayMs: number;
}

/** One direction of a proxied connection: bytes and the end of the stream, in order, late, held, or never. */
export class ProxyPipe {
  private state: PipeState = { isSilent: false, isHeld: false, delayMs: 0 };
  /** null is the end of the stream. */
  private readonly waiting: { readonly bytes: Buffer | null; readonly dueAt: number }[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly source: Socket,
    private readonly sink: Socket,
  ) {
    source.on('data', (bytes: Buffer) => this.enqueue(bytes));
    source.on('end', () => this.enqueue(null));
    sink.on('drain', () => this.readOrNot());
  }

  set(state: PipeState): void {
    this.state = { ...state, isSilent: this.state.isSilent || state.isSilent };
    this.readOrNot();
    this.flush();
  }

  private get isStopped(): boolean {
    return this.state.isSilent || this.state.isHeld;
  }

  /** Not reading is what makes the sender's own buffers fill, as they do on a network that is gone. */
  private readOrNot(): void {
    if (this.isStopped || this.sink.writableNeedDrain) this.source.pause();
    else this.source.resume();
  }

  private enqueue(bytes: Buffer | null): void {
    this.waiting.push({ bytes, dueAt: performance.now() + this.state.delayMs });
    this.flush();
  }

  private flush(): void {
    clearTimeout(this.timer);
    for (;;) {
      const next = this.waiting[0];
      if (next === undefined || this.isStopped) return;
      const remaining = next.dueAt - performance.now();
      if (remaining > 0) {
        this.timer = setTimeout(() => this.flush(), remaining);
        return;
      }
      this.waiting.shift();
      if (next.bytes === null) this.sink.end();
      else if (!this.sink.write(next.bytes)) this.readOrNot();
    }
  }
}
