"""Checks the codec against the vectors: /usr/bin/python3 test_vectors.py [FOLDER]"""

import collections
import hashlib
import hmac
import json
import pathlib
import sys

from cryptography.hazmat.primitives.asymmetric import ec

import channel
import codec
import control
import handshake
import operations
import records
import test_merges
from cursors import decode_cursor, encode_cursor
from log import Log
from vector_forms import equal, expand, extensions_of, fields_of, hello_of, json_of, message_of, operation_of, unhex

DEFAULT = codec.ROOT / "vectors"


# What a topic decodes. Each takes a case and refuses that of `invalid` ------------------------------


def decode_hello(case, welcome=False):
    message = handshake.read_hello(unhex(case["bytes"]), welcome)
    handshake.decode_point(message["key"])
    return message


def decode_extensions(case):
    try:
        codec.decode_extensions(unhex(case["bytes"]), "operation")
    except codec.Refusal as refusal:
        equal(refusal.name, case["operationReason"])
    codec.decode_extensions(unhex(case["bytes"]))


def decode_short(case):
    readers = {"VERIFY": handshake.read_verify, "COMPLETE": handshake.read_complete, "ALERT": handshake.read_alert}
    name = case["name"] if "name" in case else case["message"]["message"]
    found = readers[name](unhex(case["bytes"]))
    return found.hex() if isinstance(found, bytes) else found


def judge_header(case):
    header = unhex(case["header"])
    channel.judge_header(header[0], int.from_bytes(header[1:], "big"), case["role"], case["state"], case["maximum"])


def read_frames(case):
    reader, frames = channel.FrameReader(case["role"]), []
    try:
        for chunk in case["chunks"]:
            reader.push(unhex(chunk))
            while frame := reader.next(case["state"], case["maximum"]):
                frames.append({"type": frame[0], "payload": frame[1].hex()})
        reader.end()
    finally:
        equal(frames, case["frames"])


def open_frame(case):
    frames = channel.FrameReader("server" if case["sender"] == "client" else "client")
    frames.push(unhex(case["frame"]))
    frame = frames.next("OPEN", codec.LIMITS["FRAME_BYTES"])
    frames.end()
    return channel.Sealer(unhex(case["linkKey"]), case["sender"], case["counter"]).open(*frame)


def judge_proof(case):
    if case["kind"] == 2:
        return "of level L3"
    message = {"kind": 1, "kid": "k1", "proof": unhex(case["proof"])}
    handshake.verify_proof({"k1": unhex(case["psk"])}, message, unhex(case["transcriptHash"]))


def decode_control(case):
    return control.decode_control(unhex(case["bytes"]), case["role"], case["state"])


def judge_cursor(case):
    return log_of(BASES[case["base"]]).judge_cursor(unhex(case["cursor"]))


def log_of(case):
    log = Log(unhex(case["log"]))
    equal(log.cursor(0).hex(), case["start"])
    for number, entry in enumerate(case["entries"], 1):
        data = unhex(entry["operation"])
        log.append(operations.decode_operation(data), data, 0)
        equal(log.cursor(number).hex(), entry["cursor"])
    return log


def private_key(number):
    return ec.derive_private_key(int(number, 16), handshake.CURVE)


def show(server, frame):
    channel.judge_header(frame[0], len(frame) - 5, "server", server.state, server.maximum)
    return server.receive(frame[0], frame[5:])


def run_handshake(case, until=None):
    """The server of a handshake, without a link, up to a step."""
    side = case["server"]
    psks = {key["kid"]: unhex(key["psk"]) for key in [side.get("credential")] if key}
    server = handshake.ServerHandshake(
        unhex(side["node"]), side["capabilities"], psks, side["max"], private_key(side["privateKey"]),
        unhex(case["challenge"]), int(side["time"]), extensions_of(side["extensions"]),
    )
    answers = []
    for step in case["steps"][:until]:
        if step["from"] == "client":
            equal(answers, [])
            answers = show(server, unhex(step["frame"]))
        else:
            equal(answers.pop(0).hex(), step["frame"])
    return server


