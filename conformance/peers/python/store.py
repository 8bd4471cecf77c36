"""The file of an arrival log (spec section 9.13).

DIR/log is a list of records: length u32, the first 8 bytes of the SHA-256 of the body, body. The first byte of the body says what
it is: H the head of the file; T a transaction, all or nothing: seq u64 of its first operation, then length u32 and bytes of each;
G positions whose operations were dropped: seq u64 of the first, then their marks. A file is never changed but at its end;
compaction writes another one and puts it in its place.
"""

import contextlib
import fcntl
import hashlib
import itertools
import os
import sys
from dataclasses import dataclass, field

from codec import Reader, Refusal, str8, u32, u64
from cursors import START, next_mark

FORMAT = b"H blazedb-python-peer 1\n"
FRAME = 12  # length and checksum of a record
RUN = 64  # positions of one record of a file that is written anew


class Damaged(Exception):
    """The rest of the file, or all of it, cannot be used."""


@dataclass
class Contents:
    node: bytes
    log: bytes
    database: bytes
    clock: int = 0  # the greatest counter of what was dropped
    marks: list = field(default_factory=lambda: [START])  # of every position
    operations: dict = field(default_factory=dict)  # seq -> bytes, of what is retained


class Store:
    """Owns a folder. `contents` is what was found there, for whoever loads it."""

    def __init__(self, folder, database):
        self.path = os.path.join(folder, "log")
        if not os.path.isdir(folder):
            os.makedirs(folder, mode=0o700)
            sync_folder(os.path.dirname(os.path.abspath(folder)))
        self.folder, self.file = os.open(folder, os.O_RDONLY), None
        try:
            fcntl.flock(self.folder, fcntl.LOCK_EX | fcntl.LOCK_NB)  # SYNC-140; a kill lets go of it
            if not os.path.exists(self.path):
                self.replace(Contents(os.urandom(16), os.urandom(16), database))  # HS-1, SYNC-2
            self.open(database)
        except BlockingIOError:
            self.close()
            raise Damaged("another process has it open") from None
        except (Damaged, OSError):
            self.close()
            raise

    def close(self):
        os.close(self.folder)
        if self.file is not None:
            os.close(self.file)

    def open(self, database):
        self.file = os.open(self.path, os.O_RDWR)
        with open(self.path, "rb") as file:
            self.contents, self.size = read(file)
        if self.contents is None or self.contents.database != database:
            raise Damaged("log is not one of this node for this database, or its head is damaged")
        rest = os.fstat(self.file).st_size - self.size
        if rest:  # SYNC-86
            print(f"{self.path}: its end was written in part or is damaged; {rest} bytes from byte {self.size} on are cut off"
                  f" and kept in log.cut; {len(self.contents.marks) - 1} positions remain", file=sys.stderr, flush=True)
            with open(self.path + ".cut", "wb") as cut:
                cut.write(os.pread(self.file, rest, self.size))
            os.ftruncate(self.file, self.size)
        os.fsync(self.file)  # what was written before a kill counts from now on

    def write(self, seq, operations):
        """Makes operations durable in one transaction, the first of them at `seq`. After an OSError nothing of it is there."""
        record = encode_record(b"T" + u64(seq) + b"".join(u32(len(data)) + data for data in operations))
        try:
            if os.fstat(self.file).st_size != self.size:  # the end of a write that failed
                os.ftruncate(self.file, self.size)
            written = 0
            while written < len(record):
                written += os.pwrite(self.file, record[written:], self.size + written)
            os.fdatasync(self.file)  # SYNC-130
        except OSError:
            with contextlib.suppress(OSError):  # else the next write tries it again
                os.ftruncate(self.file, self.size)
                os.fdatasync(self.file)
            raise
        self.size += len(record)

    def replace(self, contents):
        """Puts a file with these contents in the place of the one that is there."""
        with open(self.path + ".new", "wb") as file:
            for body in bodies(contents):
                file.write(encode_record(body))
            file.flush()
            os.fsync(file.fileno())
        os.rename(self.path + ".new", self.path)
        os.fsync(self.folder)

    def compact(self, dropped, clock):
        """SYNC-123: operations go, positions and marks stay."""
        operations = {seq: data for seq, data in self.contents.operations.items() if seq not in dropped}
        old = self.contents
        self.replace(Contents(old.node, old.log, old.database, clock, old.marks, operations))
        file = self.file
        self.open(old.database)
        os.close(file)


def sync_folder(path):
    folder = os.open(path, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def encode_record(body):
    return u32(len(body)) + hashlib.sha256(body).digest()[:8] + body


def bodies(contents):
    yield FORMAT + contents.node + contents.log + u64(contents.clock) + str8(contents.database)
    seqs = range(1, len(contents.marks))
    for retained, run in itertools.groupby(seqs, key=contents.operations.__contains__):
        run = list(run)
        for start in range(0, len(run), RUN):
            part = run[start : start + RUN]
            if retained:
                yield b"T" + u64(part[0]) + b"".join(u32(len(contents.operations[seq])) + contents.operations[seq] for seq in part)
            else:
                yield b"G" + u64(part[0]) + b"".join(contents.marks[seq] for seq in part)


def read(file):
    """The contents up to the first damaged place, or None where that is the head, and where it stands."""
    contents, size = None, 0
    left = os.fstat(file.fileno()).st_size
    with contextlib.suppress(Damaged, Refusal):
        while left:
            body = read_record(file, left)
            contents = read_body(body, contents)
            size += FRAME + len(body)
            left -= FRAME + len(body)
    return contents, size


def read_record(file, left):
    frame = file.read(FRAME)
    length = int.from_bytes(frame[:4], "big")
    if length > left - FRAME:
        raise Damaged
    body = file.read(length)
    if hashlib.sha256(body).digest()[:8] != frame[4:]:
        raise Damaged
    return body


def read_body(body, contents):
    reader = Reader(body, "cursor.length")
    if contents is None:
        if reader.take(len(FORMAT)) != FORMAT:
            raise Damaged
        node, log, clock = reader.take(16), reader.take(16), reader.uint(8)
        return Contents(node, log, reader.str8(), clock)
    kind = reader.take(1)
    if kind not in (b"T", b"G") or reader.uint(8) != len(contents.marks):
        raise Damaged
    while reader.left():
        if kind == b"G":
            contents.marks.append(reader.take(16))
        else:
            data = reader.take(reader.uint(4))
            contents.operations[len(contents.marks)] = data
            contents.marks.append(next_mark(contents.marks[-1], data))
    return contents
