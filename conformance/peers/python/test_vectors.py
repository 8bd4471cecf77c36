"""Checks the codec against the vectors: /usr/bin/python3 test_vectors.py [FOLDER]"""

import collections
import hashlib
import hmac
import json
import pathlib
import re
import sys

from cryptography.hazmat.primitives.asymmetric import ec

import channel
import codec
import control
import handshake
import operations
import records
import sync

DEFAULT = pathlib.Path(__file__).resolve().parents[3] / "vectors"
PRIVATE = lambda number: ec.derive_private_key(int(number, 16), handshake.CURVE)
hexadecimal = bytes.fromhex


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"{found!r:.300} is not {expected!r:.300}")


def refused(reason, function, *arguments):
    try:
        found = function(*arguments)
    except codec.Refusal as refusal:
        return equal(refusal.name, reason)
    raise AssertionError(f"accepted as {found!r:.300}, not refused with {reason}")


# JSON forms (sections 6.8 and 8.9) ---------------------------------------------------------------


def from_json_value(value):
    ((kind, content),) = value.items()
    if kind == "int":
        content = int(content)
    elif kind in ("double", "date", "uuid", "data"):
        content = hexadecimal(content)
    elif kind == "vector":
        content = [hexadecimal(element) for element in content]
    elif kind == "array":
        content = [from_json_value(element) for element in content]
    elif kind == "dictionary":
        content = from_json_fields(content)
    return kind, content


def from_json_fields(fields):
    return [(name, from_json_value(value)) for name, value in fields]


def from_json_operation(case):
    operation = operations.Operation(hexadecimal(case["id"]), int(case["counter"]), hexadecimal(case["node"]), case["type"])
    operation.extensions = from_json_extensions(case.get("extensions", []))
    if case["type"] == "sealed":
        names = ("tag", "epoch", "team", "nonce", "ciphertext", "mac")
        operation.sealed = {name: hexadecimal(case[name]) for name in names}
    else:
        operation.collection = case["collection"]
        operation.record = hexadecimal(case["record"])
        operation.changes = from_json_fields(case["changes"])
    return operation


def from_json_extensions(extensions):
    return [(entry["type"], hexadecimal(entry["value"])) for entry in extensions]


def to_json_fields(fields):
    if isinstance(fields, list):
        return [to_json_fields(entry) for entry in fields]
    if isinstance(fields, dict):
        return {name: to_json_fields(value) for name, value in fields.items()}
    return fields.hex() if isinstance(fields, bytes) else fields


def from_json_message(name, message):
    return from_json_members(control.MESSAGES[name]["fields"], {key: value for key, value in message.items() if key != "message"})


def from_json_members(table, message):
    fields = {}
    for name, value in message.items():
        if table[name]["type"] == "list":
            value = [from_json_members(table[name]["fields"], entry) for entry in value]
        fields[name] = hexadecimal(value) if table[name]["type"] in ("data", "uuid") else value
    return fields


def from_json_hello(message):
    fields = {name: hexadecimal(message[name]) for name in ("node", "key", "challenge") if name in message}
    fields |= {"database": message["database"].encode(), "token": message["token"].encode(), "time": int(message["time"])}
    return fields | {"capabilities": message["capabilities"], "extensions": from_json_extensions(message["extensions"])}


# Topics: each is (valid, invalid, ...) by the lists of its file -----------------------------------


def records_valid(case):
    fields = from_json_fields(case["fields"])
    for version, name in ((1, "v1"), (2, "v2"), (1, "bytes")):
        if name in case:
            equal(records.decode_record(hexadecimal(case[name])), fields)
            equal(records.encode_record(fields, version), hexadecimal(case[name]))


def records_invalid(case):
    refused(case["reason"], records.decode_record, hexadecimal(case["bytes"]))


def records_unencodable(case):
    refused(case["reason"], records.encode_record, from_json_fields(case["fields"]))


def operations_valid(case):
    operation = from_json_operation(case["operation"])
    equal(operations.decode_operation(hexadecimal(case["bytes"])), operation)
    equal(operations.encode_operation(operation), hexadecimal(case["bytes"]))


def operations_invalid(case):
    refused(case["reason"], operations.decode_operation, hexadecimal(case["bytes"]))


