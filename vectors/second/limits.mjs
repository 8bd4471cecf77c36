/** The short form in which the topic "limits" writes long values. */

/**
 * `{ times, value }` in a list stands for that many values, `{ repeat, times }` for a text, and `(00x3)` in a text for
 * `000000`.
 */
export function expand(json) {
  if (typeof json === 'string')
    return json.replace(/\(([0-9a-f]+)x([0-9]+)\)/g, (_, unit, n) => unit.repeat(Number(n)));
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json))
    return json.flatMap((element) => (isRepeated(element) ? repeated(element) : [expand(element)]));
  if ('repeat' in json) return json.repeat.repeat(json.times);
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, expand(value)]));
}

const isRepeated = (element) =>
  element !== null && typeof element === 'object' && 'times' in element && 'value' in element;

const repeated = ({ times, value }) => Array(times).fill(expand(value));
