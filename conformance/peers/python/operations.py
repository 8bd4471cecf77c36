"""Operations and batches (spec chapter 7)."""

import hashlib
import zlib
from dataclasses import dataclass, field

from codec import LABELS, LIMITS, Reader, Refusal, decode_extensions, encode_extensions, registry, text, u8, u16, u32, u64
from records import encode_record, read_record, utf8

TYPES = {name: row["type"] for name, row in registry("operation-types").items()}
TYPE_NAMES = {number: name for name, number in TYPES.items()}
SEALED = TYPES["sealed"]
TEAM = 1  # the extension `team`
NO_TEAM = bytes(16)


@dataclass
class Operation:
    id: bytes
    counter: int
    node: bytes
    type: str
    collection: str = ""
    record: bytes = b""
    changes: list = field(default_factory=list)
    sealed: dict = None  # of a sealed operation: tag, epoch, team, nonce, ciphertext, mac
    extensions: list = field(default_factory=list)

    @property
    def team(self):
        """OP-14: without the extension an operation has no team, and counts as 16 zero bytes."""
        return self.sealed["team"] if self.sealed else dict(self.extensions).get(TEAM, NO_TEAM)


def index_record(name):
    """Section 7.5: what stands in the place of the record id in an index operation."""
    return hashlib.sha256(LABELS["INDEX"] + name.encode("utf-8")).digest()[:16]


def encode_operation(operation):
    if operation.counter < 256:  # section 7.2
        counter = b"\0" + u8(operation.counter)
    else:
        counter = b"\1" + u16(operation.counter) if operation.counter < 65536 else b"\2" + u64(operation.counter)
    start = operation.id + counter + operation.node
    extensions = encode_extensions(operation.extensions)
    if operation.sealed:
        sealed = operation.sealed
        ciphertext = u32(len(sealed["ciphertext"])) + sealed["ciphertext"]
        return b"".join([start, b"\xf0", sealed["tag"], sealed["epoch"], sealed["team"], sealed["nonce"], ciphertext, sealed["mac"], extensions])
    name, number = utf8(operation.collection), TYPES[operation.type]
    if not name:
        raise Refusal("operation.collection-empty")
    if len(name) > 255:
        raise Refusal("operation.collection-too-long")
    head = u8(number << 5 | len(name)) if len(name) < 32 else bytes([number, 0x80, len(name)])  # section 7.3
    return start + head + name + operation.record + encode_record(operation.changes) + extensions


def decode_operation(data):
    """The steps of section 7.8, in their order."""
    if len(data) < 16:  # OP-28
        raise Refusal("operation.id-missing")
    if len(data) > LIMITS["OPERATION_BYTES"]:  # OP-29
        raise Refusal("operation.too-large")
    reader = Reader(data, "operation.truncated")  # OP-30
    identity = reader.take(16)
    counter = read_counter(reader)
    node = reader.take(16)
    number, length = read_head(reader)
    if number == SEALED:
        return read_sealed(reader, Operation(identity, counter, node, "sealed"))
    operation = Operation(identity, counter, node, TYPE_NAMES[number])
    operation.collection = text(reader.take(length), "operation.collection-utf8")  # OP-37
    operation.record = reader.take(16)
    reader.short = "record.truncated"
    operation.changes = read_record(reader)  # OP-38
    judge_changes(operation)

    def judge_value(kind, value):
        if kind == TEAM and (len(value) != 16 or value == NO_TEAM):  # OP-47
            raise Refusal("operation.team")

    operation.extensions = decode_extensions(reader.take(reader.left()), "operation", judge_value=judge_value)
    if operation.type in ("insert", "update") and TEAM in dict(operation.extensions):
        if dict(operation.changes).get("teamId", ("uuid", operation.team)) != ("uuid", operation.team):  # OP-48
            raise Refusal("operation.team-mismatch")
    return operation


def read_counter(reader):
    marker = reader.uint(1)
    if marker > 2:  # OP-31
        raise Refusal("operation.counter-form")
    counter = reader.uint((1, 2, 8)[marker])
    if counter < (0, 256, 65536)[marker]:
        raise Refusal("operation.counter-form")
    if counter >= 2**53:  # OP-32
        raise Refusal("operation.counter-range")
    return counter


