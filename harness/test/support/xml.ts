/** Whether a text is well-formed XML 1.0: one root, balanced tags, quoted attributes, known entities, legal characters. */
export function wellFormed(xml: string): boolean {
  const open: string[] = [];
  let roots = 0;
  let at = /^<\?xml[^>]*\?>\s*/.exec(xml)?.[0].length ?? 0;
  while (at < xml.length) {
    const rest = xml.slice(at);
    const text = /^[^<]+/.exec(rest)?.[0];
    if (text !== undefined) {
      if (!isText(text) || (open.length === 0 && text.trim() !== '')) return false;
      at += text.length;
      continue;
    }
    const tag = /^<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w.-]+="[^"<]*")*)\s*(\/?)>/.exec(rest);
    if (tag === null || !isText(tag[3] ?? '')) return false;
    const [whole, closing, name = '', , empty] = tag;
    if (closing !== '') {
      if (open.pop() !== name) return false;
    } else {
      if (open.length === 0) roots++;
      if (empty === '') open.push(name);
    }
    at += whole.length;
  }
  return open.length === 0 && roots === 1;
}

function isText(text: string): boolean {
  if (/&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)/.test(text)) return false;
  return /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(text);
}
