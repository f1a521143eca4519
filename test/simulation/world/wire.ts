interface Request {
  readonly from: Endpoint;
  readonly label: string;
  readonly mayArrive: () => boolean;
  readonly arrive: () => unknown;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  answer: { readonly value: unknown } | { readonly error: unknown } | undefined;
}

/** Who sends; a process that is cut off hears nothing, one that is dead neither. */
export interface Endpoint {
  readonly name: string;
  readonly isCut: boolean;
  readonly isDead: boolean;
}

export interface Sending<Answer> {
  readonly label: string;
  /** What the broker does with it, when it arrives. */
  readonly arrive: () => Answer;
  readonly mayArrive?: () => boolean;
}

/** Requests on their way to the broker and answers on their way back: each waits until the schedule moves it. */
export class Wire {
  private requests: Request[] = [];

  send<Answer>(from: Endpoint, sending: Sending<Answer>): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.requests.push({
        from,
        label: `${from.name} ${sending.label}`,
        mayArrive: sending.mayArrive ?? (() => true),
        arrive: sending.arrive,
        resolve: resolve as (answer: unknown) => void,
        reject,
        answer: undefined,
      });
    });
  }

  has(label: string): boolean {
    return this.requests.some((request) => request.label.includes(label));
  }

  /** Moves one request a stretch: to the broker, or its answer home. */
  move(pick: number): string | undefined {
    const request = this.pick(pick);
    if (request === undefined) return undefined;
    if (request.answer !== undefined) return this.deliver(request);
    this.arrive(request);
    return `the broker takes: ${request.label}${'error' in request.answer! ? ', refused' : ''}`;
  }

  /** The connection breaks: the request never arrives, or its answer never comes back. */
  lose(pick: number): string | undefined {
    const request = this.pick(pick);
    if (request === undefined) return undefined;
    this.remove(request);
    request.reject(new Error('connection lost'));
    return `${request.answer === undefined ? 'lost' : 'answer lost'}: ${request.label}`;
  }

  /** All that may arrive does, and is answered; what a process that is cut off waits for, fails. */
  flush(): void {
    for (const request of [...this.requests]) {
      if (request.from.isCut) {
        // What was answered lies in its socket until it wakes up.
        if (request.answer !== undefined) continue;
        this.remove(request);
        request.reject(new Error('request timed out'));
      } else if (request.answer !== undefined || request.mayArrive()) {
        if (request.answer === undefined) this.arrive(request);
        this.deliver(request);
      }
    }
  }

  /** All that this process sent is at the broker, and it has read no answer. */
  arriveFrom(from: Endpoint): void {
    for (const request of this.requests) {
      if (request.from === from && request.answer === undefined && request.mayArrive())
        this.arrive(request);
    }
  }

  /** The connection is closed: whatever it still waits for fails. */
  close(from: Endpoint): void {
    const open = this.requests.filter((request) => request.from === from);
    this.forget(from);
    for (const { reject } of open) reject(new Error('connection closed'));
  }

  /** What that process sent and was not answered, it never learns. */
  forget(from: Endpoint): void {
    this.requests = this.requests.filter((request) => request.from !== from);
  }

  private pick(pick: number): Request | undefined {
    const movable = this.requests.filter(
      ({ from, answer, mayArrive }) => !from.isCut && (answer !== undefined || mayArrive()),
    );
    return movable[pick % movable.length];
  }

  private arrive(request: Request): void {
    try {
      request.answer = { value: request.arrive() };
    } catch (error) {
      request.answer = { error };
    }
  }

  private deliver(request: Request): string {
    this.remove(request);
    const answer = request.answer!;
    if ('error' in answer) request.reject(answer.error);
    else request.resolve(answer.value);
    return `answered: ${request.label}`;
  }

  private remove(request: Request): void {
    this.requests = this.requests.filter((each) => each !== request);
  }
}
