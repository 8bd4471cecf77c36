"""A server node: its listener, its connections, and the limits of an address (spec chapters 2 and 4)."""

import asyncio
import itertools
import os
import time
from collections import Counter, deque

from codec import LIMITS, Refusal
from connection import READ_BYTES, Connection
from handshake import CAPABILITIES


class Node:
    """One database, its log and the connections to it."""

    def __init__(self, database, psks, log, node_id=None):
        self.id = node_id or os.urandom(16)  # HS-1, HS-2
        self.database = database.encode("ascii")
        self.psks = psks
        self.capabilities = CAPABILITIES["COMPRESSION"] | CAPABILITIES["SELECTIVE_SYNC"]
        self.log = log
        self.log.stored = self.appended
        self.numbers = itertools.count(1)
        self.connections = {}  # connection -> its task
        self.on_the_way = Counter()  # address -> connections that are not open yet
        self.failed_proofs = {}  # address -> times of the last minute

    async def listen(self, host, port):
        self.server = await asyncio.start_server(self.accept, host, port, limit=READ_BYTES, backlog=1024)
        return self.server.sockets[0].getsockname()

    async def accept(self, reader, writer):
        connection = Connection(self, reader, writer)
        self.connections[connection] = asyncio.current_task()
        try:
            await connection.run()
        finally:
            del self.connections[connection]

    async def stop(self):
        """CLOSE GOING_AWAY to each open connection, and a last word to the others."""
        self.server.close()
        for connection in self.connections:
            connection.go_away()
        tasks = list(self.connections.values())
        if tasks:
            await asyncio.wait(tasks, timeout=(LIMITS["CLOSE_TIMEOUT"] + LIMITS["LINGER"]) / 1000)

    # Limits of an address (section 4.15)

    def turn_away(self, address):
        if self.on_the_way[address] >= LIMITS["HALF_OPEN"]:  # HS-106
            raise Refusal("connection.half-open")
        if len(self.recent_failures(address)) >= LIMITS["FAILED_PROOFS"]:  # HS-107
            raise Refusal("connection.failed-proofs")

    def recent_failures(self, address):
        times = self.failed_proofs.get(address, deque())
        while times and times[0] <= time.monotonic() - 60:
            times.popleft()
        if not times:
            self.failed_proofs.pop(address, None)
        return times

    def proof_failed(self, address):
        self.failed_proofs.setdefault(address, deque()).append(time.monotonic())

    def leave_the_way(self, address):
        self.on_the_way[address] -= 1
        if not self.on_the_way[address]:
            del self.on_the_way[address]

    def appended(self):
        for connection in self.connections:
            connection.wake.set()
