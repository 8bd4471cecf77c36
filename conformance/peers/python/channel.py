"""Frames and sealing (spec chapters 3 and 5)."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from codec import LIMITS, Refusal, registry, u8, u16, u32, u64

FRAME_TYPES = registry("frame-types")
HELLO, WELCOME, VERIFY, COMPLETE, CONTROL, OPERATION, ALERT, BATCH = (
    int(FRAME_TYPES[name]["type"], 16)
    for name in ("HELLO", "WELCOME", "VERIFY", "COMPLETE", "CONTROL", "OPERATION", "ALERT", "BATCH")
)
SEALED_TYPES = {int(row["type"], 16) for row in FRAME_TYPES.values() if row["sealed"]}

LEGAL_TYPES = {  # section 3.5
    ("server", "W_HELLO"): {HELLO, ALERT},
    ("server", "W_VERIFY"): {VERIFY, ALERT},
    ("client", "W_WELCOME"): {WELCOME, ALERT},
    ("client", "W_COMPLETE"): {COMPLETE, ALERT},
}
for role in ("server", "client"):
    LEGAL_TYPES[role, "W_SESSION"] = {CONTROL, ALERT}
    LEGAL_TYPES[role, "W_AUTH"] = {CONTROL}
    LEGAL_TYPES[role, "OPEN"] = {CONTROL, OPERATION, BATCH}


def encode_frame(kind, payload):
    return u8(kind) + u32(len(payload)) + payload


def judge_header(kind, length, role, state, maximum):
    """Section 3.4, steps 2 to 4."""
    if kind not in LEGAL_TYPES[role, state]:  # FRAME-5
        raise Refusal("frame.unexpected-type")
    if length > (maximum if state == "OPEN" else LIMITS["CLEAR_FRAME_BYTES"]):  # FRAME-6
        raise Refusal("frame.too-large")
    if kind in SEALED_TYPES and length < 29:  # FRAME-7
        raise Refusal("frame.sealed-too-short")


class FrameReader:
    """Takes frames from a stream in whatever pieces it comes (LINK-3)."""

    def __init__(self, role):
        self.role = role
        self.buffer = bytearray()
        self.header = None  # type and length, once judged (FRAME-4)

    def push(self, chunk):
        self.buffer += chunk

    def next(self, state, maximum):
        """The next frame as (type, payload), judged in the state of now (FRAME-8), or None."""
        if self.header is None:
            if len(self.buffer) < 5:
                return None
            kind, length = self.buffer[0], int.from_bytes(self.buffer[1:5], "big")
            judge_header(kind, length, self.role, state, maximum)
            self.header = kind, length
        kind, length = self.header
        if len(self.buffer) < 5 + length:
            return None
        payload = bytes(self.buffer[5 : 5 + length])
        del self.buffer[: 5 + length]
        self.header = None
        return kind, payload

    def end(self):
        """The link has ended (FRAME-10)."""
        if self.buffer:
            raise Refusal("frame.truncated")


class Sealer:
    """One direction of a connection under its link key."""

    def __init__(self, link_key, sender, counter=0):
        self.cipher = AESGCM(link_key)
        self.direction = b"\0" if sender == "client" else b"\1"
        self.counter = counter  # frames sealed before
        self.bytes = 0  # plaintext sealed before

    def nonce(self, kind):
        return self.direction + u8(kind) + u16(0) + u64(self.counter)  # CHAN-4 to CHAN-7

    def within_limits(self, size):
        """CHAN-12, CHAN-13: the last counter, and a few bytes, are kept for CLOSE KEY_LIMIT."""
        return self.counter < LIMITS["KEY_FRAMES"] and self.bytes + size + 64 <= LIMITS["KEY_BYTES"]

    def seal(self, kind, plaintext):
        """The whole frame."""
        nonce = self.nonce(kind)
        self.counter += 1
        self.bytes += len(plaintext)
        return encode_frame(kind, nonce + self.cipher.encrypt(nonce, plaintext, None))

    def open(self, kind, payload):
        """The plaintext of the peer's next frame (section 5.3)."""
        if self.counter > LIMITS["KEY_FRAMES"]:  # CHAN-14
            raise Refusal("channel.key-limit")
        nonce = payload[:12]
        if nonce != self.nonce(kind):  # CHAN-8
            raise Refusal("sealed.nonce")
        try:
            plaintext = self.cipher.decrypt(nonce, payload[12:], None)
        except InvalidTag:  # CHAN-9
            raise Refusal("sealed.tag") from None
        self.counter += 1
        return plaintext
