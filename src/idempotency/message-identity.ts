import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import {
  ContractViolationError,
  type Delivery,
  type HandlerDescription,
  type KafkaRecord,
} from '../record/index.js';
import type { MessageIdentity } from './idempotency-provider.port.js';
import type { IdempotentOptions } from './idempotent.decorator.js';

const ID_HEADERS = ['event-id', 'event_id', 'x-event-id'] as const;
/** The fields in which contracts carry a message id of their own. */
const ID_FIELDS = ['event_id', 'messageId'] as const;

/** What every store keeps as it is: short, no control characters, no half of a surrogate pair. */
const PLAIN_TEXT = /^[\x20-\x7e\u00a0-\ud7ff\ue000-\ufffc]{1,120}$/;
/** Most ids: one byte is one character, and nothing more is to be asked. */
const PLAIN_ASCII = /^[\x20-\x7e]{1,120}$/;

/** By origin topic: written once for each handler and topic, not for each record. */
const scopes = new WeakMap<HandlerDescription, Map<string, string>>();

/**
 * The message's identity, by the handler's own key or the first that exists: CloudEvents' source and id, an event id in the headers, the
 * contract's own message id, the place of the source record. A blank id is none. An id that is long, binary or not
 * plain text is represented by its hash, so that ids which differ stay different.
 */
export function identityOf(delivery: Delivery, key?: IdempotentOptions['key']): MessageIdentity {
  const { record, value, origin } = delivery;
  return {
    scope: scopeOf(delivery),
    id:
      (key && keyId(delivery, key)) ??
      cloudEventId(record) ??
      headerId(record) ??
      valueId(value) ??
      // The timestamp tells a re-created topic, which starts at offset 0 again, from the one before it.
      `at:${origin.partition}:${origin.offset}:${origin.timestamp}`,
  };
}

/** Another message of the same id, told apart by its value. */
export function withFingerprint(identity: MessageIdentity, fingerprint: string): MessageIdentity {
  const hex = Buffer.from(fingerprint, 'base64').toString('hex');
  return { ...identity, id: `${identity.id} sha256:${hex}` };
}

/** SHA-256 of the value's bytes; empty for a tombstone, which is not the same as an empty value. */
export function fingerprintOf(record: KafkaRecord): string {
  // As text, which costs half of what a buffer does.
  return record.value === null ? '' : hash('sha256', record.value, 'base64');
}

function scopeOf({ handler, origin }: Delivery): string {
  let byTopic = scopes.get(handler);
  if (byTopic === undefined) scopes.set(handler, (byTopic = new Map<string, string>()));
  let scope = byTopic.get(origin.topic);
  if (scope === undefined) {
    // Neither a handler's nor a topic's name can hold a slash, so no two scopes read the same.
    scope = `${handler.groupId}/${handler.handler}/${origin.topic}`;
    byTopic.set(origin.topic, scope);
  }
  return scope;
}

/** What the handler's own function gives for it. Its words of an error may quote the value, so they are not repeated. */
function keyId(delivery: Delivery, key: NonNullable<IdempotentOptions['key']>): string {
  let id: unknown;
  try {
    id = key(delivery.value, delivery);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'an error';
    throw new ContractViolationError(`the key of @Idempotent cannot be read: ${name}`);
  }
  if (typeof id === 'string' && id.trim() !== '') return `key-${textId(id)}`;
  throw new ContractViolationError('the key of @Idempotent gives no text');
}

function cloudEventId(record: KafkaRecord): string | undefined {
  const source = headerBytes(record, 'ce_source');
  const id = headerBytes(record, 'ce_id');
  if (source === undefined || id === undefined) return undefined;
  const [sourceText, idText] = [plainText(source), plainText(id)];
  // A source with a space would leave open where it ends.
  const isReadable = sourceText !== undefined && idText !== undefined && !sourceText.includes(' ');
  if (isReadable) return `ce:${sourceText} ${idText}`;
  return `ce-sha256:${sha256(Buffer.concat([Buffer.from(`${source.length}:`), source, id]))}`;
}

function headerId(record: KafkaRecord): string | undefined {
  for (const name of ID_HEADERS) {
    const bytes = headerBytes(record, name);
    if (bytes !== undefined) return eventId(bytes);
  }
  return undefined;
}

function valueId(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  for (const name of ID_FIELDS) {
    const id = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (Number.isSafeInteger(id)) return `id:${String(id)}`;
    if (typeof id === 'string' && id.trim() !== '') return textId(id);
  }
  return undefined;
}

function textId(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.toString('utf8') === text) return eventId(bytes);
  // In UTF-8 all halves of surrogate pairs read the same.
  return `id-utf16-sha256:${sha256(Buffer.from(text, 'utf16le'))}`;
}

function eventId(bytes: Buffer): string {
  const text = plainText(bytes);
  return text === undefined ? `id-sha256:${sha256(bytes)}` : `id:${text}`;
}

function plainText(bytes: Buffer): string | undefined {
  const ascii = bytes.length > 120 ? '' : bytes.toString('latin1');
  if (PLAIN_ASCII.test(ascii)) return ascii;
  const text = bytes.toString('utf8');
  return PLAIN_TEXT.test(text) && isUtf8(bytes) ? text : undefined;
}

/** The newest of a repeated header stands last; a blank one says nothing. */
function headerBytes(record: KafkaRecord, wanted: string): Buffer | undefined {
  for (let index = record.headers.length - 1; index >= 0; index -= 1) {
    const [name, bytes] = record.headers[index]!;
    if (name === wanted && bytes !== null && !isBlank(bytes)) return bytes;
  }
  return undefined;
}

function isBlank(bytes: Buffer): boolean {
  const first = bytes[0];
  // A visible character of ASCII says it without decoding the rest.
  if (first !== undefined && first > 0x20 && first < 0x7f) return false;
  return bytes.toString('utf8').trim() === '';
}

function sha256(bytes: Buffer): string {
  return hash('sha256', bytes, 'hex');
}
