/**
 * Requirements that the oracle itself checks in every case, beside those that the registries already name (fields of
 * control messages, refusals). One place, so that a test can hold each id to the spec.
 */
export const Rule = {
  // frames and handshake
  frameOrder: 'HS-105',
  frameLimit: 'FRAME-12',
  frameCut: 'FRAME-2',
  welcomeDatabase: 'HS-9',
  selection: 'HS-58',
  sessionFirst: 'HS-71',
  transcript: 'HS-72',
  announced: 'HS-74',
  proof: 'HS-79',
  lastWord: 'CHAN-15',
  shutDown: 'CHAN-16',
  reads: 'CHAN-17',
  lastCounter: 'CHAN-13',
  badRecord: 'ERR-102',
  // control messages
  direction: 'CTRL-8',
  critical: 'CTRL-6',
  pong: 'CTRL-15',
  fence: 'CTRL-16',
  subscribedOnce: 'SYNC-9',
  subscribedEntries: 'SYNC-9',
  seenStatus: 'SYNC-11',
  afterClose: 'CTRL-23',
  // push
  answerUnasked: 'SYNC-53',
  rejectCode: 'MSG-35',
  permanent: 'SYNC-65',
  head: 'SYNC-64',
  oneLog: 'SYNC-2',
  // feed
  unsubscribed: 'SYNC-23',
  scope: 'SYNC-22',
  removed: 'SYNC-20',
  echo: 'SYNC-24',
  wellFormed: 'SYNC-28',
  checkpointCount: 'SYNC-39',
  checkpointAll: 'SYNC-36',
  checkpointScope: 'SYNC-37',
  checkpointRegress: 'SYNC-38',
  checkpointDue: 'SYNC-30',
  window: 'SYNC-27',
} as const;
