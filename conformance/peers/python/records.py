"""BlazeBinary: encoder and strict decoder (spec chapter 6).

A record is a list of (name, value) in the order of the bytes, and a value is a pair (kind, content):
null None, bool, int, double and date 8 bytes, uuid 16 bytes, string str, data bytes, vector a list of
4 bytes each, array a list of values, dictionary a list like a record. Doubles stay bytes, so that
their bits are kept (REC-1).
"""

import zlib

from codec import LIMITS, Reader, Refusal, registry, text, u8, u16, u32

MAGIC = b"BLAZE"
BOM = b"\xef\xbb\xbf"
NAME_IDS = {name: int(number, 16) for name, number in registry("field-names").items()}
NAMES = {number: name for name, number in NAME_IDS.items()}
CONTAINERS = (0x08, 0x09, 0x18, 0x19)


# Encoder ---------------------------------------------------------------------------------------


def encode_record(fields, version=1):
    data = MAGIC + u8(version) + encode_names(fields, 0, top=True)
    return data + u32(zlib.crc32(data)) if version == 2 else data  # REC-7


def encode_names(pairs, depth, top=False):
    """Count, then names with values in ascending order of their bytes (REC-10 to REC-14)."""
    if len(pairs) > LIMITS["FIELDS"]:
        raise Refusal("record.fields")
    parts = [u16(len(pairs))]
    last = None
    for name, name_text, value in sorted((utf8(name), name, value) for name, value in pairs):
        if len(name) > LIMITS["NAME_BYTES"]:
            raise Refusal("record.name-too-long")
        if name.startswith(BOM):  # REC-14
            raise Refusal("record.name-bom")
        if name == last:  # REC-13
            raise Refusal("record.names-duplicate")
        last = name
        if top and name_text in NAME_IDS:  # REC-10
            parts.append(u8(NAME_IDS[name_text]))
        else:  # REC-11
            parts.append((b"\xff" if top else b"") + u16(len(name)) + name)
        parts.append(encode_value(value, depth))
    return b"".join(parts)


def encode_value(value, depth):
    kind, content = value
    if kind == "null":
        return b"\x0b"
    if kind == "bool":
        return b"\x04\x01" if content else b"\x04\x00"
    if kind == "int":
        if not -(2**63) <= content < 2**63:  # REC-18
            raise Refusal("record.int-range")
        return b"\x12" + u8(content) if 0 <= content <= 255 else b"\x02" + content.to_bytes(8, "big", signed=True)
    if kind in ("double", "date", "uuid"):
        return {"double": b"\x03", "date": b"\x06", "uuid": b"\x05"}[kind] + content
    if kind == "string":
        data = utf8(content)
        if len(data) > 15:
            return b"\x01" + u32(len(data)) + data
        return u8(0x20 + len(data)) + data if data else b"\x11"
    if kind == "data":
        return b"\x07" + u32(len(content)) + content
    if kind == "vector":
        return b"\x0a" + u32(len(content)) + b"".join(content)
    if depth >= LIMITS["NESTING"]:
        raise Refusal("record.nesting")
    if kind == "array":
        if len(content) > LIMITS["ARRAY_ELEMENTS"]:  # REC-17
            raise Refusal("record.array-too-long")
        body = b"".join(encode_value(element, depth + 1) for element in content)
        return b"\x08" + u16(len(content)) + body if content else b"\x18"
    return b"\x09" + encode_names(content, depth + 1) if content else b"\x19"


def utf8(string):
    try:
        return string.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate (CONV-2)
        raise Refusal("record.utf8") from None


# Decoder: the steps of section 6.6 --------------------------------------------------------------


def decode_record(data):
    """A record that stands alone, of version 01 or 02 (REC-9)."""
    reader = Reader(data, "record.truncated")
    fields = read_record(reader, versions=(1, 2))
    if reader.left():  # REC-35
        raise Refusal("record.trailing-bytes")
    return fields


