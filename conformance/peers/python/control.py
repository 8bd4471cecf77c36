"""Control messages, driven by their registry (spec chapter 8)."""

from codec import LIMITS, Reader, Refusal, registry, u8
from records import encode_record, read_record

MESSAGES = registry("control-messages")
NAMES = {int(row["id"], 16): name for name, row in MESSAGES.items()}

LEGAL = {  # section 8.2
    "W_SESSION": {"SESSION", "ERROR", "CLOSE"},
    "W_AUTH": {"AUTH", "ERROR", "CLOSE"},
    ("OPEN", "server"): {"SUBSCRIBE", "FEED_ACK", "PING", "PONG", "ERROR", "CLOSE"},
    ("OPEN", "client"): {"SUBSCRIBED", "SCOPE_REVOKED", "ACK", "REJECT", "CHECKPOINT", "PING", "PONG", "ERROR", "CLOSE"},
}


def encode_control(name, **fields):
    row = MESSAGES[name]
    return u8(int(row["id"], 16)) + encode_record(encode_fields(row["fields"], fields))


def encode_fields(table, fields):
    """A field that is None has nothing to say and is left out (CTRL-3)."""
    record = []
    for name, value in fields.items():
        if value is None:
            continue
        kind = table[name]["type"]
        if kind == "list":
            entries = [("dictionary", encode_fields(table[name]["fields"], entry)) for entry in value]
            record.append((name, ("array", entries)))
        else:
            record.append((name, (kind, value)))
    return record


def decode_control(plaintext, role, state):
    """The steps of section 8.2. The message as (name, fields), or None for one that is skipped."""
    if len(plaintext) > LIMITS["CONTROL_BYTES"]:  # CTRL-4
        raise Refusal("control.too-large")
    number = plaintext[0]
    name = NAMES.get(number)
    if state == "W_SESSION" and name not in LEGAL[state]:  # CTRL-5
        raise Refusal("control.unexpected")
    if name is None and number >= 0x80:  # CTRL-6
        raise Refusal("control.unknown-critical")
    if name is None:  # CTRL-7
        return None
    if name not in LEGAL[(state, role) if state == "OPEN" else state]:  # CTRL-8
        raise Refusal("control.unexpected")
    reader = Reader(plaintext[1:], "record.truncated")
    record = read_record(reader)  # CTRL-9
    if reader.left():
        raise Refusal("record.trailing-bytes")
    fields = decode_fields(MESSAGES[name]["fields"], dict(record))
    if name == "ACK" and (len(fields["st"]) != len(fields["ids"]) // 16 or set(fields["st"]) - {0, 1}):  # SYNC-63
        raise Refusal("control.field-range")
    return name, fields


def decode_fields(table, record):
    """Step 7; fields that the table does not name are ignored (CTRL-13)."""
    fields = {}
    for name, row in table.items():
        if name in record:
            fields[name] = decode_field(row, *record[name])
        elif not row.get("optional"):  # CTRL-10
            raise Refusal("control.field-missing")
    return fields


def decode_field(row, kind, content):
    if row["type"] == "list":
        if kind != "array":  # CTRL-11
            raise Refusal("control.field-type")
        if len(content) > row.get("maximum", len(content)):  # SYNC-69
            raise Refusal("control.field-range")
        return [decode_entry(row["fields"], *element) for element in content]
    if kind != row["type"]:  # CTRL-11
        raise Refusal("control.field-type")
    if kind == "int" and not row["minimum"] <= content <= row["maximum"]:  # CTRL-12
        raise Refusal("control.field-range")
    if kind == "data" and (len(content) != row.get("length", len(content)) or len(content) % row.get("multiple", 1)):
        raise Refusal("control.field-range")
    return content


def decode_entry(table, kind, content):
    if kind != "dictionary":  # CTRL-11
        raise Refusal("control.field-type")
    return decode_fields(table, dict(content))
