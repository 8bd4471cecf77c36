"""HELLO to AUTH: messages, link key, transcript hash, proofs (spec chapter 4)."""

import hashlib
import hmac
import os
import re
import time

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from channel import ALERT, COMPLETE, CONTROL, HELLO, VERIFY, WELCOME, Sealer, encode_frame
from codec import LABELS, LIMITS, Reader, Refusal, decode_extensions, encode_extensions, registry, str8, text, u8, u64
from control import decode_control, encode_control

CAPABILITIES = {name: int(row["bit"], 16) for name, row in registry("capabilities").items()}
TARGET = 1  # the extension `target`
PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
CURVE = ec.SECP256R1()


def is_database_name(name):
    """HS-7."""
    return len(name) <= LIMITS["DATABASE_NAME_BYTES"] and re.fullmatch(rb"[A-Za-z0-9._-]+", name) is not None


# Messages ---------------------------------------------------------------------------------------


def encode_hello(message):
    return b"".join(
        [
            str8(LABELS["PROTOCOL"]), message["node"], str8(message["database"]), message["key"],
            u8(message["capabilities"]), u64(message["time"]), message.get("challenge", b""),
            str8(message["token"]), encode_extensions(message["extensions"]),
        ]
    )


encode_welcome = encode_hello  # the same fields, and a challenge between time and token


def read_hello(payload, welcome=False):
    """The form of HELLO, steps 1 to 8 of section 4.3.1, or of WELCOME, steps 1 to 4 of section 4.4.1."""
    reader = Reader(payload, "message.truncated")
    if reader.str8() != LABELS["PROTOCOL"]:  # HS-22, HS-23
        raise Refusal("hello.protocol")
    message = {"node": reader.take(16), "database": reader.str8()}
    if not is_database_name(message["database"]):  # HS-26
        raise Refusal("hello.database-name")
    message["key"] = reader.take(65)
    if message["key"][0] != 4:  # HS-25
        raise Refusal("hello.key")
    message["capabilities"] = reader.uint(1)
    message["time"] = reader.uint(8)
    if welcome:
        message["challenge"] = reader.take(16)
    message["token"] = reader.str8()
    if welcome and message["token"]:  # HS-44
        raise Refusal("welcome.token")
    text(message["token"], "hello.token")  # HS-28
    message["extensions"] = decode_extensions(reader.take(reader.left()))  # HS-29
    if not welcome and not is_database_name(dict(message["extensions"]).get(TARGET, b"-")):  # HS-30
        raise Refusal("hello.target")
    return message


def requested_name(hello):
    """HS-8."""
    return dict(hello["extensions"]).get(TARGET, hello["database"])


def decode_point(key):
    """HS-25, HS-27."""
    x, y = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
    if key[0] != 4 or x >= PRIME or y >= PRIME:
        raise Refusal("hello.key")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, key)
    except ValueError:
        raise Refusal("hello.key") from None


def read_verify(payload):
    if len(payload) != 32:  # HS-63
        raise Refusal("verify.length")
    return payload


def read_complete(payload):
    if payload:  # HS-67
        raise Refusal("complete.body")


def read_alert(payload):
    if len(payload) != 2:  # HS-69
        raise Refusal("alert.length")
    return int.from_bytes(payload, "big")


# Keys and proofs --------------------------------------------------------------------------------


def link_key_info(client_database, server_database):
    return b":".join(sorted([client_database, server_database]))


def derive_link_key(shared, info):
    """HS-60: HKDF-SHA256; 32 bytes are one block of its expansion."""
    return hmac.digest(hmac.digest(LABELS["LINK_SALT"], shared, "sha256"), info + b"\1", "sha256")


def prove(psk, role, transcript_hash):
    """HS-77; the role is that of the prover."""
    return hmac.digest(psk, LABELS["AUTH"] + role[:1].encode() + transcript_hash, "sha256")


def verify_proof(psks, message, transcript_hash):
    """The psk under which a client's AUTH of kind 1 is right. One refusal for all causes, and one
    MAC for each of them: an unknown key id is verified under a random key (HS-82, HS-83)."""
    psk, substitute = psks.get(message.get("kid")), os.urandom(32)
    expected = prove(psk or substitute, "client", transcript_hash)
    right = hmac.compare_digest(expected, message["proof"])  # HS-66
    if not (right and psk and message["kind"] == 1):
        raise Refusal("auth.failed")
    return psk