def read_record(reader, versions=(1,)):
    """Reads one record; what follows it is the caller's."""
    start = reader.at
    if reader.take(5) != MAGIC:  # REC-21
        raise Refusal("record.magic")
    version = reader.uint(1)
    if version not in versions:  # REC-22
        raise Refusal("record.version")
    if version == 2:  # REC-23
        if reader.end - start < 12:
            raise Refusal("record.truncated")
        reader.end -= 4
        if zlib.crc32(reader.data[start : reader.end]) != int.from_bytes(reader.data[reader.end : reader.end + 4], "big"):
            raise Refusal("record.checksum")
    return read_names(reader, reader.uint(2), 0, top=True)


def read_names(reader, count, depth, top=False):
    if count > LIMITS["FIELDS"]:  # REC-24
        raise Refusal("record.fields")
    pairs = []
    last = None
    for _ in range(count):
        name, name_text = read_name(reader, top)
        if name == last:  # REC-29
            raise Refusal("record.names-duplicate")
        if last is not None and name < last:  # REC-30
            raise Refusal("record.names-unsorted")
        last = name
        pairs.append((name_text, read_value(reader, depth)))
    return pairs


def read_name(reader, top):
    """The name as bytes and as text."""
    if top:
        first = reader.uint(1)
        if first in NAMES:
            return NAMES[first].encode("utf-8"), NAMES[first]
        if first != 0xFF:  # REC-25
            raise Refusal("record.name-id-unknown")
    length = reader.uint(2)
    if length > LIMITS["NAME_BYTES"]:  # REC-26
        raise Refusal("record.name-too-long")
    name = reader.take(length)
    name_text = text(name, "record.utf8")
    if name.startswith(BOM):  # REC-27
        raise Refusal("record.name-bom")
    if top and name_text in NAME_IDS:  # REC-28
        raise Refusal("record.name-not-shortest")
    return name, name_text


def read_value(reader, depth):
    """`depth` is the number of containers around the value."""
    tag = reader.uint(1)
    if tag in CONTAINERS and depth >= LIMITS["NESTING"]:  # REC-32
        raise Refusal("record.nesting")
    if tag == 0x12:
        return "int", reader.uint(1)
    if 0x21 <= tag <= 0x2F:
        return "string", text(reader.take(tag & 0x0F), "record.utf8")
    if tag == 0x11:
        return "string", ""
    if tag == 0x01:
        length = reader.uint(4)
        if length < 16:  # REC-33
            raise Refusal("record.tag-not-shortest")
        return "string", text(reader.take(length), "record.utf8")
    if tag == 0x02:
        number = int.from_bytes(reader.take(8), "big", signed=True)
        if 0 <= number <= 255:  # REC-33
            raise Refusal("record.tag-not-shortest")
        return "int", number
    if tag == 0x03:
        return "double", reader.take(8)
    if tag == 0x04:
        content = reader.uint(1)
        if content > 1:  # REC-34
            raise Refusal("record.bool")
        return "bool", content == 1
    if tag == 0x05:
        return "uuid", reader.take(16)
    if tag == 0x06:
        return "date", reader.take(8)
    if tag == 0x07:
        return "data", reader.take(reader.uint(4))
    if tag == 0x0A:
        data = reader.take(4 * reader.uint(4))
        return "vector", [data[at : at + 4] for at in range(0, len(data), 4)]
    if tag == 0x0B:
        return "null", None
    if tag == 0x18:
        return "array", []
    if tag == 0x19:
        return "dictionary", []
    if tag not in (0x08, 0x09):  # REC-31
        raise Refusal("record.tag-unknown")
    count = reader.uint(2)
    if count == 0:  # REC-33
        raise Refusal("record.tag-not-shortest")
    if tag == 0x08:
        return "array", [read_value(reader, depth + 1) for _ in range(count)]
    return "dictionary", read_names(reader, count, depth + 1)
