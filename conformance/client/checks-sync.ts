/** What a client owes in OPEN: chapters 8 and 9. */
import { DEFAULT_LIMITS, ErrorCode } from '../../reference/src/registry.ts';
import type { ControlMessageOf } from '../../reference/src/wire/index.ts';
import { Id } from '../../reference/src/wire/index.ts';
import { type ClientCheck, expectEqual } from './check.ts';
import { outcomeOf } from './scene.ts';

const CURSOR: Uint8Array = new Uint8Array(40).fill(5);
const TAG: Uint8Array = new Uint8Array(16).fill(6);
const TEAM: Id = Id.fromHex('7ea70000000040008000000000007ea7');

function checkpoint(n: number, ...scopes: readonly number[]): ControlMessageOf<'CHECKPOINT'> {
  return { name: 'CHECKPOINT', sc: scopes.map((s) => ({ s, cur: CURSOR })), n, more: false };
}

const subscribing: readonly ClientCheck[] = [
  {
    id: 'client-subscribe-fields',
    title: 'SUBSCRIBE carries what was asked for, field by field',
    requirements: ['MSG-10', 'MSG-11', 'MSG-12', 'MSG-13', 'MSG-14', 'MSG-15', 'MSG-16', 'MSG-17', 'MSG-18', 'MSG-19'],
    async run(scene) {
      const { server, client } = await scene.open();
      const scopes = [{ s: 1, col: 'bugs', team: TEAM, cur: CURSOR }, { s: 4_294_967_295, tag: TAG }, { s: 3 }];
      client.subscribe(scopes, CURSOR).catch(() => {});
      client.subscribe([]).catch(() => {});
      client.unsubscribe([9]).catch(() => {});
      await scene.settle();
      const [first, second, third] = server.heard('SUBSCRIBE');
      expectEqual('sc', first?.sc, scopes);
      expectEqual('seen', [first?.seen, second?.seen], [CURSOR, undefined]);
      expectEqual('mode', [first?.mode, second?.mode, third?.mode], [0, 0, 1]);
      expectEqual('sc of none', second?.sc, []);
      expectEqual('removed', third?.sc, [{ s: 9 }]);
      expectEqual('distinct req', new Set([first?.req, second?.req, third?.req]).size, 3);
      server.control({ name: 'SUBSCRIBED', req: first?.req ?? 0, st: 0, sc: scopes.map(({ s }) => ({ s, st: 0 })) });
      await scene.settle();
      expectEqual('no ERROR', server.heard('ERROR').length, 0);
    },
  },
  {
    id: 'client-subscribed-unasked',
    title: 'A SUBSCRIBED that answers no SUBSCRIBE, or has other entries, is refused',
    requirements: ['SYNC-68'],
    async run(scene) {
      const entries = [
        [{ s: 2, st: 0 }],
        [],
        [
          { s: 1, st: 0 },
          { s: 2, st: 0 },
        ],
      ];
      for (const sc of entries) {
        const call = await scene.open();
        call.client.subscribe([{ s: 1 }]).catch(() => {});
        await scene.settle();
        call.server.control({ name: 'SUBSCRIBED', req: call.server.heard('SUBSCRIBE')[0]?.req ?? 0, st: 0, sc });
        await scene.settle();
        scene.refused(call, 'ILLEGAL_PARAMETER');
      }
      const call = await scene.open();
      call.server.control({ name: 'SUBSCRIBED', req: 4711, st: 0, sc: [] });
      await scene.settle();
      scene.refused(call, 'ILLEGAL_PARAMETER');
    },
  },
  {
    id: 'client-scope-revoked',
    title: 'A scope that was revoked is ended: nothing of it is taken any more, and its cursor is none',
    requirements: ['SYNC-21'],
    async run(scene) {
      const fed = await scene.subscribed();
      fed.server.control({ name: 'SCOPE_REVOKED', s: 1, code: ErrorCode.SCOPE_REVOKED });
      fed.server.feed(scene.operation());
      await scene.settle();
      expectEqual('told', fed.revoked, [1]);
      expectEqual('operations taken', fed.fed.length, 0);
      scene.refused(fed, 'UNEXPECTED_MESSAGE');
      const pointed = await scene.subscribed();
      pointed.server.control({ name: 'SCOPE_REVOKED', s: 1, code: ErrorCode.SCOPE_REVOKED });
      pointed.server.control(checkpoint(0, 1));
      await scene.settle();
      scene.refused(pointed, 'ILLEGAL_PARAMETER');
    },
  },
];

