"""The arrival log of a database, and how a pushed operation is judged (spec sections 9.1, 9.9, 9.12 and 9.13).

What stands in a log is durable: with a store, an operation is first a part of a write, and appended when that has ended.
"""

import asyncio
import bisect
import errno
import math
import os
import sys
import time
from dataclasses import dataclass, field

from codec import LIMITS, Refusal
from cursors import START, decode_cursor, encode_cursor, next_mark
from merge import State, droppable
from operations import decode_operation

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
RETRY_WRITE = 5000  # milliseconds after which an operation that could not be made durable may come again (SYNC-87)


@dataclass
class Entry:
    """An operation of the log, with what a scope asks of it."""

    id: bytes
    data: bytes
    collection: str
    team: bytes
    origin: int  # the number of the connection on which it came


@dataclass
class Write:
    """Operations that become durable in one transaction (SYNC-83)."""

    operations: list = field(default_factory=list)  # (operation, bytes, origin)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    failure: str = None  # the name of a refusal


@dataclass
class Answer:
    """To a pushed operation."""

    id: bytes
    status: int = None  # of an ACK: 0 stored, 1 duplicate
    refusal: Refusal = None
    retry: int = None
    write: Write = None  # on which it depends (SYNC-80)


class Log:
    def __init__(self, log_id=None, store=None):
        self.id = log_id or os.urandom(16)  # SYNC-2
        self.store = store
        self.entries = {}  # sequence number -> what is retained there
        self.marks = [START]  # of every position (SYNC-123)
        self.known = {}  # id of an operation -> its bytes (SYNC-1, SYNC-85)
        self.of_collection = {None: []}  # name (None: all) -> the sequence numbers of its operations
        self.clock = 0  # SYNC-71
        self.state = None  # what is retained comes to, where what it dominates is left out (SYNC-126)
        self.waiting = {}  # id -> (bytes, write) of what is not durable yet
        self.next_write = None  # takes what comes while another one is on its way
        self.writing = None  # the task
        self.stored = lambda: None  # is called when the head has moved

    @property
    def head(self):
        return len(self.marks) - 1

    def append(self, operation, data, origin, mark=None):
        self.marks.append(mark or next_mark(self.marks[-1], data))
        self.entries[self.head] = Entry(operation.id, data, operation.collection, operation.team, origin)
        self.known[operation.id] = data
        for name in (None, operation.collection):
            self.of_collection.setdefault(name, []).append(self.head)
        self.clock = max(self.clock, operation.counter)
        if self.state:
            self.state.add(operation)

    def next(self, collection, position):
        """The sequence number of the next operation of a collection (None: of all), or head + 1."""
        numbers = self.of_collection.get(collection, [])
        index = bisect.bisect_right(numbers, position)
        return numbers[index] if index < len(numbers) else self.head + 1

    def cursor(self, seq):
        return encode_cursor(self.id, seq, self.marks[seq])

    def judge_cursor(self, cursor):
        """SYNC-6, SYNC-113. The position."""
        log, seq, mark = decode_cursor(cursor)
        if log != self.id:
            raise Refusal("subscription.cursor-diverged")
        if seq > self.head:
            raise Refusal("subscription.cursor-ahead")
        if mark != self.marks[seq]:
            raise Refusal("subscription.cursor-diverged")
        return seq

    # Pushed operations (section 9.9)

    def push(self, data, origin):
        """Judges a pushed operation and stores it. The answer holds when its write, if it has one, has ended."""
        try:
            return self.judge(decode_operation(data), data, origin)  # steps 1 and 2
        except Refusal as refusal:  # SYNC-54
            return Answer(data[:16], refusal=refusal)

    def judge(self, operation, data, origin):
        """Steps 3 to 8; rights are not of this level."""
        answer = Answer(operation.id)
        known, answer.write = self.waiting.get(operation.id) or (self.known.get(operation.id), None)
        if known == data:  # SYNC-55, SYNC-77
            answer.status = 1
        elif known is not None:  # SYNC-56
            answer.refusal = Refusal("operation.id-conflict")
        elif self.store and operation.counter > clock_bound(time.time()):  # SYNC-72; a log in memory is of level L1
            answer.refusal, answer.retry = Refusal("operation.clock"), clock_retry(operation.counter, time.time())
        elif operation.sealed:  # SYNC-57: E2E is never selected, and the database is smart
            answer.refusal = Refusal("operation.mode")
        elif self.state and self.state.dominates(operation):  # SYNC-126
            answer.status = 1
        else:  # SYNC-58
            answer.status, answer.write = 0, self.add(operation, data, origin)
        return answer

    def add(self, operation, data, origin):
        if not self.store:
            self.append(operation, data, origin)
            self.stored()
            return None
        if not self.next_write:
            self.next_write = Write()
        self.next_write.operations.append((operation, data, origin))
        self.waiting[operation.id] = data, self.next_write
        if not self.writing:
            self.writing = asyncio.ensure_future(self.write_all())
        return self.next_write

    async def write_all(self):
        """One commit for all that has come during the one before."""
        while write := self.next_write:
            self.next_write = None
            try:
                await asyncio.to_thread(self.store.write, self.head + 1, [data for _, data, _ in write.operations])
            except Exception as error:  # SYNC-87: whatever it was, nobody may wait for ever
                print(f"could not write to the log: {error!r}", file=sys.stderr, flush=True)
                write.failure = "operation.no-room" if getattr(error, "errno", None) in NO_ROOM else "operation.not-durable"
            for operation, data, origin in write.operations:
                del self.waiting[operation.id]
                if not write.failure:
                    self.append(operation, data, origin)
            write.ended.set()
            self.stored()
        self.writing = None


def outcome(answer):
    """Status, refusal and `retry` of an answer whose write has ended."""
    if answer.write and answer.write.failure:  # SYNC-87
        return None, Refusal(answer.write.failure), RETRY_WRITE
    return answer.status, answer.refusal, answer.retry


# The clock bound (section 9.12)


def clock_bound(seconds):
    return 4096 * max(seconds, 1_700_000_000)


def clock_retry(counter, seconds):
    return min(max(math.ceil(1000 * (counter / 4096 - seconds)), 1), LIMITS["RETRY_MAX"])  # SYNC-74


def load_log(store, compact=False, leave_out=False):
    """The log of a store (SYNC-84), compacted before if that is wanted (section 9.17)."""
    operations = {seq: decode_operation(data) for seq, data in store.contents.operations.items()}
    clock = max([store.contents.clock, *(operation.counter for operation in operations.values())])
    if compact:
        dropped = droppable((seq, operation, False) for seq, operation in operations.items())
        if dropped:
            store.compact(dropped, clock)
    log = Log(store.contents.log, store)
    log.clock = clock
    log.state = State() if leave_out else None
    for seq, mark in enumerate(store.contents.marks[1:], 1):
        if seq in store.contents.operations:
            log.append(operations[seq], store.contents.operations[seq], 0, mark)  # SYNC-25: it came on no connection of now
        else:
            log.marks.append(mark)
    store.contents = None
    return log
