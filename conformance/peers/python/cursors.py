"""Marks and cursors of an arrival log (spec section 9.1)."""

import hashlib

from codec import Reader, Refusal, u64

START = bytes(16)  # mark 0


def next_mark(mark, data):
    """The mark behind an operation, which begins with its id."""
    return hashlib.sha256(mark + data[:16] + hashlib.sha256(data).digest()).digest()[:16]


def encode_cursor(log, seq, mark):
    return log + u64(seq) + mark  # SYNC-3 to SYNC-5


def decode_cursor(data):
    if len(data) != 40:  # SYNC-8
        raise Refusal("cursor.length")
    reader = Reader(data, "cursor.length")
    return reader.take(16), reader.uint(8), reader.take(16)
