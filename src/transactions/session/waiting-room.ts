/** Those who wait until there is room for more. */
export class WaitingRoom {
  private seekers: (() => void)[] = [];

  constructor(private readonly hasRoom: () => boolean) {}

  /** Undefined when there is room now; otherwise resolves when there is. */
  enter(): Promise<void> | undefined {
    if (this.hasRoom()) return undefined;
    return new Promise((resolve) => this.seekers.push(resolve));
  }

  /** There may be room now. */
  look(): void {
    if (!this.hasRoom()) return;
    const { seekers } = this;
    this.seekers = [];
    for (const resolve of seekers) resolve();
  }
}
