import { describe, expect, it } from 'vitest';
import { blazedbKit, blazedbKitProcess } from '../support/cli.ts';
import { referenceNode } from '../support/node.ts';
import { MANNERS, nullNode } from '../support/null-node.ts';

const STACK = /^\s+at .+:\d+:\d+\)?$/m;

describe('blazedb-kit', () => {
  it.each([
    [['rnu'], 'Did you mean run?'],
    [['run', 'tcp://127.0.0.1:1', '--levl', 'L0'], 'Did you mean --level?'],
    [['run', 'tcp://127.0.0.1:1', '--level', 'L9'], 'Allowed choices are L0, L1'],
    [['run', 'tcp://127.0.0.1:1', '--timeout', 'soon'], 'whole number'],
    [['run', 'tcp://127.0.0.1:1', '--limit', 'PING_IDEL=1'], 'PING_IDLE'],
    [['run'], 'a run needs a target'],
    [['run', 'nowhere'], 'a URL is tcp://HOST:PORT'],
    [['run', 'tcp://127.0.0.1:1'], 'nothing listens'],
    [['run', '--exec', 'exit 3'], 'did not come up'],
    [['run', 'tcp://127.0.0.1:1', '--psk', '/no/such/file'], '/no/such/file'],
    [['run', 'tcp://127.0.0.1:1', '--statement', '/no/such/file'], '/no/such/file'],
    [['run', 'tcp://127.0.0.1:1', '--json', '/dev/null/report.json'], 'cannot write the report'],
    [['node', '--capabilities', 'COMPRESSION,E2E'], 'takes COMPRESSION and SELECTIVE_SYNC, not "E2E"'],
    [['list', '--grep', 'zzzzqqq'], 'no case matches "zzzzqqq"'],
    [['inspect', 'zz'], 'neither hexadecimal digits nor a file'],
    [['inspect', '00', '--key', '00'], '64 hex digits'],
    [[], 'Usage: blazedb-kit'],
  ])('ends %j with status 2 and a sentence that helps', async (words, sentence) => {
    const { status, stderr, stdout } = await blazedbKit(...words);
    expect(stderr).toContain(sentence);
    expect(stderr + stdout).not.toMatch(STACK);
    expect(status).toBe(2);
  });

  it.each([
    [[], ['COMPRESSION', 'SELECTIVE_SYNC']],
    [['--capabilities', 'SELECTIVE_SYNC'], ['SELECTIVE_SYNC']],
    [['--capabilities', ''], []],
  ])('starts a node with %j that states %j', async (words, capabilities) => {
    const { stdout } = await blazedbKit('node', '--statement', ...words);
    expect(JSON.parse(stdout).capabilities).toEqual(capabilities);
  });

  it.each(['silent', 'echo', 'close', 'garbage'])('ends a run against a %s server with status 1', async (name) => {
    const node = await nullNode(MANNERS[name]!);
    const { status, stderr, stdout } = await blazedbKit('run', node.url, '--timeout', '300');
    node.close();
    expect(stderr).toMatch(/^error: tcp:/);
    expect(stderr + stdout).not.toMatch(STACK);
    expect(status).toBe(1);
  });

  it('runs one case, and says when there is none of that name', async () => {
    const node = await referenceNode();
    const found = await blazedbKit('run', node.url, '--case', 'control-ping-answered', '--seed', '7', '--json', '-');
    const missing = await blazedbKit('run', node.url, '--case', 'control-ping-answerd');
    await node.close();
    expect(found.status).toBe(0);
    expect(found.stderr).toContain('conforms: 1 pass, 0 fail');
    expect(JSON.parse(found.stdout)).toMatchObject({ seed: 7, summary: { pass: 1 } });
    expect(missing.status).toBe(2);
    expect(missing.stderr).toContain('did you mean control-ping-answered');
  });

  it('ends as a process with the same status and sentence', async () => {
    const [wrong, right] = await Promise.all([blazedbKitProcess('inspect', 'zz'), blazedbKitProcess('list')]);
    expect(wrong).toMatchObject({ status: 2, stdout: '' });
    expect(wrong.stderr).toBe('error: "zz" is neither hexadecimal digits nor a file that can be read\n');
    expect(right.status).toBe(0);
    expect(right.stdout).toMatch(/\d+ cases\n$/);
  });

  it('says its version and lists its cases', async () => {
    expect(await blazedbKit('--version')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^blazedb-kit \d/),
    });
    const { stdout } = await blazedbKit('list', '--grep', 'CTRL-15', '--json');
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ id: 'control-ping-answered', level: 'L1' }));
  });

  it('decodes what is right with status 0 and refuses what is wrong with status 1', async () => {
    const right = await blazedbKit('inspect', '424c415a45 01 0001 09 1201', '--json');
    expect(right).toMatchObject({ status: 0 });
    expect(JSON.parse(right.stdout)).toEqual([['priority', { int: '1' }]]);
    const wrong = await blazedbKit('inspect', '424c415a45 01 0001 09 1301');
    expect(wrong.status).toBe(1);
    expect(wrong.stdout).toMatch(/refused: record\.tag-unknown/);
    expect(wrong.stdout).toMatch(/REC-\d+ {2}A decoder MUST refuse/);
    const second = await blazedbKit('inspect', '04 00000000 07 00000003 020100');
    expect(second.stdout).toContain('refused in the frame at byte 5: alert.length');
  });
});
