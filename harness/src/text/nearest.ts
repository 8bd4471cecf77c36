/** The up to three of `names` that look most like `word`; none when nothing does. */
export function nearest(word: string, names: readonly string[]): readonly string[] {
  const wanted = word.toLowerCase();
  const scored = [...new Set(names)]
    .map((name) => ({ name, score: score(wanted, name.toLowerCase()) }))
    .filter((entry) => entry.score < 0.45)
    .sort((x, y) => x.score - y.score || x.name.localeCompare(y.name));
  return scored.slice(0, 3).map(({ name }) => name);
}

/** 0 for the same, 1 for nothing in common; a part of a name is near it. */
function score(word: string, name: string): number {
  if (name.includes(word) || (word.length > 3 && word.includes(name))) return 0.1;
  const words = name.split('-');
  const whole = distance(word, name) / Math.max(word.length, name.length);
  const parts =
    words.length < 2 ? [] : words.map((part) => 0.1 + distance(word, part) / Math.max(word.length, part.length));
  return Math.min(whole, ...parts);
}

/** Levenshtein. */
function distance(x: string, y: string): number {
  let row = Array.from({ length: y.length + 1 }, (_, i) => i);
  for (let i = 1; i <= x.length; i++) {
    const next = [i];
    for (let j = 1; j <= y.length; j++) {
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (x[i - 1] === y[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[y.length]!;
}