class Over(Exception):
    """The peer has ended the connection before it was open, and nothing is sent (HS-101, HS-102)."""


class ServerHandshake:
    """The states of the server from W_HELLO to OPEN (section 4.14), without a link.

    `capabilities` are those that it grants, `psks` its keys by their ids, none without a credential.
    Fresh values and extensions can be given, for vectors alone."""

    def __init__(self, node, capabilities, psks, maximum, private_key=None, challenge=None, clock=None, extensions=()):
        self.node = node
        self.capabilities = capabilities
        self.psks = psks
        self.maximum = maximum
        self.private_key = private_key
        self.challenge = challenge or os.urandom(16)  # HS-5
        self.clock = clock
        self.extensions = extensions
        self.state = "W_HELLO"
        self.session_sent = False
        self.transcript = hashlib.sha256(LABELS["TRANSCRIPT"])  # HS-72: then HELLO, WELCOME, VERIFY as they crossed the link

    def receive(self, kind, payload):
        """Takes a frame and gives the frames of the answer."""
        if kind == ALERT:
            read_alert(payload)
            raise Over
        if kind == HELLO:
            return self.receive_hello(payload)
        if kind == VERIFY:
            return self.receive_verify(payload)
        message = decode_control(self.opener.open(kind, payload), "server", self.state)
        if message is None:  # CTRL-7
            return []
        name, fields = message
        if name == "SESSION":
            return self.receive_session(fields)
        if name == "AUTH":
            return self.receive_auth(fields)
        raise Over

    def receive_hello(self, payload):
        """HS-95."""
        hello = read_hello(payload)
        if hello["node"] == self.node:  # HS-31
            raise Refusal("hello.self")
        peer_key = decode_point(hello["key"])  # HS-27
        private_key = self.private_key or ec.generate_private_key(CURVE)  # HS-3
        self.database = requested_name(hello)  # HS-9
        self.selected = hello["capabilities"] & self.capabilities  # HS-58, HS-59
        shared = private_key.exchange(ec.ECDH(), peer_key)
        self.link_key = derive_link_key(shared, link_key_info(hello["database"], self.database))
        own_key = private_key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.private_key = None  # HS-4
        welcome = {
            "node": self.node, "database": self.database, "key": own_key, "capabilities": self.selected,
            "time": int(time.time() * 1000) if self.clock is None else self.clock,
            "challenge": self.challenge, "token": b"", "extensions": self.extensions,
        }
        frame = encode_frame(WELCOME, encode_welcome(welcome))
        self.transcript.update(encode_frame(HELLO, payload) + frame)
        self.state = "W_VERIFY"
        return [frame]

    def receive_verify(self, payload):
        """HS-96."""
        expected = hmac.digest(self.link_key, self.challenge, "sha256")  # HS-62
        if not hmac.compare_digest(expected, read_verify(payload)):  # HS-64, HS-66
            raise Refusal("verify.mac")
        self.transcript.update(encode_frame(VERIFY, payload))
        self.transcript_hash = self.transcript.digest()
        self.sealer = Sealer(self.link_key, "server")
        self.opener = Sealer(self.link_key, "client")
        self.auth = 1 if self.psks else 0  # HS-74, HS-75
        session = encode_control("SESSION", th=self.transcript_hash, auth=self.auth, max=self.maximum)
        self.state = "W_SESSION"
        self.session_sent = True
        return [encode_frame(COMPLETE, b""), self.sealer.seal(CONTROL, session)]  # HS-65, HS-71

    def receive_session(self, message):
        if not hmac.compare_digest(message["th"], self.transcript_hash):  # HS-73, HS-66
            raise Refusal("session.transcript")
        if (message["auth"] == 0) != (self.auth == 0):  # HS-76, HS-99
            raise Refusal("auth.required")
        self.announced = message["auth"]
        self.state = "W_AUTH" if self.announced else "OPEN"  # HS-98, HS-97
        return []

    def receive_auth(self, message):
        """HS-100. A kind that was not announced is as wrong as one that cannot be verified."""
        kind = message["kind"] if message["kind"] == self.announced else 0
        psk = verify_proof(self.psks, {**message, "kind": kind}, self.transcript_hash)
        proof = prove(psk, "server", self.transcript_hash)  # HS-79, HS-84
        self.state = "OPEN"
        return [self.sealer.seal(CONTROL, encode_control("AUTH", kind=1, proof=proof))]

    def forget(self):
        """HS-61."""
        self.link_key = self.sealer = self.opener = self.private_key = None
