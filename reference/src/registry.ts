// Generated from spec/registries by `npm run spec:generate`. Do not edit.

/** Frame types (registry frame-types). */
export const FrameType = {
  "HELLO": 1,
  "WELCOME": 2,
  "VERIFY": 3,
  "COMPLETE": 4,
  "CONTROL": 5,
  "OPERATION": 6,
  "ALERT": 7,
  "BATCH": 8
} as const;

export type FrameType = (typeof FrameType)[keyof typeof FrameType];
export type FrameName = keyof typeof FrameType;

/** Operation types (registry operation-types). */
export const OperationType = {
  "insert": 1,
  "update": 2,
  "delete": 3,
  "createIndex": 4,
  "dropIndex": 5,
  "sealed": 7
} as const;

export type OperationTypeName = keyof typeof OperationType;

/** Capability bits (registry capabilities). */
export const Capability = {
  "E2E": 1,
  "COMPRESSION": 2,
  "SELECTIVE_SYNC": 4,
  "RLS": 8
} as const;

export type CapabilityName = keyof typeof Capability;

/** Error codes (registry error-codes). */
export const ErrorCode = {
  "NO_ERROR": 0,
  "GOING_AWAY": 1,
  "IDLE": 2,
  "BAD_FRAME": 257,
  "FRAME_TOO_LARGE": 258,
  "UNEXPECTED_MESSAGE": 259,
  "UNKNOWN_CRITICAL": 260,
  "ILLEGAL_PARAMETER": 261,
  "BAD_RECORD": 262,
  "DECOMPRESSION": 264,
  "FLOW_CONTROL": 265,
  "KEY_LIMIT": 266,
  "UNSUPPORTED_VERSION": 513,
  "AUTH_REQUIRED": 515,
  "AUTH_FAILED": 516,
  "TIMEOUT": 518,
  "SELF_CONNECTION": 519,
  "TRANSCRIPT_MISMATCH": 521,
  "NO_SUCH_OR_DENIED": 769,
  "ACCESS_DENIED": 770,
  "READ_ONLY": 771,
  "SCOPE_REVOKED": 772,
  "OP_MALFORMED": 1025,
  "OP_TOO_LARGE": 1026,
  "OP_ID_CONFLICT": 1027,
  "CLOCK_JUMP": 1028,
  "MODE_MISMATCH": 1033,
  "CURSOR_DIVERGED": 1281,
  "CURSOR_AHEAD": 1283,
  "BAD_SUBSCRIPTION": 1285,
  "RATE_LIMITED": 1537,
  "SLOW_CONSUMER": 1538,
  "QUOTA": 1539,
  "BUSY": 1540,
  "INTERNAL": 1541
} as const;

export type ErrorName = keyof typeof ErrorCode;