def break_handshake(case):
    base = BASES[case["base"]]
    if base["steps"][case["step"]]["from"] == "server":
        return "a client's"
    show(run_handshake(base, case["step"]), unhex(case["frame"]))


def of_limit(case):
    """A case of limits.json as one of the topic of its kind."""
    kind, case = case.get("kind", "record"), expand(case)
    value, packed = case.get("value"), kind == "packed-batch"
    if kind == "record":
        return "records", {**case, "fields": value}
    if kind == "operation":
        return "operations", {**case, "operation": value}
    if kind == "control":
        return "control", {**case, "role": "server", "state": "OPEN", "message": value}
    return "batches", {**case, "compression": packed, "packed": packed, **(value or {})}


def decode_limit(case):
    topic, case = of_limit(case)
    return DECODE[topic](case)


DECODE = {
    "records": lambda case: records.decode_record(unhex(case["bytes"])),
    "operations": lambda case: operations.decode_operation(unhex(case["bytes"])),
    "batches": lambda case: operations.decode_batch(unhex(case["bytes"]), case["compression"]),
    "extensions": decode_extensions,
    "hello": decode_hello,
    "welcome": lambda case: decode_hello(case, True),
    "short-messages": decode_short,
    "admission": judge_header,
    "frames": read_frames,
    "sealed-frames": open_frame,
    "seed-sizes": open_frame,
    "key-schedule": lambda case: handshake.decode_point(unhex(case["publicKey"])),
    "proofs": judge_proof,
    "control": decode_control,
    "cursors": lambda case: decode_cursor(unhex(case["bytes"])),
    "arrival-logs": judge_cursor,
    "handshakes": break_handshake,
    "limits": decode_limit,
    "merges": lambda case: test_merges.other_state(case, BASES[case["base"]]),
    "compactions": lambda case: test_merges.wrong_compaction(case, BASES[case["base"]]),
}
DECODE["swift-decoder"] = DECODE["records"]


# What else holds of the cases of `valid`: the decoded form, and the encoder's bytes -----------------


def valid_record(case):
    fields = fields_of(case["fields"])
    for version, name in ((1, "v1"), (2, "v2"), (1, "bytes")):
        if name in case:
            equal(records.decode_record(unhex(case[name])), fields)
            equal(records.encode_record(fields, version), unhex(case[name]))


def valid_operation(case):
    equal(DECODE["operations"](case), operation_of(case["operation"]))
    equal(operations.encode_operation(operation_of(case["operation"])), unhex(case["bytes"]))


def valid_batch(case):
    found = DECODE["batches"](case)
    equal([data.hex() for data in found], case["operations"])
    if not case["packed"]:
        equal(operations.encode_batch(found), unhex(case["bytes"]))


def valid_extensions(case):
    for refusals in ("extensions", "operation"):
        equal(codec.decode_extensions(unhex(case["bytes"]), refusals), extensions_of(case["extensions"]))
    equal(codec.encode_extensions(extensions_of(case["extensions"])), unhex(case["bytes"]))


def valid_hello(case):
    equal(decode_hello(case, case["message"]["message"] == "WELCOME"), hello_of(case["message"]))
    equal(handshake.encode_hello(hello_of(case["message"])), unhex(case["bytes"]))


