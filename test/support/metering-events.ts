/** A metering event as a producer would send it. Quantities and costs need more digits than a double has. */
export function meteringEvent(number: number, overrides: Record<string, unknown> = {}) {
  return {
    event_id: `evt-${number}`,
    agent_id: `agent-${number % 5}`,
    resource_type: number % 2 === 0 ? 'tokens' : 'seconds',
    quantity: `${number % 7}.1000000000000000001`,
    cost: `0.${String(number % 100).padStart(4, '0')}`,
    currency: number % 3 === 0 ? 'EUR' : 'USD',
    occurred_at: new Date(Date.UTC(2026, 0, 31, 9 + (number % 4), number % 60)).toISOString(),
    ...overrides,
  };
}

export type MeteringEventFields = ReturnType<typeof meteringEvent>;

/** The same as a record: keyed by its agent. */
export function meteringRecord(number: number, overrides: Record<string, unknown> = {}) {
  const event = meteringEvent(number, overrides);
  return { key: String(event.agent_id), value: JSON.stringify(event) };
}