/** Named refusals: wire code, effect and requirement (registry refusals). */
export const Refusal = {
  "frame.unexpected-type": {
    "code": "UNEXPECTED_MESSAGE",
    "effect": "fatal",
    "requirement": "FRAME-5",
    "meaning": "the frame type is unknown or not legal in this state"
  },
  "frame.too-large": {
    "code": "FRAME_TOO_LARGE",
    "effect": "fatal",
    "requirement": "FRAME-6",
    "meaning": "the payload length is over the limit of this state"
  },
  "frame.sealed-too-short": {
    "code": "BAD_FRAME",
    "effect": "fatal",
    "requirement": "FRAME-7",
    "meaning": "a sealed payload has fewer than 29 bytes"
  },
  "frame.truncated": {
    "code": "BAD_FRAME",
    "effect": "local",
    "requirement": "FRAME-10",
    "meaning": "the bytes end inside a frame (files, vectors, tools)"
  },
  "link.message": {
    "code": "BAD_FRAME",
    "effect": "fatal",
    "requirement": "LINK-10",
    "meaning": "a WebSocket message is not exactly one frame"
  },
  "message.truncated": {
    "code": "BAD_FRAME",
    "effect": "fatal",
    "requirement": "HS-24",
    "meaning": "a clear message ends before its last field"
  },
  "hello.protocol": {
    "code": "UNSUPPORTED_VERSION",
    "effect": "fatal",
    "requirement": "HS-23",
    "meaning": "the protocol string is not blazedb/1.0"
  },
  "hello.database-name": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "HS-26",
    "meaning": "a database name is not 1 to 64 of A-Z a-z 0-9 . _ -"
  },
  "hello.key": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "HS-27",
    "meaning": "the key is not an uncompressed point on P-256"
  },
  "hello.token": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "HS-28",
    "meaning": "the token is not UTF-8"
  },
  "hello.target": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "HS-30",
    "meaning": "the target extension is not a database name"
  },
  "hello.self": {
    "code": "SELF_CONNECTION",
    "effect": "fatal",
    "requirement": "HS-31",
    "meaning": "the peer has this node's own id"
  },
  "welcome.token": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "HS-44",
    "meaning": "a WELCOME carries a token"
  },
  "welcome.capabilities": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "HS-46",
    "meaning": "WELCOME selects a capability that HELLO did not offer"
  },
  "welcome.database": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "HS-47",
    "meaning": "WELCOME names another database than was asked for"
  },
  "extensions.length": {
    "code": "BAD_FRAME",
    "effect": "fatal",
    "requirement": "HS-49",
    "meaning": "the total of an extension block is below 4 or unlike the bytes that remain, or an entry runs past the end"
  },
  "extensions.order": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "HS-50",
    "meaning": "extension types do not ascend, or one stands twice"
  },
  "verify.length": {
    "code": "BAD_FRAME",
    "effect": "fatal",
    "requirement": "HS-63",
    "meaning": "a VERIFY is not 32 bytes"
  },
  "verify.mac": {
    "code": "AUTH_FAILED",
    "effect": "fatal",
    "requirement": "HS-64",
    "meaning": "the answer to the challenge is wrong"
  },
  "complete.body": {
    "code": "BAD_FRAME",
    "effect": "fatal",
    "requirement": "HS-67",
    "meaning": "a COMPLETE has a body"
  },
  "alert.length": {
    "code": "BAD_FRAME",
    "effect": "fatal",
    "requirement": "HS-69",
    "meaning": "an ALERT is not 2 bytes"
  },
  "sealed.nonce": {
    "code": "BAD_RECORD",
    "effect": "silent",
    "requirement": "CHAN-8",
    "meaning": "the nonce is not the one that is expected"
  },
  "sealed.tag": {
    "code": "BAD_RECORD",
    "effect": "silent",
    "requirement": "CHAN-9",
    "meaning": "the authentication tag is wrong"
  },
  "channel.key-limit": {
    "code": "KEY_LIMIT",
    "effect": "close",
    "requirement": "CHAN-14",
    "meaning": "the link key has reached its limit"
  },
  "control.too-large": {
    "code": "FRAME_TOO_LARGE",
    "effect": "fatal",
    "requirement": "CTRL-4",
    "meaning": "a control message is over 64 KiB"
  },
  "control.unexpected": {
    "code": "UNEXPECTED_MESSAGE",
    "effect": "fatal",
    "requirement": "CTRL-8",
    "meaning": "a known control message from the wrong side or out of state, or any other before SESSION"
  },
  "control.unknown-critical": {
    "code": "UNKNOWN_CRITICAL",
    "effect": "fatal",
    "requirement": "CTRL-6",
    "meaning": "an unknown control message whose id is 80 or more"
  },
  "control.field-missing": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "CTRL-10",
    "meaning": "a required field is missing"
  },
  "control.field-type": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "CTRL-11",
    "meaning": "a field has another type than the table gives"
  },
  "control.field-range": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "CTRL-12",
    "meaning": "a field is out of its range or length"
  },
  "session.transcript": {
    "code": "TRANSCRIPT_MISMATCH",
    "effect": "fatal",
    "requirement": "HS-73",
    "meaning": "th differs from the own transcript hash"
  },
  "auth.required": {
    "code": "AUTH_REQUIRED",
    "effect": "fatal",
    "requirement": "HS-76",
    "meaning": "exactly one of the two sides announces a proof"
  },
  "auth.failed": {
    "code": "AUTH_FAILED",
    "effect": "fatal",
    "requirement": "HS-82",
    "meaning": "a proof, its kind or its key id is wrong"
  },
  "database.denied": {
    "code": "NO_SUCH_OR_DENIED",
    "effect": "fatal",
    "requirement": "HS-10",
    "meaning": "no such database, or no right to it"
  },
  "connection.timeout": {
    "code": "TIMEOUT",
    "effect": "fatal",
    "requirement": "LIM-24",
    "meaning": "the way to OPEN took too long"
  },
  "connection.idle": {
    "code": "IDLE",
    "effect": "close",
    "requirement": "CTRL-20",
    "meaning": "nothing was heard for too long"
  },
  "connection.half-open": {
    "code": "BUSY",
    "effect": "fatal",
    "requirement": "HS-106",
    "meaning": "too many connections of this address are on their way to OPEN"
  },
  "connection.failed-proofs": {
    "code": "RATE_LIMITED",
    "effect": "fatal",
    "requirement": "HS-107",
    "meaning": "too many proofs of this address have failed"
  },
  "record.truncated": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-19",
    "meaning": "the bytes end inside the record"
  },
  "record.magic": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-21",
    "meaning": "the record does not begin with BLAZE"
  },
  "record.version": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-22",
    "meaning": "the version is neither 1 nor 2, or not the one that is due here"
  },
  "record.checksum": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-23",
    "meaning": "the CRC-32 of a version 2 record is wrong"
  },
  "record.trailing-bytes": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-35",
    "meaning": "bytes follow the last field"
  },
  "record.tag-unknown": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-31",
    "meaning": "a value tag is not in the registry"
  },
  "record.tag-not-shortest": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-33",
    "meaning": "a value has a shorter form"
  },
  "record.name-id-unknown": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-25",
    "meaning": "a field id is not in the registry"
  },
  "record.name-not-shortest": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-28",
    "meaning": "a common name is spelled out at top level"
  },
  "record.names-unsorted": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-30",
    "meaning": "names do not ascend by their UTF-8 bytes"
  },
  "record.names-duplicate": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-29",
    "meaning": "a name stands twice"
  },
  "record.name-bom": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-27",
    "meaning": "a name begins with U+FEFF"
  },
  "record.name-too-long": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-26",
    "meaning": "a name has more than 255 bytes"
  },
  "record.utf8": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-20",
    "meaning": "a name or a string is not UTF-8"
  },
  "record.bool": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-34",
    "meaning": "a bool is neither 00 nor 01"
  },
  "record.nesting": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-32",
    "meaning": "more than 32 containers are nested"
  },
  "record.fields": {
    "code": null,
    "effect": "carrier",
    "requirement": "REC-24",
    "meaning": "a record or a dictionary has more than 1,024 entries"
  },
  "record.array-too-long": {
    "code": null,
    "effect": "local",
    "requirement": "REC-17",
    "meaning": "an array has more than 65,535 elements (encoder)"
  },
  "record.int-range": {
    "code": null,
    "effect": "local",
    "requirement": "REC-18",
    "meaning": "an int does not fit 64 bits (encoder)"
  },
  "operation.id-missing": {
    "code": "BAD_FRAME",
    "effect": "fatal",
    "requirement": "OP-28",
    "meaning": "an operation has fewer than 16 bytes"
  },
  "operation.truncated": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-30",
    "meaning": "the bytes end inside the operation"
  },
  "operation.counter-form": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-31",
    "meaning": "the counter is not in its shortest form, or its marker is unknown"
  },
  "operation.counter-range": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-32",
    "meaning": "the counter is above 2^53 - 1"
  },
  "operation.head-form": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-35",
    "meaning": "the head is not in its shortest form"
  },
  "operation.type": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-33",
    "meaning": "the operation type is not in the registry"
  },
  "operation.collection-empty": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-36",
    "meaning": "the collection name is empty"
  },
  "operation.collection-too-long": {
    "code": "OP_MALFORMED",
    "effect": "local",
    "requirement": "OP-5",
    "meaning": "the collection name has more than 255 bytes (encoder)"
  },
  "operation.collection-utf8": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-37",
    "meaning": "the collection name is not UTF-8"
  },
  "operation.changes-not-empty": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-39",
    "meaning": "a delete or dropIndex has changes"
  },
  "operation.index-changes": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-40",
    "meaning": "the changes of a createIndex are not exactly `fields` and `name`"
  },
  "operation.index-record": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-41",
    "meaning": "the record id is not the hash of the index name"
  },
  "operation.extensions-length": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-44",
    "meaning": "the extension block is empty, or its lengths do not fit"
  },
  "operation.extensions-order": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-45",
    "meaning": "extension types do not ascend, or one stands twice"
  },
  "operation.team": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-47",
    "meaning": "the team extension is not 16 bytes, or is zeros"
  },
  "operation.team-mismatch": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-48",
    "meaning": "teamId in the changes differs from the team extension"
  },
  "operation.sealed-head": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-34",
    "meaning": "the head of a sealed operation is not F0"
  },
  "operation.sealed-length": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-43",
    "meaning": "the length of the ciphertext is 0 or no multiple of 64"
  },
  "operation.sealed-team": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-42",
    "meaning": "the team of a sealed operation is zeros"
  },
  "operation.sealed-extension": {
    "code": "OP_MALFORMED",
    "effect": "reject",
    "requirement": "OP-46",
    "meaning": "a sealed operation has a team extension"
  },
  "operation.too-large": {
    "code": "OP_TOO_LARGE",
    "effect": "reject",
    "requirement": "OP-29",
    "meaning": "an operation is over 256 KiB"
  },
  "operation.id-conflict": {
    "code": "OP_ID_CONFLICT",
    "effect": "reject",
    "requirement": "SYNC-56",
    "meaning": "the id is known with other bytes"
  },
  "operation.clock": {
    "code": "CLOCK_JUMP",
    "effect": "reject",
    "requirement": "SYNC-72",
    "meaning": "the counter is above the clock bound"
  },
  "operation.no-room": {
    "code": "QUOTA",
    "effect": "reject",
    "requirement": "SYNC-87",
    "meaning": "there is no room to make it durable"
  },
  "operation.not-durable": {
    "code": "INTERNAL",
    "effect": "reject",
    "requirement": "SYNC-87",
    "meaning": "it could not be made durable"
  },
  "operation.mode": {
    "code": "MODE_MISMATCH",
    "effect": "reject",
    "requirement": "SYNC-57",
    "meaning": "a sealed operation where plaintext is due, or the reverse"
  },
  "batch.flags": {
    "code": "BAD_FRAME",
    "effect": "fatal",
    "requirement": "OP-54",
    "meaning": "unknown bits are set"
  },
  "batch.compression-not-selected": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "OP-64",
    "meaning": "bit 0 without COMPRESSION"
  },
  "batch.truncated": {
    "code": "BAD_FRAME",
    "effect": "fatal",
    "requirement": "OP-53",
    "meaning": "the bytes end inside the batch"
  },
  "batch.trailing-bytes": {
    "code": "BAD_FRAME",
    "effect": "fatal",
    "requirement": "OP-57",
    "meaning": "bytes follow the last operation"
  },
  "batch.count": {
    "code": "BAD_FRAME",
    "effect": "fatal",
    "requirement": "OP-55",
    "meaning": "the count is 0 or above 256"
  },
  "batch.operation-short": {
    "code": "BAD_FRAME",
    "effect": "fatal",
    "requirement": "OP-56",
    "meaning": "an operation has fewer than 16 bytes"
  },
  "batch.raw-length": {
    "code": "DECOMPRESSION",
    "effect": "fatal",
    "requirement": "OP-65",
    "meaning": "raw_length is over its limit or unlike what was unpacked"
  },
  "batch.ratio": {
    "code": "DECOMPRESSION",
    "effect": "fatal",
    "requirement": "OP-66",
    "meaning": "raw_length is more than 100 times the packed bytes"
  },
  "batch.deflate": {
    "code": "DECOMPRESSION",
    "effect": "fatal",
    "requirement": "OP-68",
    "meaning": "the DEFLATE stream is damaged"
  },
  "batch.deflate-trailing": {
    "code": "DECOMPRESSION",
    "effect": "fatal",
    "requirement": "OP-70",
    "meaning": "bytes follow the end of the DEFLATE stream"
  },
  "subscription.selective": {
    "code": "BAD_SUBSCRIPTION",
    "effect": "status",
    "requirement": "SYNC-13",
    "meaning": "a collection or a team without SELECTIVE_SYNC"
  },
  "subscription.tag-with-collection": {
    "code": "BAD_SUBSCRIPTION",
    "effect": "status",
    "requirement": "SYNC-14",
    "meaning": "`tag` beside `col`"
  },
  "subscription.tag-in-smart": {
    "code": "BAD_SUBSCRIPTION",
    "effect": "status",
    "requirement": "SYNC-16",
    "meaning": "`tag` in a smart database"
  },
  "subscription.tag-without-e2e": {
    "code": "MODE_MISMATCH",
    "effect": "status",
    "requirement": "SYNC-15",
    "meaning": "`tag` without E2E"
  },
  "subscription.scope-limit": {
    "code": "BAD_SUBSCRIPTION",
    "effect": "status",
    "requirement": "SYNC-17",
    "meaning": "more than 256 scopes"
  },
  "subscription.scope-used": {
    "code": "BAD_SUBSCRIPTION",
    "effect": "status",
    "requirement": "SYNC-12",
    "meaning": "the number is in use or was used on this connection"
  },
  "subscription.scope-unknown": {
    "code": "BAD_SUBSCRIPTION",
    "effect": "status",
    "requirement": "SYNC-19",
    "meaning": "the scope to remove is not active"
  },
  "subscription.cursor-diverged": {
    "code": "CURSOR_DIVERGED",
    "effect": "status",
    "requirement": "SYNC-6",
    "meaning": "the cursor is of another log, or its mark differs"
  },
  "subscription.cursor-ahead": {
    "code": "CURSOR_AHEAD",
    "effect": "status",
    "requirement": "SYNC-6",
    "meaning": "the cursor is past the head"
  },
  "feed.ack": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "SYNC-42",
    "meaning": "FEED_ACK with an n of no CHECKPOINT of this connection"
  },
  "feed.slow-consumer": {
    "code": "SLOW_CONSUMER",
    "effect": "fatal",
    "requirement": "SYNC-29",
    "meaning": "a full window without progress"
  },
  "push.window": {
    "code": "FLOW_CONTROL",
    "effect": "fatal",
    "requirement": "SYNC-61",
    "meaning": "more operations without an answer than the window allows"
  },
  "push.answer-unknown": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "SYNC-50",
    "meaning": "an ACK or REJECT about an operation that is not in flight"
  },
  "ping.pong-unasked": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "CTRL-18",
    "meaning": "a PONG that answers no PING"
  },
  "cursor.length": {
    "code": "ILLEGAL_PARAMETER",
    "effect": "fatal",
    "requirement": "SYNC-8",
    "meaning": "a cursor is not 40 bytes"
  }
} as const;