def operations_unencodable(case):
    refused(case["reason"], operations.encode_operation, from_json_operation(case["operation"]))


def batches_valid(case):
    found = operations.decode_batch(hexadecimal(case["bytes"]), case["compression"])
    equal([data.hex() for data in found], case["operations"])
    if not case["packed"]:
        equal(operations.encode_batch(found), hexadecimal(case["bytes"]))


def batches_invalid(case):
    refused(case["reason"], operations.decode_batch, hexadecimal(case["bytes"]), case["compression"])


def extensions_valid(case):
    entries = from_json_extensions(case["extensions"])
    for refusals in ("extensions", "operation"):
        equal(codec.decode_extensions(hexadecimal(case["bytes"]), refusals), entries)
    equal(codec.encode_extensions(entries), hexadecimal(case["bytes"]))


def extensions_invalid(case):
    refused(case["reason"], codec.decode_extensions, hexadecimal(case["bytes"]))
    refused(case["operationReason"], codec.decode_extensions, hexadecimal(case["bytes"]), "operation")


def hello_valid(case):
    welcome = case["message"]["message"] == "WELCOME"
    message = from_json_hello(case["message"])
    equal(handshake.read_hello(hexadecimal(case["bytes"]), welcome), message)
    equal(handshake.encode_hello(message), hexadecimal(case["bytes"]))


def judge_hello(payload, welcome):
    handshake.decode_point(handshake.read_hello(payload, welcome)["key"])


def hello_invalid(case):
    refused(case["reason"], judge_hello, hexadecimal(case["bytes"]), False)


def welcome_invalid(case):
    refused(case["reason"], judge_hello, hexadecimal(case["bytes"]), True)


SHORT = {"VERIFY": handshake.read_verify, "COMPLETE": handshake.read_complete, "ALERT": handshake.read_alert}


def short_messages_valid(case):
    found = SHORT[case["message"]["message"]](hexadecimal(case["bytes"]))
    if "mac" in case["message"]:
        equal(found.hex(), case["message"]["mac"])
    if "code" in case["message"]:
        equal(found, case["message"]["code"])


def short_messages_invalid(case):
    refused(case["reason"], SHORT[case["name"]], hexadecimal(case["bytes"]))


def judge_header(case):
    header = hexadecimal(case["header"])
    channel.judge_header(header[0], int.from_bytes(header[1:], "big"), case["role"], case["state"], case["maximum"])


def admission_invalid(case):
    refused(case["reason"], judge_header, case)


def read_frames(case, frames):
    reader = channel.FrameReader(case["role"])
    for chunk in case["chunks"]:
        reader.push(hexadecimal(chunk))
        while frame := reader.next(case["state"], case["maximum"]):
            frames.append({"type": frame[0], "payload": frame[1].hex()})
    reader.end()


def frames_valid(case):
    frames = []
    read_frames(case, frames)
    equal(frames, case["frames"])


def frames_invalid(case):
    frames = []
    refused(case["reason"], read_frames, case, frames)
    equal(frames, case["frames"])


def sealed_frames_valid(case):
    key, frame = hexadecimal(case["linkKey"]), hexadecimal(case["frame"])
    opener = channel.Sealer(key, case["sender"], case["counter"])
    plaintext = opener.open(frame[0], frame[5:])
    equal(plaintext, hexadecimal(case["plaintext"]))
    equal(channel.Sealer(key, case["sender"], case["counter"]).seal(frame[0], plaintext), frame)


def open_frame(case):
    frames = channel.FrameReader("server" if case["sender"] == "client" else "client")
    frames.push(hexadecimal(case["frame"]))
    frame = frames.next("OPEN", codec.LIMITS["FRAME_BYTES"])
    frames.end()
    channel.Sealer(hexadecimal(case["linkKey"]), case["sender"], case["counter"]).open(*frame)


def sealed_frames_invalid(case):
    refused(case["reason"], open_frame, case)


def seed_sizes_valid(case):
    operation = operations.encode_operation(from_json_operation(case["operation"]))
    frame = channel.Sealer(hexadecimal(case["linkKey"]), case["sender"], case["counter"]).seal(channel.OPERATION, operation)
    equal(frame, hexadecimal(case["frame"]))
    equal([len(operation), len(frame) - 5, len(frame)], list(case["sizes"].values()))


