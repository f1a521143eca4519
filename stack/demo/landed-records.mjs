import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/**
 * What stands in the raw zone of a topic, without the places that no sample knows. Bytes are shown in base64, whichever
 * way the line holds them.
 * @param {string} url
 * @param {string} topic
 */
export function landedRecords(url, topic) {
  const folder = join(fileURLToPath(url), topic);
  const objects = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ndjson.gz'),
  );
  return objects.flatMap((name) => {
    const lines = gunzipSync(readFileSync(join(folder, name)))
      .toString()
      .split('\n');
    return lines.filter((line) => line !== '').map((line) => rowOf(JSON.parse(line)));
  });
}

function rowOf({ key, keyEncoding, value, valueEncoding, headers }) {
  return {
    key: inBase64(key, keyEncoding),
    value: inBase64(value, valueEncoding),
    headers: headers.map(([name, text, encoding]) => [name, inBase64(text, encoding)]),
  };
}

function inBase64(text, encoding) {
  return text === null ? null : Buffer.from(text, encoding).toString('base64');
}