const feeding: readonly ClientCheck[] = [
  {
    id: 'client-feed-acknowledged',
    title: 'FEED_ACK carries the n of the CHECKPOINT that was committed',
    requirements: ['MSG-38', 'MSG-39'],
    async run(scene) {
      const { server, fed } = await scene.subscribed();
      server.feed(scene.operation(), scene.operation(), scene.operation());
      server.control(checkpoint(3, 1));
      await scene.settle();
      expectEqual('operations', fed.length, 3);
      expectEqual(
        'FEED_ACK',
        server.heard('FEED_ACK').map(({ n }) => n),
        [3],
      );
    },
  },
  {
    id: 'client-feed-committed-first',
    title: 'FEED_ACK does not go out before the operations are committed',
    requirements: ['SYNC-43'],
    async run(scene) {
      let commit = (): void => {};
      const committed = new Promise<void>((resolve) => {
        commit = resolve;
      });
      const { server } = await scene.subscribed({ onCheckpoint: () => committed });
      server.feed(scene.operation());
      server.control(checkpoint(1, 1));
      await scene.settle();
      expectEqual('FEED_ACK before the commit', server.heard('FEED_ACK').length, 0);
      commit();
      await scene.settle();
      expectEqual(
        'FEED_ACK after it',
        server.heard('FEED_ACK').map(({ n }) => n),
        [1],
      );
    },
  },
  {
    id: 'client-feed-twice',
    title: 'An operation that comes a second time is taken like any other',
    requirements: ['SYNC-45'],
    async run(scene) {
      const { server, client } = await scene.subscribed();
      const [own, other] = [scene.operation(), scene.operation()];
      const pushed = outcomeOf(client.push(own));
      await scene.settle();
      server.ack(own);
      server.feed(own);
      server.feed(other);
      server.feed(other);
      server.control(checkpoint(3, 1));
      await scene.settle();
      expectEqual('pushed', await pushed, 'stored');
      expectEqual('no ERROR', server.heard('ERROR').length, 0);
      expectEqual(
        'FEED_ACK',
        server.heard('FEED_ACK').map(({ n }) => n),
        [3],
      );
    },
  },
  {
    id: 'client-feed-refused',
    title: 'A fed operation that is refused ends the connection by ERROR with its id, and no cursor passes it',
    requirements: ['SYNC-46'],
    async run(scene) {
      const right = scene.operation();
      for (const wrong of [right.slice(0, -1), right.slice(0, 20), Uint8Array.from([...right, 0])]) {
        const call = await scene.subscribed();
        call.server.feed(wrong);
        call.server.control(checkpoint(1, 1));
        await scene.settle();
        scene.refused(call, 'OP_MALFORMED');
        expectEqual('ref', call.server.heard('ERROR')[0]?.ref?.toBytes(), right.slice(0, 16));
        expectEqual('operations taken', call.fed.length, 0);
        expectEqual('checkpoints committed', call.checkpoints.length, 0);
      }
    },
  },
  {
    id: 'client-fed-without-scope',
    title: 'An operation that comes while no scope is active is refused',
    requirements: ['SYNC-67'],
    async run(scene) {
      const call = await scene.open();
      call.server.feed(scene.operation());
      await scene.settle();
      scene.refused(call, 'UNEXPECTED_MESSAGE');
    },
  },
  {
    id: 'client-checkpoint-miscounted',
    title: 'A CHECKPOINT with another n than the number of operations that came is refused',
    requirements: ['SYNC-68'],
    async run(scene) {
      for (const n of [0, 1, 3]) {
        const call = await scene.subscribed();
        call.server.feed(scene.operation(), scene.operation());
        call.server.control(checkpoint(n, 1));
        await scene.settle();
        scene.refused(call, 'ILLEGAL_PARAMETER');
      }
    },
  },
  {
    id: 'client-checkpoint-of-no-scope',
    title: 'A CHECKPOINT that lists a scope which is not active is refused',
    requirements: ['SYNC-68'],
    async run(scene) {
      const call = await scene.subscribed();
      call.server.control(checkpoint(0, 1, 2));
      await scene.settle();
      scene.refused(call, 'ILLEGAL_PARAMETER');
    },
  },
];

const { PUSH_WINDOW_OPERATIONS, PUSH_WINDOW_BYTES, OPERATION_BYTES } = DEFAULT_LIMITS;

