"""The states of a connection of a server (spec chapters 2, 4, 5, 8 and 9)."""

import asyncio
import contextlib
import ipaddress
import os
import random
import sys
import time
import traceback
from collections import deque

from channel import ALERT, CONTROL, OPERATION, FrameReader, encode_frame
from codec import CODES, LIMITS, Refusal, u16
from control import decode_control, encode_control
from handshake import CAPABILITIES, Over, ServerHandshake
from operations import decode_batch
from push import Pushed
from sync import Feed

READ_BYTES = 65536
FEED_WAITS = 262144  # bytes that wait to be written, above which nothing more is fed
READING_WAITS = 2097152  # and above which nothing more is read (CTRL-22)
GREASE_IDS = (0x5A, 0x6A, 0x7A)


class End(Exception):
    """The connection ends; `word` says whether what was sent last is the last word (section 5.6)."""

    def __init__(self, word=False):
        self.word = word


class GoingAway(Exception):
    """The node stops before the connection is open."""


def address_of(writer):
    """HS-109: an IPv6 peer counts by its /64 prefix."""
    peer = writer.get_extra_info("peername")
    address = ipaddress.ip_address(peer[0].partition("%")[0]) if peer else None
    if address and address.version == 6:
        return address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False)
    return address


class Connection:
    def __init__(self, node, reader, writer):
        self.node = node
        self.number = next(node.numbers)
        self.reader = reader
        self.writer = writer
        self.transport = writer.transport
        self.transport.set_write_buffer_limits(high=FEED_WAITS)  # asyncio has set TCP_NODELAY (LINK-4)
        self.address = address_of(writer)
        self.started = self.heard = time.monotonic()
        self.frames = FrameReader("server")
        self.handshake = ServerHandshake(node.id, node.capabilities, node.psks, LIMITS["FRAME_BYTES"])
        self.close_sent = None  # when
        self.pings = deque()  # `d` of own PINGs without PONG
        self.wake = asyncio.Event()  # something may be to feed
        self.timers_changed = asyncio.Event()
        self.going_away = asyncio.Event()  # the node stops before this connection is open
        self.ended = False

    async def run(self):
        try:
            self.node.turn_away(self.address)  # HS-108
            await self.run_tasks()
        except Refusal as refusal:
            if refusal.name in ("verify.mac", "auth.failed"):
                self.node.proof_failed(self.address)
            await self.refuse(refusal)
        except End as end:
            await self.close_link(linger=end.word)
        except Over:
            await self.close_link(linger=False)
        except GoingAway:  # HS-105: before OPEN there is no CLOSE
            await self.last_word(CODES["GOING_AWAY"])
        except OSError:
            self.transport.abort()
        except Exception as error:  # ERR-107
            traceback.print_tb(error.__traceback__, file=sys.stderr)  # and no message, which may tell contents (SEC-3)
            print(type(error).__name__, file=sys.stderr)
            await self.last_word(CODES["INTERNAL"])
        finally:
            self.handshake.forget()

    async def run_tasks(self):
        """Reads, feeds and watches the clock, until one of these raises the end."""
        self.node.on_the_way[self.address] += 1
        parts = self.reading(), self.feeding(), self.timing(), self.going()
        tasks = [asyncio.ensure_future(part) for part in parts]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.ended = True
            if not self.is_open():
                self.node.leave_the_way(self.address)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    # Receiving --------------------------------------------------------------------------------

    async def reading(self):
        while True:
            if self.transport.get_write_buffer_size() > READING_WAITS:  # CTRL-22
                await self.writer.drain()
            chunk = await self.reader.read(READ_BYTES)
            if not chunk:  # FRAME-10, HS-103, CTRL-29: nothing is concluded
                raise End()
            self.heard = time.monotonic()
            self.frames.push(chunk)
            try:
                while frame := self.frames.next(self.handshake.state, LIMITS["FRAME_BYTES"]):
                    await self.receive(*frame)
            except Refusal:
                await self.answer_pushed()
                raise
            await self.answer_pushed()
            await asyncio.sleep(0)  # other connections have their turn (LINK-2)

    async def receive(self, kind, payload):
        if not self.is_open():
            for frame in self.handshake.receive(kind, payload):
                self.write(frame)
            if self.is_open():
                self.open()
            return
        plaintext = self.handshake.opener.open(kind, payload)
        if kind == CONTROL:
            await self.answer_pushed()  # CTRL-16, CTRL-25: before any answer to what came later
            message = decode_control(plaintext, "server", "OPEN")
            if message:  # CTRL-7
                name, fields = message
                getattr(self, "receive_" + name.lower())(fields)
        elif kind == OPERATION:
            if len(plaintext) < 16:  # OP-28
                raise Refusal("operation.id-missing")
            await self.pushed.take([plaintext])
        else:
            await self.pushed.take(decode_batch(plaintext, self.selected("COMPRESSION")))

    async def answer_pushed(self):
        if self.is_open():
            await self.pushed.answer()

    def is_open(self):
        return self.handshake.state == "OPEN"

    def selected(self, capability):
        return bool(self.handshake.selected & CAPABILITIES[capability])

    def open(self):
        self.node.leave_the_way(self.address)
        self.feed = Feed(self.node.log, self, self.selected("SELECTIVE_SYNC"))
        self.pushed = Pushed(self.node.log, self)
        if self.handshake.database != self.node.database:  # HS-10
            raise Refusal("database.denied")
        self.timers_changed.set()
        if random.random() < 0.25:  # CTRL-14
            self.send(CONTROL, bytes([random.choice(GREASE_IDS)]) + os.urandom(random.randint(0, 64)))

    def receive_error(self, message):
        raise End()  # CTRL-32

    def receive_close(self, message):
        if self.close_sent is not None:  # CTRL-26: the peer's was the last word
            raise End()
        self.send_close("NO_ERROR")  # CTRL-25: every answer that is owed has been sent
        raise End(word=True)

    def receive_ping(self, message):
        self.send_control("PONG", d=message["d"])  # CTRL-15, CTRL-16
        self.feed.ping()
        self.wake.set()

    def receive_pong(self, message):
        if not self.pings or self.pings.popleft() != message["d"]:  # CTRL-18
            raise Refusal("ping.pong-unasked")
        self.timers_changed.set()

    def receive_subscribe(self, message):
        self.send_control("SUBSCRIBED", req=message["req"], **self.feed.subscribe(message))
        self.wake.set()

    def receive_feed_ack(self, message):
        self.feed.ack(message["n"])
        self.timers_changed.set()
        self.wake.set()

    # Sending ----------------------------------------------------------------------------------

    def write(self, data):
        if not self.transport.is_closing():
            self.transport.write(data)

    def send(self, kind, plaintext):
        if not self.handshake.sealer.within_limits(len(plaintext)):
            if self.close_sent is None:  # CHAN-12
                self.send_close("KEY_LIMIT")
            return  # CHAN-13: what is unanswered stays unanswered
        self.write(self.handshake.sealer.seal(kind, plaintext))

    def send_control(self, name, **fields):
        self.send(CONTROL, encode_control(name, **fields))

    def send_close(self, code):
        """After it nothing but answers follows (CTRL-23)."""
        self.close_sent = time.monotonic()
        self.timers_changed.set()
        if self.handshake.sealer.counter <= LIMITS["KEY_FRAMES"]:  # CHAN-13
            self.write(self.handshake.sealer.seal(CONTROL, encode_control("CLOSE", code=CODES[code])))

    async def feeding(self):
        while True:
            await self.wake.wait()
            self.wake.clear()
            if self.is_open():
                await self.feed.run()

    def may_feed(self):
        return self.close_sent is None  # CTRL-23

    # Timers -----------------------------------------------------------------------------------

    async def timing(self):
        while True:
            self.timers_changed.clear()
            when, end = self.next_timer()
            if when <= time.monotonic():
                if end:
                    raise end
                self.send_ping()
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(when - time.monotonic()):  # wait_for may swallow a cancellation
                    await self.timers_changed.wait()

    def next_timer(self):
        """When the next timer ends, and how it then ends the connection: None is a PING."""
        if not self.is_open():
            return self.started + LIMITS["HANDSHAKE_TIMEOUT"] / 1000, Refusal("connection.timeout")  # LIM-24
        if self.close_sent is not None:
            return self.close_sent + LIMITS["CLOSE_TIMEOUT"] / 1000, End()  # CTRL-27
        timers = [(self.heard + LIMITS["DEAD_PEER"] / 1000, Refusal("connection.idle"))]  # CTRL-20
        if not self.pings:
            timers.append((self.heard + LIMITS["PING_IDLE"] / 1000, None))  # CTRL-19
        if self.feed.stalled is not None:
            timers.append((self.feed.stalled + LIMITS["SLOW_CONSUMER_TIMEOUT"] / 1000, Refusal("feed.slow-consumer")))  # SYNC-29
        return min(timers, key=lambda timer: timer[0])

    def send_ping(self):
        self.pings.append(os.urandom(8))
        self.send_control("PING", d=self.pings[-1])

    # The end ----------------------------------------------------------------------------------

    def go_away(self):
        if self.is_open() and not self.ended and self.close_sent is None:
            self.send_close("GOING_AWAY")
        elif not self.is_open():
            self.going_away.set()

    async def going(self):
        await self.going_away.wait()
        raise GoingAway

    async def refuse(self, refusal):
        """Section 13.2."""
        if refusal.effect == "silent":  # CHAN-10
            await self.close_link(linger=False)
        elif refusal.effect == "close":
            if self.close_sent is None:
                self.send_close("IDLE" if refusal.name == "connection.idle" else "KEY_LIMIT")
            await self.close_link(linger=True)
        else:
            await self.last_word(refusal.code(), refusal.meaning)

    async def last_word(self, code, meaning=None):
        if not self.handshake.session_sent:  # ERR-103
            self.write(encode_frame(ALERT, u16(code)))
        elif self.close_sent is None:  # ERR-104; after an own CLOSE there is none (CTRL-23)
            self.send_control("ERROR", code=code, msg=meaning)
        await self.close_link(linger=True)

    async def close_link(self, linger):
        """With a last word by the steps of section 5.6. What waits to be written has LINGER to leave."""
        try:
            async with asyncio.timeout(LIMITS["LINGER"] / 1000):
                if linger:
                    self.writer.write_eof()  # CHAN-16
                    while await self.reader.read(READ_BYTES):  # CHAN-17, CHAN-20
                        pass
                self.writer.close()
                await self.writer.wait_closed()
        except OSError:
            pass
        self.transport.abort()  # CHAN-18
