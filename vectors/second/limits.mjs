/** The short form in which the topic "limits" writes long values. */

/**
 * `{ times, value }` in a list stands for that many values, `{ repeat, times }` for a text, and data in the long form
 * of hex is written out.
 */
export function expand(json) {
  if (Array.isArray(json)) {
    return json.flatMap((element) =>
      isRepeated(element) ? Array(element.times).fill(expand(element.value)) : [expand(element)],
    );
  }
  if (json === null || typeof json !== 'object') return json;
  if ('repeat' in json) return json.repeat.repeat(json.times);
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, name === 'data' ? longText(value) : expand(value)]),
  );
}

const isRepeated = (element) =>
  element !== null && typeof element === 'object' && 'times' in element && 'value' in element;

const longText = (hex) => hex.replace(/\(([0-9a-f]+)\)x([0-9]+)/g, (_, unit, times) => unit.repeat(Number(times)));
