"""Subscriptions and the feed of one connection (spec sections 9.3 to 9.7)."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass

from channel import OPERATION
from codec import CODES, LIMITS, Refusal

SCOPES_ENDED = 65536  # SYNC-17
CHECKPOINTS_REMEMBERED = 1024  # SYNC-42
SCAN = 256  # entries of the log that are looked at in one go


@dataclass
class Scope:
    number: int
    collection: str  # None: all
    team: bytes  # None: all
    position: int
    moved: bool = True  # begun or moved since the latest CHECKPOINT (SYNC-36)

    def covers(self, entry):
        """Section 9.4."""
        return self.collection in (None, entry.collection) and self.team in (None, entry.team)


class Feed:
    """What a server holds for a connection (section 9.5). `link` is that connection: it sends."""

    def __init__(self, log, link, selective):
        self.log = log
        self.link = link
        self.selective = selective  # was SELECTIVE_SYNC selected
        self.scopes = {}
        self.ended = set()
        self.fed = 0
        self.acked = 0
        self.fence = 0
        self.window = deque()  # (number, bytes) of each operation fed past acked
        self.window_bytes = 0
        self.since = [0, 0]  # operations and bytes fed since the latest CHECKPOINT
        self.shown = deque()  # the `n` of the CHECKPOINTs, each once
        self.forgotten = -1  # the greatest `n` that was forgotten
        self.due = None  # since when a CHECKPOINT is due
        self.stalled = None  # since when an operation does not fit into the window

    # SUBSCRIBE (section 9.3)

    def subscribe(self, message):
        """The fields of SUBSCRIBED."""
        self.fence = self.log.head
        judge = self.add if message["mode"] == 0 else self.remove
        try:
            if "seen" in message:  # SYNC-11
                self.log.judge_cursor(message["seen"])
        except Refusal as refusal:
            status = refusal.code()
            return {"st": status, "sc": [{"s": entry["s"], "st": status} for entry in message["sc"]]}
        answers = []
        for entry in message["sc"]:  # SYNC-9, SYNC-10
            try:
                judge(entry)
                answers.append({"s": entry["s"], "st": CODES["NO_ERROR"]})
            except Refusal as refusal:  # SYNC-18
                answers.append({"s": entry["s"], "st": refusal.code()})
        return {"st": CODES["NO_ERROR"], "sc": answers}

    def add(self, entry):
        number = entry["s"]
        if "col" in entry and "tag" in entry:  # SYNC-14
            raise Refusal("subscription.tag-with-collection")
        if "tag" in entry:  # SYNC-15: E2E is never selected
            raise Refusal("subscription.tag-without-e2e")
        if ("col" in entry or "team" in entry) and not self.selective:  # SYNC-13
            raise Refusal("subscription.selective")
        if number in self.scopes or number in self.ended:  # SYNC-12
            raise Refusal("subscription.scope-used")
        if len(self.scopes) >= LIMITS["SCOPES"] or len(self.ended) >= SCOPES_ENDED:  # SYNC-17
            raise Refusal("subscription.scope-limit")
        position = self.log.judge_cursor(entry["cur"]) if "cur" in entry else 0
        self.scopes[number] = Scope(number, entry.get("col"), entry.get("team"), position)
        self.checkpoint_due()  # SYNC-32

    def remove(self, entry):
        if self.scopes.pop(entry["s"], None) is None:  # SYNC-19
            raise Refusal("subscription.scope-unknown")
        self.ended.add(entry["s"])

    # The feed (sections 9.5 and 9.6)

    async def run(self):
        """Feeds each scope to the head of the log, or until the window is full."""
        for scope in list(self.scopes.values()):
            if not await self.feed(scope):
                break
        else:
            self.stalled = None
        if self.due is not None and self.link.may_feed():  # SYNC-31 to SYNC-34; a full window does not hold it back
            self.checkpoint()

    async def feed(self, scope):
        """False if an operation does not fit into the window."""
        scanned = 0
        while self.scopes.get(scope.number) is scope and scope.position < self.log.head and self.link.may_feed():
            seq = self.log.next(scope.collection, scope.position)
            if seq > scope.position + 1:
                self.move(scope, seq - 1)  # SYNC-33, SYNC-124
                continue
            entry = self.log.entries[seq]
            if entry.origin == self.link.number or not scope.covers(entry):  # SYNC-24, SYNC-25
                self.move(scope, seq)
            elif not self.fits(len(entry.data)):  # SYNC-27
                if self.stalled is None:
                    self.stalled = time.monotonic()
                    self.link.timers_changed.set()
                return False
            else:
                if self.since[0] + 1 > LIMITS["CHECKPOINT_OPERATIONS"] or self.since[1] + len(entry.data) > LIMITS["CHECKPOINT_BYTES"]:
                    self.checkpoint()  # SYNC-30
                self.stalled = None
                self.count(len(entry.data))
                self.move(scope, seq)
                self.link.send(OPERATION, entry.data)  # SYNC-28
                await self.link.writer.drain()
            scanned += 1
            if scanned % SCAN == 0:
                if self.due is not None and time.monotonic() - self.due > LIMITS["CHECKPOINT_DELAY"] / 2000:
                    self.checkpoint()
                await asyncio.sleep(0)
        return True

    def fits(self, size):
        operations, total = len(self.window) + 1, self.window_bytes + size
        return operations <= LIMITS["FEED_WINDOW_OPERATIONS"] and total <= LIMITS["FEED_WINDOW_BYTES"]

    def move(self, scope, position):
        scope.position = position
        scope.moved = True
        self.checkpoint_due()

    def count(self, size):
        self.fed += 1
        self.window.append((self.fed, size))
        self.window_bytes += size
        self.since[0] += 1
        self.since[1] += size

    def checkpoint_due(self):
        if self.due is None:
            self.due = time.monotonic()

    def checkpoint(self):
        moved = [scope for scope in self.scopes.values() if scope.moved]  # SYNC-36, SYNC-37
        for scope in moved:
            scope.moved = False
        more = any(scope.position < self.fence for scope in self.scopes.values())  # SYNC-40
        cursors = [{"s": scope.number, "cur": self.log.cursor(scope.position)} for scope in moved]  # SYNC-38
        self.link.send_control("CHECKPOINT", sc=cursors, n=self.fed, more=more)  # SYNC-39
        self.since = [0, 0]
        self.due = None
        if not self.shown or self.shown[-1] != self.fed:
            self.shown.append(self.fed)

    def ping(self):
        """After each PONG."""
        self.fence = self.log.head
        if self.scopes:  # SYNC-34
            self.checkpoint_due()

    def ack(self, n):
        """FEED_ACK (section 9.7)."""
        if n not in self.shown and n > self.forgotten:  # SYNC-42
            raise Refusal("feed.ack")
        if n <= self.acked:  # SYNC-41
            return
        self.acked = n
        self.stalled = None
        while self.window and self.window[0][0] <= n:
            self.window_bytes -= self.window.popleft()[1]
        while len(self.shown) > CHECKPOINTS_REMEMBERED and self.shown[CHECKPOINTS_REMEMBERED] <= n:
            self.forgotten = self.shown.popleft()
