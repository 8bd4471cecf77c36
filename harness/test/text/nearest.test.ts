import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/text/nearest.ts';

const names = ['control-ping-answered', 'hello-cut', 'batch-of-257', 'HS-64'];

describe('nearest', () => {
  it.each([
    ['control-ping-answerd', 'control-ping-answered'],
    ['pong-answered', 'control-ping-answered'],
    ['helo', 'hello-cut'],
    ['hs-64', 'HS-64'],
  ])('finds what looks like %s', (word, name) => {
    expect(nearest(word, names)[0]).toBe(name);
  });

  it('finds nothing where nothing looks like it', () => {
    expect(nearest('zzzzzz', names)).toEqual([]);
  });
});