def key_schedule_valid(case):
    shared = PRIVATE(case["clientPrivateKey"]).exchange(ec.ECDH(), handshake.decode_point(hexadecimal(case["serverPublicKey"])))
    equal(shared.hex(), case["ecdhX"])
    info = handshake.link_key_info(case["clientDatabase"].encode(), case["serverDatabase"].encode())
    equal(info.hex(), case["info"])
    link_key = handshake.derive_link_key(shared, info)
    equal(link_key.hex(), case["linkKey"])
    equal(hmac.digest(link_key, hexadecimal(case["challenge"]), "sha256").hex(), case["verify"])


def key_schedule_invalid(case):
    refused(case["reason"], handshake.decode_point, hexadecimal(case["publicKey"]))


def proofs_valid(case):
    if case["kind"] == 2:
        return "of level L3"
    equal(handshake.prove(hexadecimal(case["psk"]), case["role"], hexadecimal(case["transcriptHash"])).hex(), case["proof"])


def proofs_invalid(case):
    if case["kind"] == 2:
        return "of level L3"
    message = {"kind": 1, "kid": "k1", "proof": hexadecimal(case["proof"])}
    refused(case["reason"], handshake.verify_proof, {"k1": hexadecimal(case["psk"])}, message, hexadecimal(case["transcriptHash"]))


def control_valid(case):
    name, fields = control.decode_control(hexadecimal(case["bytes"]), case["role"], case["state"])
    equal({"message": name, **to_json_fields(fields)}, case["message"])
    if not case.get("ignored"):
        equal(control.encode_control(name, **from_json_message(name, case["message"])), hexadecimal(case["bytes"]))


def control_skipped(case):
    equal(control.decode_control(hexadecimal(case["bytes"]), case["role"], case["state"]), None)


def control_invalid(case):
    refused(case["reason"], control.decode_control, hexadecimal(case["bytes"]), case["role"], case["state"])


def cursors_valid(case):
    parts = hexadecimal(case["cursor"]["log"]), int(case["cursor"]["seq"]), hexadecimal(case["cursor"]["mark"])
    equal(sync.decode_cursor(hexadecimal(case["bytes"])), parts)
    equal(sync.encode_cursor(*parts), hexadecimal(case["bytes"]))


def cursors_invalid(case):
    refused(case["reason"], sync.decode_cursor, hexadecimal(case["bytes"]))


def make_log(case):
    log = sync.Log(hexadecimal(case["log"]))
    equal(log.cursor(0).hex(), case["start"])
    for number, entry in enumerate(case["entries"], 1):
        data = hexadecimal(entry["operation"])
        log.append(operations.decode_operation(data), data, 0)
        equal(log.cursor(number).hex(), entry["cursor"])
    return log


def arrival_logs_valid(case):
    log = make_log(case)
    for seq in range(log.head + 1):
        equal(log.judge_cursor(log.cursor(seq)), seq)


def arrival_logs_invalid(case, bases):
    refused(case["reason"], make_log(bases[case["base"]]).judge_cursor, hexadecimal(case["cursor"]))


def make_server(case):
    server = case["server"]
    psks = {key["kid"]: hexadecimal(key["psk"]) for key in [server.get("credential")] if key}
    return handshake.ServerHandshake(
        hexadecimal(server["node"]), server["capabilities"], psks, server["max"], PRIVATE(server["privateKey"]),
        hexadecimal(case["challenge"]), int(server["time"]), from_json_extensions(server["extensions"]),
    )


def show(server, frame):
    channel.judge_header(frame[0], len(frame) - 5, "server", server.state, server.maximum)
    return server.receive(frame[0], frame[5:])


def run_handshake(case, until=None):
    server, answers = make_server(case), []
    for step in case["steps"][:until]:
        if step["from"] == "client":
            equal(answers, [])
            answers = show(server, hexadecimal(step["frame"]))
        else:
            equal(answers.pop(0).hex(), step["frame"])
    return server


def handshakes_valid(case):
    server = run_handshake(case)
    equal(server.state, "OPEN")
    equal([server.link_key.hex(), server.transcript_hash.hex()], [case["linkKey"], case["transcriptHash"]])
    equal([server.selected, server.database.decode()], [case["open"]["capabilities"], case["open"]["database"]])


