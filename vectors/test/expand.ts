/** Writes out the short forms of the topic "limits"; see README.md. */
export function expand(json: unknown): unknown {
  if (typeof json === 'string') {
    return json.replace(/\(([0-9a-f]+)x([0-9]+)\)/g, (_, unit: string, times: string) => unit.repeat(Number(times)));
  }
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) {
    return json.flatMap((element) =>
      isRepeated(element) ? Array<unknown>(element.times).fill(expand(element.value)) : [expand(element)],
    );
  }
  if ('repeat' in json && 'times' in json) return String(json.repeat).repeat(Number(json.times));
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, expand(value)]));
}

function isRepeated(element: unknown): element is { times: number; value: unknown } {
  return typeof element === 'object' && element !== null && 'times' in element && 'value' in element;
}