def read_head(reader):
    """Type and length of the name (section 7.3)."""
    first = reader.uint(1)
    number = first >> 5 or first
    if number not in TYPE_NAMES:  # OP-33
        raise Refusal("operation.type")
    if number == SEALED and first != 0xF0:  # OP-34
        raise Refusal("operation.sealed-head")
    if first >= 0x20:
        length = first & 0x1F
        if length == 0:  # OP-36
            raise Refusal("operation.collection-empty")
        return number, length
    if reader.uint(1) != 0x80:  # OP-35
        raise Refusal("operation.head-form")
    length = reader.uint(1)
    if length < 32:
        raise Refusal("operation.head-form")
    return number, length


def judge_changes(operation):
    if operation.type in ("delete", "dropIndex") and operation.changes:  # OP-39
        raise Refusal("operation.changes-not-empty")
    if operation.type == "createIndex":
        changes = dict(operation.changes)
        kind, indexed = changes.get("fields", ("null", None))
        name_kind, name = changes.get("name", ("null", None))
        sound = len(changes) == 2 and kind == "array" and indexed and name_kind == "string"
        if not sound or any(element[0] != "string" for element in indexed):  # OP-40
            raise Refusal("operation.index-changes")
        if operation.record != index_record(name):  # OP-41
            raise Refusal("operation.index-record")


def read_sealed(reader, operation):
    """Section 7.7, after the head."""
    sealed = {"tag": reader.take(16), "epoch": reader.take(16), "team": reader.take(16)}
    if sealed["team"] == NO_TEAM:  # OP-42
        raise Refusal("operation.sealed-team")
    sealed["nonce"] = reader.take(12)
    length = reader.uint(4)
    if length == 0 or length % 64:  # OP-43
        raise Refusal("operation.sealed-length")
    sealed["ciphertext"] = reader.take(length)
    sealed["mac"] = reader.take(16)

    def judge_type(kind):
        if kind == TEAM:  # OP-46
            raise Refusal("operation.sealed-extension")

    operation.sealed = sealed
    operation.extensions = decode_extensions(reader.take(reader.left()), "operation", judge_type=judge_type)
    return operation


# Batches (sections 7.10 and 7.11) ---------------------------------------------------------------


def encode_batch(operations):
    return b"\0" + u16(len(operations)) + b"".join(u32(len(data)) + data for data in operations)


def decode_batch(data, compression):
    """The bytes of the operations, none of them judged yet (OP-58, OP-59)."""
    reader = Reader(data, "batch.truncated")  # OP-53
    flags = reader.uint(1)
    if flags > 1:  # OP-54
        raise Refusal("batch.flags")
    if flags == 1:
        if not compression:  # OP-64
            raise Refusal("batch.compression-not-selected")
        raw_length = reader.uint(4)
        reader = Reader(unpack(reader.take(reader.left()), raw_length), "batch.truncated")
    count = reader.uint(2)
    if not 1 <= count <= LIMITS["BATCH_OPERATIONS"]:  # OP-55
        raise Refusal("batch.count")
    operations = []
    for _ in range(count):
        length = reader.uint(4)
        if length < 16:  # OP-56
            raise Refusal("batch.operation-short")
        operations.append(reader.take(length))
    if reader.left():  # OP-57
        raise Refusal("batch.trailing-bytes")
    return operations


def unpack(packed, raw_length):
    if raw_length > LIMITS["RAW_BYTES"]:  # OP-65
        raise Refusal("batch.raw-length")
    if raw_length > LIMITS["RAW_RATIO"] * len(packed):  # OP-66
        raise Refusal("batch.ratio")
    stream = zlib.decompressobj(wbits=-15)
    try:
        raw = stream.decompress(packed, raw_length + 1)
    except zlib.error:  # OP-68
        raise Refusal("batch.deflate") from None
    if len(raw) > raw_length:  # OP-67
        raise Refusal("batch.raw-length")
    if not stream.eof:  # OP-68
        raise Refusal("batch.deflate")
    if len(raw) < raw_length:  # OP-69
        raise Refusal("batch.raw-length")
    if stream.unused_data:  # OP-70
        raise Refusal("batch.deflate-trailing")
    return raw
