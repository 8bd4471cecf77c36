"""The forms in which vectors write bytes, values and messages (spec sections 6.8 and 8.9, vectors/README.md)."""

import re

import operations

unhex = bytes.fromhex


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"{found!r:.300} is not {expected!r:.300}")


def value_of(value):
    ((kind, content),) = value.items()
    if kind == "int":
        content = int(content)
    elif kind in ("double", "date", "uuid", "data"):
        content = unhex(content)
    elif kind == "vector":
        content = [unhex(element) for element in content]
    elif kind == "array":
        content = [value_of(element) for element in content]
    elif kind == "dictionary":
        content = fields_of(content)
    return kind, content


def fields_of(fields):
    return [(name, value_of(value)) for name, value in fields]


def extensions_of(extensions):
    return [(entry["type"], unhex(entry["value"])) for entry in extensions]


def operation_of(case):
    operation = operations.Operation(unhex(case["id"]), int(case["counter"]), unhex(case["node"]), case["type"])
    operation.extensions = extensions_of(case.get("extensions", []))
    if case["type"] == "sealed":
        operation.sealed = {name: unhex(case[name]) for name in ("tag", "epoch", "team", "nonce", "ciphertext", "mac")}
    else:
        operation.collection, operation.record = case["collection"], unhex(case["record"])
        operation.changes = fields_of(case["changes"])
    return operation


def hello_of(message):
    fields = {name: unhex(message[name]) for name in ("node", "key", "challenge") if name in message}
    fields |= {"database": message["database"].encode(), "token": message["token"].encode(), "time": int(message["time"])}
    return fields | {"capabilities": message["capabilities"], "extensions": extensions_of(message["extensions"])}


def message_of(table, message):
    fields = {}
    for name, value in message.items():
        if table[name]["type"] == "list":
            value = [message_of(table[name]["fields"], entry) for entry in value]
        fields[name] = unhex(value) if table[name]["type"] in ("data", "uuid") else value
    return fields


def json_of(fields):
    if isinstance(fields, list):
        return [json_of(entry) for entry in fields]
    if isinstance(fields, dict):
        return {name: json_of(value) for name, value in fields.items()}
    return fields.hex() if isinstance(fields, bytes) else fields


def expand(value):
    """The short form of long bytes, texts and lists in limits.json."""
    if isinstance(value, dict):
        if "repeat" in value:
            return value["repeat"] * value["times"]
        return {name: expand(content) for name, content in value.items()}
    if isinstance(value, list):
        parts = ([expand(part["value"])] * part["times"] if "times" in part else [expand(part)] for part in value)
        return [element for part in parts for element in part]
    if isinstance(value, str):
        return re.sub(r"\(([0-9a-f]+)x(\d+)\)", lambda match: match[1] * int(match[2]), value)
    return value
