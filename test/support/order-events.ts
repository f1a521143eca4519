/** An order event as a producer would send it. */
export function orderEvent(number: number, overrides: Record<string, unknown> = {}) {
  const quantity = (number % 5) + 1;
  return {
    order_id: `ord-${number}`,
    created_at: '2026-01-31T12:00:00Z',
    customer_name: `customer ${number}`,
    total_price: `${quantity * 10}.50`,
    line_items: [
      { product_id: 'p-1', product_title: 'lamp', quantity, unit_price: '10.00' },
      { product_id: 'p-2', product_title: 'pen', quantity: 1, unit_price: '0.50' },
    ],
    ...overrides,
  };
}

/** The same as a record: keyed by the order, with an event id. */
export function orderRecord(number: number, overrides: Record<string, unknown> = {}) {
  return {
    key: `ord-${number}`,
    value: JSON.stringify(orderEvent(number, overrides)),
    headers: { 'event-id': `evt-${number}` },
  };
}
