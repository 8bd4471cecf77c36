import { demanded } from '../requirements.ts';
import { front } from '../vector-file.ts';
import type { Handshake } from './handshakes.ts';
import { CLEAR_CASES } from './handshakes-invalid-clear.ts';
import { SEALED_CASES } from './handshakes-invalid-sealed.ts';

export function invalidHandshakes(connections: readonly Handshake[]) {
  return [...CLEAR_CASES, ...SEALED_CASES].map(([id, reason, baseId, from, name, make, note]) => {
    const base = connections.find((connection) => connection.id === baseId)!;
    const step = base.steps.findIndex((candidate) => candidate.from === from && candidate.name === name);
    const frame = make(base, base.steps[step]!);
    return { ...front(id, demanded(reason), note), base: baseId, step, frame, reason };
  });
}