def handshakes_invalid(case, bases):
    base = bases[case["base"]]
    if base["steps"][case["step"]]["from"] == "server":
        return "a client's"
    server = run_handshake(base, case["step"])
    refused(case["reason"], show, server, hexadecimal(case["frame"]))


def expand(value):
    """The short form of long bytes, texts and lists."""
    if isinstance(value, dict):
        if "repeat" in value:
            return value["repeat"] * value["times"]
        return {name: expand(content) for name, content in value.items()}
    if isinstance(value, list):
        expanded = []
        for element in value:
            times = element["times"] if isinstance(element, dict) and "times" in element else 0
            expanded += [expand(element["value"])] * times if times else [expand(element)]
        return expanded
    if isinstance(value, str):
        return re.sub(r"\(([0-9a-f]+)x(\d+)\)", lambda match: match[1] * int(match[2]), value)
    return value


LIMIT_TOPICS = {
    "record": lambda case: {"fields": case.get("value")},
    "operation": lambda case: {"operation": case.get("value")},
    "batch": lambda case: {"compression": False, "packed": False, **case.get("value", {})},
    "packed-batch": lambda case: {"compression": True, "packed": True, **case.get("value", {})},
    "control": lambda case: {"role": "server", "state": "OPEN", "message": case.get("value")},
}


def limits_case(case, column):
    kind = case.get("kind", "record")
    case = expand(case)
    topic = {"record": "records", "operation": "operations", "control": "control"}.get(kind, "batches")
    TOPICS[topic][column]({**case, **LIMIT_TOPICS[kind](case)})


def limits_valid(case):
    data = hexadecimal(expand(case["bytes"]))
    equal([len(data), hashlib.sha256(data).hexdigest()], [case["length"], case["sha256"]])
    limits_case(case, 0)


def limits_invalid(case):
    limits_case(case, 1)


def limits_unencodable(case):
    limits_case(case, 2)


def sealed_operations_valid(case):
    """By their form; to open them is of level L4."""
    data = hexadecimal(case["bytes"])
    equal(operations.encode_operation(operations.decode_operation(data)), data)


TOPICS = {
    "records": (records_valid, records_invalid, records_unencodable),
    "swift-decoder": (records_valid, records_invalid),
    "operations": (operations_valid, operations_invalid, operations_unencodable),
    "batches": (batches_valid, batches_invalid),
    "extensions": (extensions_valid, extensions_invalid),
    "hello": (hello_valid, hello_invalid),
    "welcome": (hello_valid, welcome_invalid),
    "short-messages": (short_messages_valid, short_messages_invalid),
    "admission": (judge_header, admission_invalid),
    "frames": (frames_valid, frames_invalid),
    "sealed-frames": (sealed_frames_valid, sealed_frames_invalid),
    "seed-sizes": (seed_sizes_valid, sealed_frames_invalid),
    "key-schedule": (key_schedule_valid, key_schedule_invalid),
    "proofs": (proofs_valid, proofs_invalid),
    "control": (control_valid, control_invalid, control_skipped),
    "cursors": (cursors_valid, cursors_invalid),
    "arrival-logs": (arrival_logs_valid, arrival_logs_invalid),
    "handshakes": (handshakes_valid, handshakes_invalid),
    "limits": (limits_valid, limits_invalid, limits_unencodable),
    "sealed-operations": (sealed_operations_valid, sealed_operations_valid),
}
LISTS = ("valid", "invalid", "unencodable", "skipped")


def main(folder):
    failures = 0
    for path in sorted(folder.glob("*.json")):
        vectors = json.loads(path.read_text("utf-8"))
        counts = collections.Counter()
        bases = {case["id"]: case for case in vectors.get("valid", [])}
        for name, function in zip([name for name in LISTS if name in vectors], TOPICS.get(path.stem, [None] * 3)):
            for case in vectors[name]:
                arguments = (case, bases) if function in (arrival_logs_invalid, handshakes_invalid) else (case,)
                try:
                    skipped = "not checked" if function is None else function(*arguments)
                    counts[skipped or "passed"] += 1
                except (AssertionError, codec.Refusal) as error:
                    failures += 1
                    print(f"{path.stem} {name} {case['id']}: {error}")
        print(f"{path.stem}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]) if sys.argv[1:] else DEFAULT))