export type RefusalName = keyof typeof Refusal;

/** Limits and timers (registry limits), in the units given there. */
export const DEFAULT_LIMITS = {
  "CLEAR_FRAME_BYTES": 4096,
  "FRAME_BYTES": 1048576,
  "CONTROL_BYTES": 65536,
  "OPERATION_BYTES": 262144,
  "BATCH_OPERATIONS": 256,
  "RAW_BYTES": 1048576,
  "RAW_RATIO": 100,
  "NESTING": 32,
  "FIELDS": 1024,
  "NAME_BYTES": 255,
  "ARRAY_ELEMENTS": 65535,
  "DATABASE_NAME_BYTES": 64,
  "SCOPES": 256,
  "PUSH_WINDOW_OPERATIONS": 256,
  "PUSH_WINDOW_BYTES": 1048576,
  "FEED_WINDOW_OPERATIONS": 1024,
  "FEED_WINDOW_BYTES": 4194304,
  "CHECKPOINT_OPERATIONS": 256,
  "CHECKPOINT_BYTES": 262144,
  "CHECKPOINT_DELAY": 1000,
  "KEY_FRAMES": 4294967295,
  "KEY_BYTES": 68719476736,
  "PSK_BYTES": 16,
  "HANDSHAKE_TIMEOUT": 10000,
  "PING_IDLE": 30000,
  "DEAD_PEER": 90000,
  "SLOW_CONSUMER_TIMEOUT": 60000,
  "CLOSE_TIMEOUT": 10000,
  "LINGER": 1000,
  "HALF_OPEN": 64,
  "FAILED_PROOFS": 5,
  "PINGS_PER_SECOND": 100,
  "BACKOFF_FIRST": 1000,
  "BACKOFF_MAX": 300000,
  "RETRY_MAX": 300000
} as const;

