import fc from 'fast-check';
import { build } from '../../harness/src/message/build.ts';
import { defaultHello } from '../../harness/src/peer/defaults.ts';
import { reach } from '../../harness/src/peer/handshake.ts';
import type { PropertyCase } from '../../harness/src/property.ts';
import { FrameType } from '../../reference/src/registry.ts';
import { answer, batchMessage, fed, insert, operationMessage, sealedMessage, subscribe } from './lib/operations.ts';
import { bytes } from './lib/values.ts';

export const framesInPieces: PropertyCase = {
  id: 'property-frames-in-pieces',
  title: 'A handshake and a session are understood in pieces of every size',
  level: 'L1',
  role: 'server',
  requirements: ['LINK-3', 'FRAME-11', 'FRAME-1', 'FRAME-2', 'FRAME-3'],
  async run(context) {
    await context.check(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), async (size) => {
        const peer = await context.connect();
        await peer.send(build(defaultHello(peer)), size);
        await reach(peer, 'W_VERIFY');
        await peer.send(build({ kind: 'clear', name: 'VERIFY', payload: peer.transcript.mac }), size);
        await reach(peer, 'W_SESSION');
        await peer.send(peer.control('SESSION'), size);
        await reach(peer, 'OPEN');
        const operations = Array.from({ length: 4 }, () => insert(peer, context.collection));
        const [first, ...others] = operations;
        await peer.send([operationMessage(first!), batchMessage(others), peer.control('PING')], size);
        for (const of of operations) context.expect((await answer(peer, of)) === 'stored', 'stored', 'another answer');
        await peer.fence();
        peer.destroy();
      }),
    );
  },
};

/** Types of frames that are sealed. */
const sealedType = fc.constantFrom(FrameType.CONTROL, FrameType.OPERATION, FrameType.BATCH);

export const garbageInFrames: PropertyCase = {
  id: 'property-garbage-in-frames',
  title: 'Random bytes, sealed or not, end one connection at most, and nothing of them is stored',
  level: 'L1',
  role: 'server',
  requirements: [
    'SYNC-60',
    'OP-30',
    'OP-53',
    'CTRL-9',
    'FRAME-5',
    'CHAN-8',
    'CHAN-9',
    'OP-31',
    'OP-54',
    'OP-28',
    'SYNC-54',
    'CTRL-21',
    'MSG-50',
    'MSG-51',
    'MSG-52',
    'MSG-53',
    'MSG-54',
    'SYNC-34',
    'FRAME-10',
    'CTRL-31',
    'FRAME-9',
  ],
  async run(context) {
    const [good, watcher] = [await context.open({ name: 'good' }), await context.open({ name: 'watcher' })];
    const first = insert(good, context.collection);
    await good.send(operationMessage(first));
    await answer(good, first);
    await subscribe(watcher, { cur: good.ledger.seen! });
    let peer = await context.open();
    const garbage = fc.oneof(
      fc.record({ type: sealedType, plaintext: bytes(200, 1) }),
      fc.record({ type: fc.integer({ min: 0, max: 255 }), clear: bytes(200) }),
      fc.record({ raw: bytes(64, 5) }),
    );
    await context.check(
      fc.asyncProperty(garbage, async (of) => {
        if (peer.ended !== undefined) peer = await context.open();
        peer.deviant = 'garbage';
        if ('plaintext' in of) await peer.send(sealedMessage(of.type, of.plaintext));
        else if ('clear' in of) await peer.send(build({ kind: 'frame', type: of.type, payload: of.clear }));
        else {
          await peer.send(build({ kind: 'bytes', bytes: of.raw }));
          peer.link.halfClose();
          await peer.wait('the end of the connection', () => (peer.ended === undefined ? undefined : true));
        }
        await good.fence();
        await watcher.caughtUp();
      }),
    );
    const last = insert(good, context.collection);
    await good.send(operationMessage(last));
    await answer(good, last);
    await fed(watcher, [last]);
  },
};