const pushing: readonly ClientCheck[] = [
  {
    id: 'client-push-window',
    title: 'No more than 256 operations are in flight, and each answer makes room',
    requirements: ['SYNC-48', 'LIM-14'],
    async run(scene) {
      const { server, client } = await scene.open();
      for (let i = 0; i < PUSH_WINDOW_OPERATIONS + 50; i++) client.push(scene.operation()).catch(() => {});
      await scene.settle();
      expectEqual('in flight', server.operations.length, PUSH_WINDOW_OPERATIONS);
      server.ack(...server.operations.slice(0, 10));
      await scene.settle();
      expectEqual('sent in all', server.operations.length, PUSH_WINDOW_OPERATIONS + 10);
    },
  },
  {
    id: 'client-push-window-of-bytes',
    title: 'No more than 1,048,576 bytes of operations are in flight',
    requirements: ['SYNC-48', 'LIM-15'],
    async run(scene) {
      const { server, client } = await scene.open();
      const large = scene.operation([['note', 'x'.repeat(OPERATION_BYTES - 200)]]).length;
      for (let i = 0; i < 6; i++) {
        client.push(scene.operation([['note', 'x'.repeat(OPERATION_BYTES - 200)]])).catch(() => {});
      }
      await scene.settle();
      expectEqual('in flight', server.operations.length, Math.floor(PUSH_WINDOW_BYTES / large));
    },
  },
  {
    id: 'client-push-one-copy',
    title: 'No second copy of an id goes out while the first is in flight',
    requirements: ['SYNC-49'],
    async run(scene) {
      const { server, client } = await scene.open();
      const id = scene.id();
      for (const title of ['a', 'a', 'b']) {
        try {
          client.push(scene.operation([['title', title]], id)).catch(() => {});
        } catch {
          // refused to its caller: that is right
        }
        await scene.settle();
      }
      await scene.settle();
      expectEqual('copies in flight', server.operations.length, 1);
    },
  },
  {
    id: 'client-answer-unasked',
    title: 'An ACK or a REJECT about an id that is not in flight is refused',
    requirements: ['SYNC-50'],
    async run(scene) {
      const wrong = [
        (ids: Uint8Array) => ({ name: 'ACK', ids, st: new Uint8Array(1), cur: CURSOR }) as const,
        (ids: Uint8Array) => ({ name: 'REJECT', ids, code: ErrorCode.OP_MALFORMED }) as const,
      ];
      for (const message of wrong) {
        const unknown = await scene.open();
        unknown.server.control(message(scene.operation().slice(0, 16)));
        await scene.settle();
        scene.refused(unknown, 'ILLEGAL_PARAMETER');
        const twice = await scene.open();
        const operation = scene.operation();
        twice.client.push(operation).catch(() => {});
        await scene.settle();
        twice.server.ack(operation);
        twice.server.control(message(operation.slice(0, 16)));
        await scene.settle();
        scene.refused(twice, 'ILLEGAL_PARAMETER');
      }
    },
  },
  {
    id: 'client-push-unanswered',
    title: 'What is unanswered when the connection ends is told as unknown, and may be sent again on another one',
    requirements: ['SYNC-52'],
    async run(scene) {
      const { server, client } = await scene.open();
      const operation = scene.operation();
      const pushed = outcomeOf(client.push(operation));
      await scene.settle();
      server.link.end();
      await scene.settle();
      expectEqual('told', await pushed, 'unknown');
      const again = await scene.open();
      const second = outcomeOf(again.client.push(operation));
      await scene.settle();
      expectEqual('sent again', again.server.operations, [operation]);
      again.server.ack(operation);
      await scene.settle();
      expectEqual('told', await second, 'stored');
    },
  },
  {
    id: 'client-push-rejected',
    title: 'A rejected operation is not sent again, and the others go on',
    requirements: ['SYNC-66'],
    async run(scene) {
      for (const retry of [undefined, 60_000]) {
        const { server, client } = await scene.open();
        const [rejected, other] = [scene.operation(), scene.operation()];
        const pushed = outcomeOf(client.push(rejected));
        await scene.settle();
        const ids = rejected.slice(0, 16);
        server.control({ name: 'REJECT', ids, code: ErrorCode.QUOTA, ...(retry === undefined ? {} : { retry }) });
        await scene.settle();
        const later = outcomeOf(client.push(other));
        await scene.settle();
        server.ack(other);
        await scene.settle();
        expectEqual('told', [await pushed, await later], ['rejected', 'stored']);
        expectEqual('sent', server.operations, [rejected, other]);
      }
    },
  },
];

export const syncChecks: readonly ClientCheck[] = [...subscribing, ...feeding, ...pushing];