export type LimitName = keyof typeof DEFAULT_LIMITS;
export type Limits = { readonly [name in LimitName]: number };

/** Control messages and their fields (registry control-messages). */
export const ControlMessages = {
  "SESSION": {
    "requirement": "MSG-1",
    "id": "01",
    "from": "both",
    "phase": "session",
    "fields": {
      "th": {
        "requirement": "MSG-2",
        "type": "data",
        "length": 32,
        "meaning": "transcript hash"
      },
      "auth": {
        "requirement": "MSG-3",
        "type": "int",
        "minimum": 0,
        "maximum": 2,
        "meaning": "how the sender will prove itself: 0 none, 1 psk, 2 identity"
      },
      "max": {
        "requirement": "MSG-4",
        "type": "int",
        "minimum": 524288,
        "maximum": 16777216,
        "meaning": "largest frame payload that the sender takes in OPEN"
      }
    }
  },
  "AUTH": {
    "requirement": "MSG-5",
    "id": "02",
    "from": "both",
    "phase": "auth",
    "fields": {
      "kind": {
        "requirement": "MSG-6",
        "type": "int",
        "minimum": 1,
        "maximum": 2,
        "meaning": "1 psk, 2 identity"
      },
      "kid": {
        "requirement": "MSG-7",
        "type": "string",
        "optional": true,
        "meaning": "names the psk (kind 1)"
      },
      "pub": {
        "requirement": "MSG-8",
        "type": "data",
        "length": 65,
        "optional": true,
        "meaning": "identity key (kind 2)"
      },
      "proof": {
        "requirement": "MSG-9",
        "type": "data",
        "meaning": "the proof: 32 bytes (kind 1) or 64 bytes (kind 2), judged by HS-82"
      }
    }
  },
  "SUBSCRIBE": {
    "requirement": "MSG-10",
    "id": "10",
    "from": "client",
    "phase": "open",
    "fields": {
      "req": {
        "requirement": "MSG-11",
        "type": "int",
        "minimum": 0,
        "maximum": 4294967295,
        "meaning": "echoed in SUBSCRIBED"
      },
      "mode": {
        "requirement": "MSG-12",
        "type": "int",
        "minimum": 0,
        "maximum": 1,
        "meaning": "0 add, 1 remove"
      },
      "seen": {
        "requirement": "MSG-13",
        "type": "data",
        "length": 40,
        "optional": true,
        "meaning": "`cur` of the latest ACK from this server"
      },
      "sc": {
        "requirement": "MSG-14",
        "type": "list",
        "maximum": 1024,
        "meaning": "scopes; may be empty",
        "fields": {
          "s": {
            "requirement": "MSG-15",
            "type": "int",
            "minimum": 1,
            "maximum": 4294967295,
            "meaning": "the subscriber's number for the scope"
          },
          "col": {
            "requirement": "MSG-16",
            "type": "string",
            "optional": true,
            "meaning": "one collection; absent: all"
          },
          "tag": {
            "requirement": "MSG-17",
            "type": "data",
            "length": 16,
            "optional": true,
            "meaning": "collection tag, in an e2eOnly database"
          },
          "team": {
            "requirement": "MSG-18",
            "type": "uuid",
            "optional": true,
            "meaning": "one team; zeros: operations without team; absent: all that may be read"
          },
          "cur": {
            "requirement": "MSG-19",
            "type": "data",
            "length": 40,
            "optional": true,
            "meaning": "cursor to resume after; absent: from zero"
          }
        }
      }
    }
  },
  "SUBSCRIBED": {
    "requirement": "MSG-20",
    "id": "11",
    "from": "server",
    "phase": "open",
    "fields": {
      "req": {
        "requirement": "MSG-21",
        "type": "int",
        "minimum": 0,
        "maximum": 4294967295,
        "meaning": "of the SUBSCRIBE that is answered"
      },
      "st": {
        "requirement": "MSG-22",
        "type": "int",
        "minimum": 0,
        "maximum": 65535,
        "meaning": "0, or the error code about `seen`"
      },
      "sc": {
        "requirement": "MSG-23",
        "type": "list",
        "meaning": "one entry per entry of SUBSCRIBE, in its order",
        "fields": {
          "s": {
            "requirement": "MSG-24",
            "type": "int",
            "minimum": 1,
            "maximum": 4294967295,
            "meaning": "the scope"
          },
          "st": {
            "requirement": "MSG-25",
            "type": "int",
            "minimum": 0,
            "maximum": 65535,
            "meaning": "0, or an error code"
          }
        }
      }
    }
  },
  "SCOPE_REVOKED": {
    "requirement": "MSG-26",
    "id": "12",
    "from": "server",
    "phase": "open",
    "fields": {
      "s": {
        "requirement": "MSG-27",
        "type": "int",
        "minimum": 1,
        "maximum": 4294967295,
        "meaning": "the scope"
      },
      "code": {
        "requirement": "MSG-28",
        "type": "int",
        "minimum": 0,
        "maximum": 65535,
        "meaning": "an error code"
      }
    }
  },
  "ACK": {
    "requirement": "MSG-29",
    "id": "20",
    "from": "server",
    "phase": "open",
    "fields": {
      "ids": {
        "requirement": "MSG-30",
        "type": "data",
        "multiple": 16,
        "meaning": "operation ids"
      },
      "st": {
        "requirement": "MSG-31",
        "type": "data",
        "meaning": "one byte per id: 00 stored, 01 duplicate"
      },
      "cur": {
        "requirement": "MSG-32",
        "type": "data",
        "length": 40,
        "meaning": "cursor of the server's durable head"
      }
    }
  },
  "REJECT": {
    "requirement": "MSG-33",
    "id": "21",
    "from": "server",
    "phase": "open",
    "fields": {
      "ids": {
        "requirement": "MSG-34",
        "type": "data",
        "multiple": 16,
        "meaning": "operation ids"
      },
      "code": {
        "requirement": "MSG-35",
        "type": "int",
        "minimum": 0,
        "maximum": 65535,
        "meaning": "an error code"
      },
      "retry": {
        "requirement": "MSG-36",
        "type": "int",
        "minimum": 0,
        "maximum": 9007199254740991,
        "optional": true,
        "meaning": "milliseconds to wait; absent: permanent"
      },
      "msg": {
        "requirement": "MSG-37",
        "type": "string",
        "optional": true,
        "meaning": "for humans"
      }
    }
  },
  "FEED_ACK": {
    "requirement": "MSG-38",
    "id": "22",
    "from": "client",
    "phase": "open",
    "fields": {
      "n": {
        "requirement": "MSG-39",
        "type": "int",
        "minimum": 0,
        "maximum": 9007199254740991,
        "meaning": "`n` of a CHECKPOINT of this connection"
      }
    }
  },
  "CHECKPOINT": {
    "requirement": "MSG-40",
    "id": "23",
    "from": "server",
    "phase": "open",
    "fields": {
      "sc": {
        "requirement": "MSG-41",
        "type": "list",
        "meaning": "new scopes and scopes whose cursor moved; may be empty",
        "fields": {
          "s": {
            "requirement": "MSG-42",
            "type": "int",
            "minimum": 1,
            "maximum": 4294967295,
            "meaning": "the scope"
          },
          "cur": {
            "requirement": "MSG-43",
            "type": "data",
            "length": 40,
            "meaning": "its cursor"
          }
        }
      },
      "n": {
        "requirement": "MSG-44",
        "type": "int",
        "minimum": 0,
        "maximum": 9007199254740991,
        "meaning": "operations fed on this connection so far"
      },
      "more": {
        "requirement": "MSG-45",
        "type": "bool",
        "meaning": "some active scope is below the head of the latest SUBSCRIBE or PING"
      }
    }
  },
  "PING": {
    "requirement": "MSG-46",
    "id": "30",
    "from": "both",
    "phase": "open",
    "fields": {
      "d": {
        "requirement": "MSG-47",
        "type": "data",
        "length": 8,
        "meaning": "anything"
      }
    }
  },
  "PONG": {
    "requirement": "MSG-48",
    "id": "31",
    "from": "both",
    "phase": "open",
    "fields": {
      "d": {
        "requirement": "MSG-49",
        "type": "data",
        "length": 8,
        "meaning": "`d` of the PING"
      }
    }
  },
  "ERROR": {
    "requirement": "MSG-50",
    "id": "3E",
    "from": "both",
    "phase": "sealed",
    "fields": {
      "code": {
        "requirement": "MSG-51",
        "type": "int",
        "minimum": 0,
        "maximum": 65535,
        "meaning": "an error code"
      },
      "ref": {
        "requirement": "MSG-52",
        "type": "uuid",
        "optional": true,
        "meaning": "the operation it is about"
      },
      "retry": {
        "requirement": "MSG-53",
        "type": "int",
        "minimum": 0,
        "maximum": 9007199254740991,
        "optional": true,
        "meaning": "milliseconds to wait before connecting anew"
      },
      "msg": {
        "requirement": "MSG-54",
        "type": "string",
        "optional": true,
        "meaning": "for humans"
      }
    }
  },
  "CLOSE": {
    "requirement": "MSG-55",
    "id": "3F",
    "from": "both",
    "phase": "sealed",
    "fields": {
      "code": {
        "requirement": "MSG-56",
        "type": "int",
        "minimum": 0,
        "maximum": 65535,
        "meaning": "an error code"
      },
      "retry": {
        "requirement": "MSG-57",
        "type": "int",
        "minimum": 0,
        "maximum": 9007199254740991,
        "optional": true,
        "meaning": "milliseconds to wait before connecting anew"
      }
    }
  }
} as const;

