import type { LeaseRequest } from '../lease/lease-store.port.js';

type RequestOf<Kind extends LeaseRequest['kind']> = LeaseRequest & { readonly kind: Kind };

/**
 * Requests of one kind as the statement takes them: an array for each field, written out here, because the driver's own
 * way with arrays costs it more than all else. `ticket` is for those that have none.
 */
export function arraysOf(requests: readonly LeaseRequest[], ticket: string): string[] {
  const [first] = requests;
  const keys = keyArrays(requests);
  switch (first!.kind) {
    case 'claim':
    case 'renew': {
      const terms = requests as readonly RequestOf<'claim' | 'renew'>[];
      return [
        ...keys,
        texts(terms.map(({ fingerprint }) => fingerprint)),
        texts(terms.map(({ origin }) => origin)),
        numbers(terms.map((request) => request.ticket ?? ticket)),
        numbers(terms.map(({ windowMs }) => windowMs)),
      ];
    }
    case 'complete': {
      const completions = requests as readonly RequestOf<'complete'>[];
      return [
        ...keys,
        texts(completions.map(({ fingerprint }) => fingerprint)),
        numbers(completions.map(({ windowMs }) => windowMs)),
      ];
    }
    case 'release':
      return keys;
  }
}

/** A scope is long, and mostly the same for all: it is written once. */
function keyArrays(requests: readonly LeaseRequest[]): string[] {
  const places = new Map<string, number>();
  const numbersOfScopes = requests.map(({ identity: { scope } }) => {
    let number = places.get(scope);
    if (number === undefined) places.set(scope, (number = places.size + 1));
    return number;
  });
  return [
    texts([...places.keys()]),
    numbers(numbersOfScopes),
    texts(requests.map(({ identity }) => identity.id)),
  ];
}

const numbers = (values: readonly (number | string)[]): string => `{${values.join(',')}}`;

function texts(values: readonly string[]): string {
  return `{"${values.map(quotable).join('","')}"}`;
}

const QUOTED = /["\\]/;
const quotable = (text: string): string =>
  QUOTED.test(text) ? text.replace(/["\\]/g, '\\$&') : text;
