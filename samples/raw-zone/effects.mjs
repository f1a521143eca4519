/** Every sample stands in the zone once, byte for byte: nothing of it is parsed, rounded or put in order. */
export function effectsOf(samples) {
  const bytesOf = (given) => (given === null ? null : Buffer.from(given).toString('base64'));
  return [
    {
      title: `${samples[0].topic} in the raw zone: every record once, byte for byte`,
      zone: samples[0].topic,
      rows: samples.map(({ key, value, headers }) => ({
        key: bytesOf(key),
        value: bytesOf(value),
        headers: Object.entries(headers).map(([name, text]) => [name, bytesOf(text)]),
      })),
    },
  ];
}