export type ControlName = keyof typeof ControlMessages;

/** Common field names, by id from 1 (registry field-names). */
export const FieldNames = [
  "id",
  "createdAt",
  "updatedAt",
  "userId",
  "teamId",
  "title",
  "description",
  "status",
  "priority",
  "assignedTo",
  "tags",
  "completedAt",
  "dueDate",
  "startDate",
  "category",
  "name",
  "email",
  "password",
  "username",
  "firstName",
  "lastName",
  "age",
  "phone",
  "address",
  "city",
  "state",
  "zip",
  "country",
  "organizationId",
  "projectId",
  "taskId",
  "bugId",
  "issueId",
  "commentId",
  "attachmentId",
  "versionId",
  "parentId",
  "childIds",
  "metadata",
  "config",
  "settings",
  "preferences",
  "type",
  "kind",
  "label",
  "value",
  "count",
  "total",
  "sum",
  "average",
  "min",
  "max",
  "isActive",
  "isDeleted",
  "isPublic",
  "isPrivate",
  "isArchived",
  "isFavorite"
] as const;

/** Texts of the key schedule (registry labels); the terminated ones carry their 00. */
export const Label = {
  "PROTOCOL": "blazedb/1.0",
  "LINK_SALT": "blazedb-sync-v1",
  "TRANSCRIPT": "blazedb/1.0 th\u0000",
  "AUTH": "blazedb/1.0 auth\u0000",
  "INDEX": "blazedb index\u0000",
  "EPOCH": "blazedb/1.0 epoch\u0000",
  "OPERATION_KEY": "blazedb/1.0 op\u0000",
  "TAG_KEY": "blazedb/1.0 tag"
} as const;
