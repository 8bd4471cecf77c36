"""Registries, refusals, and a reader with bounds (spec chapters 0.3 and 13)."""

import json
import pathlib

ROOT = next(folder for folder in pathlib.Path(__file__).resolve().parents if (folder / "spec" / "registries").is_dir())
REGISTRIES = ROOT / "spec" / "registries"


def registry(name):
    return json.loads((REGISTRIES / f"{name}.json").read_text("utf-8"))


CODES = {name: int(row["code"], 16) for name, row in registry("error-codes").items()}
LIMITS = {name: row["value"] for name, row in registry("limits").items()}
LABELS = {
    name: row["text"].encode("ascii") + (b"\0" if row["terminated"] else b"")
    for name, row in registry("labels").items()
}
REFUSALS = registry("refusals")


class Refusal(Exception):
    """An input is refused; the name is the entry in the registry of refusals."""

    def __init__(self, name):
        super().__init__(name)
        self.name = name
        self.effect = REFUSALS[name]["effect"]
        self.meaning = REFUSALS[name]["meaning"]

    def code(self, of_carrier="ILLEGAL_PARAMETER"):
        """The error code; that of a record is given by what carries it (chapter 6)."""
        return CODES[REFUSALS[self.name]["code"] or of_carrier]


class Reader:
    """Takes big-endian fields off bytes; `short` names the refusal of bytes that end too early."""

    def __init__(self, data, short):
        self.data = data
        self.at = 0
        self.end = len(data)
        self.short = short

    def left(self):
        return self.end - self.at

    def take(self, count):
        if count > self.left():
            raise Refusal(self.short)
        self.at += count
        return self.data[self.at - count : self.at]

    def uint(self, size):
        return int.from_bytes(self.take(size), "big")

    def str8(self):
        return self.take(self.uint(1))


def u8(value):
    return value.to_bytes(1, "big")


def u16(value):
    return value.to_bytes(2, "big")


def u32(value):
    return value.to_bytes(4, "big")


def u64(value):
    return value.to_bytes(8, "big")


def str8(data):
    return u8(len(data)) + data


def text(data, refusal):
    """Strict UTF-8; U+FEFF is kept (CONV-2, REC-20)."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(refusal) from None


# Extension blocks (section 4.5; in operations section 7.6) ------------------------------------


def encode_extensions(entries):
    """HS-52, HS-53: no entries, no block."""
    body = b"".join(u16(kind) + u16(len(value)) + value for kind, value in sorted(entries))
    return u16(len(body)) + body if body else b""


def decode_extensions(data, refusals="extensions", judge_type=None, judge_value=None):
    """Section 4.5.1, and steps 16 and 17 of section 7.8, which have the same order."""
    length, order = (
        ("extensions.length", "extensions.order")
        if refusals == "extensions"
        else ("operation.extensions-length", "operation.extensions-order")
    )
    if not data:
        return []
    reader = Reader(data, length)
    total = reader.uint(2)  # HS-48
    if total < 4 or total != reader.left():  # HS-49
        raise Refusal(length)
    entries = []
    while reader.left():
        kind, size = reader.uint(2), reader.uint(2)  # HS-111
        if entries and kind <= entries[-1][0]:  # HS-50, OP-45
            raise Refusal(order)
        if judge_type:
            judge_type(kind)
        value = reader.take(size)  # HS-112
        if judge_value:
            judge_value(kind, value)
        entries.append((kind, value))
    return entries