def valid_frame(case):
    plaintext = open_frame(case)
    equal(plaintext.hex(), case["plaintext"])
    sealer = channel.Sealer(unhex(case["linkKey"]), case["sender"], case["counter"])
    equal(sealer.seal(int(case["frame"][:2], 16), plaintext).hex(), case["frame"])
    if "operation" in case:
        equal(plaintext, operations.encode_operation(operation_of(case["operation"])))
        size = len(plaintext)
        equal(case["sizes"], {"operation": size, "sealed": size + 28, "framed": len(case["frame"]) // 2})


def valid_key(case):
    peer = handshake.decode_point(unhex(case["serverPublicKey"]))
    shared = private_key(case["clientPrivateKey"]).exchange(ec.ECDH(), peer)
    info = handshake.link_key_info(case["clientDatabase"].encode(), case["serverDatabase"].encode())
    link_key = handshake.derive_link_key(shared, info)
    equal([shared.hex(), info.hex(), link_key.hex()], [case["ecdhX"], case["info"], case["linkKey"]])
    equal(hmac.digest(link_key, unhex(case["challenge"]), "sha256").hex(), case["verify"])


def valid_proof(case):
    if case["kind"] == 2:
        return "of level L3"
    equal(handshake.prove(unhex(case["psk"]), case["role"], unhex(case["transcriptHash"])).hex(), case["proof"])


def valid_control(case):
    name, fields = decode_control(case)
    equal({"message": name, **json_of(fields)}, case["message"])
    if not case.get("ignored"):
        fields = {key: value for key, value in case["message"].items() if key != "message"}
        encoded = control.encode_control(name, **message_of(control.MESSAGES[name]["fields"], fields))
        equal(encoded, unhex(case["bytes"]))


def valid_cursor(case):
    parts = unhex(case["cursor"]["log"]), int(case["cursor"]["seq"]), unhex(case["cursor"]["mark"])
    equal([DECODE["cursors"](case), encode_cursor(*parts)], [parts, unhex(case["bytes"])])


def valid_log(case):
    log = log_of(case)
    for seq in range(log.head + 1):
        equal(log.judge_cursor(log.cursor(seq)), seq)


def valid_handshake(case):
    server = run_handshake(case)
    equal([server.state, server.link_key.hex(), server.transcript_hash.hex()], ["OPEN", case["linkKey"], case["transcriptHash"]])
    equal([server.selected, server.database.decode()], [case["open"]["capabilities"], case["open"]["database"]])


def valid_limit(case):
    topic, full = of_limit(case)
    data = unhex(full["bytes"])
    equal([len(data), hashlib.sha256(data).hexdigest()], [case["length"], case["sha256"]])
    VALID[topic](full)


def valid_sealed_operation(case):
    """By its form; to open one is of level L4."""
    equal(operations.encode_operation(DECODE["operations"](case)), unhex(case["bytes"]))


def skipped(case):
    equal(decode_control(case), None)


def unencodable(case):
    """A record that the encoder refuses."""
    records.encode_record(fields_of(expand(case.get("fields", case.get("value")))))


VALID = {
    "records": valid_record, "swift-decoder": valid_record, "operations": valid_operation, "batches": valid_batch,
    "extensions": valid_extensions, "hello": valid_hello, "welcome": valid_hello, "short-messages": decode_short,
    "admission": judge_header, "frames": read_frames, "sealed-frames": valid_frame, "seed-sizes": valid_frame,
    "key-schedule": valid_key, "proofs": valid_proof, "control": valid_control, "cursors": valid_cursor,
    "arrival-logs": valid_log, "handshakes": valid_handshake, "limits": valid_limit, "sealed-operations": valid_sealed_operation,
    "merges": test_merges.valid_merge, "compactions": test_merges.valid_compaction,
}
BASES = {}


def check(topic, name, case):
    """None, or why the case was left out."""
    functions = {"valid": VALID, "invalid": DECODE, "unencodable": dict.fromkeys(VALID, unencodable), "skipped": {"control": skipped}}
    function = functions[name].get(topic)
    if function is None or (name == "unencodable" and topic not in ("records", "limits")):
        return "not checked"
    try:
        found = function(case)
    except codec.Refusal as refusal:
        return equal(refusal.name, case.get("reason"))
    if "reason" in case and found not in ("of level L3", "a client's"):
        raise AssertionError(f"accepted as {found!r:.300}, not refused with {case['reason']}")
    return found if isinstance(found, str) and topic in ("proofs", "handshakes") else None


def main(folder):
    failures = 0
    for path in sorted(folder.glob("*.json")):
        vectors = json.loads(path.read_text("utf-8"))
        BASES.clear()
        BASES.update((case["id"], case) for case in vectors.get("valid", []))
        counts = collections.Counter()
        for name in ("valid", "invalid", "unencodable", "skipped"):
            for case in vectors.get(name, []):
                try:
                    counts[check(path.stem, name, case) or "passed"] += 1
                except AssertionError as error:
                    failures += 1
                    print(f"{path.stem} {name} {case['id']}: {error}")
        print(f"{path.stem}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]) if sys.argv[1:] else DEFAULT))
