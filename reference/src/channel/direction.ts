/** First byte of a nonce (CHAN-4): who sends. */
export const Direction = { clientToServer: 0, serverToClient: 1 } as const;

export type Direction = (typeof Direction)[keyof typeof Direction];
