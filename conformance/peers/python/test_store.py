"""Checks the file of the log, the judgement behind it, and compaction: /usr/bin/python3 test_store.py"""

import asyncio
import contextlib
import errno
import io
import os
import random
import shutil
import tempfile
import time

from log import clock_bound, clock_retry, load_log, outcome
from merge import State
from operations import Operation, decode_operation, encode_operation
from store import Damaged, Store

TEXT = ("string", "x")


def operation(counter, kind="insert", record=1, names=("a",), node=1):
    changes = [] if kind == "delete" else [(name, TEXT) for name in names]
    made = Operation(os.urandom(16), counter, bytes([node]) * 16, kind, "bugs", bytes([record]) * 16, changes)
    return encode_operation(made)


async def push(log, *operations):
    """Status, or name of the refusal, and `retry` of each."""
    answers = [log.push(data, 1) for data in operations]
    for answer in answers:
        if answer.write:
            await answer.write.ended.wait()
    found = [outcome(answer) for answer in answers]
    return [(refusal.name if refusal else status, retry) for status, refusal, retry in found]


@contextlib.contextmanager
def opened(folder, **options):
    store = Store(folder, b"bugs")
    try:
        yield load_log(store, **options)
    finally:
        store.close()


def seen(log):
    return log.id, list(log.marks), {seq: entry.data for seq, entry in log.entries.items()}


def filled(folder):
    with opened(folder) as log:
        for start in range(3):
            asyncio.run(push(log, *(operation(start * 4 + number) for number in range(1, 4))))
        return seen(log)


def test_restart(folder):
    before = filled(folder)
    with opened(folder) as log:
        assert seen(log) == before and log.clock == 11
        data = log.entries[2].data
        assert asyncio.run(push(log, data, data[:-1] + b"y")) == [(1, None), ("operation.id-conflict", None)]
        try:
            Store(folder, b"bugs")
        except Damaged:
            return
    raise AssertionError("opened twice")


def test_cut_and_damaged_everywhere(folder):
    log_id, marks, entries = filled(folder)
    path = os.path.join(folder, "log")
    whole = open(path, "rb").read()
    heads = set()
    for place in range(len(whole)):
        for data in (whole[:place], whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]):
            open(path, "wb").write(data)
            try:
                with contextlib.redirect_stderr(io.StringIO()), opened(folder) as log:
                    found = seen(log)
                    assert asyncio.run(push(log, operation(50))) == [(0, None)]
            except Damaged:  # the head of the file: nothing to go on with
                assert not heads
                continue
            head = len(found[1]) - 1
            heads.add(head)
            assert found == (log_id, marks[: head + 1], {seq: data for seq, data in entries.items() if seq <= head})
            with opened(folder) as log:
                assert log.head == head + 1
    assert heads == {0, 3, 6}, heads  # three transactions of three


def test_write_fails(folder):
    with opened(folder) as log:
        asyncio.run(push(log, operation(1)))
        before, size, pwrite = seen(log), os.path.getsize(log.store.path), os.pwrite

        def full(file, data, place):
            pwrite(file, data[:20], place)
            raise OSError(errno.ENOSPC, "full")

        os.pwrite = full
        try:
            first = operation(2)
            found = asyncio.run(push(log, first, first, first[:-1] + b"y"))  # the answers to all three waited for the write
        finally:
            os.pwrite = pwrite
        assert [name for name, retry in found if retry] == ["operation.no-room"] * 3
        assert seen(log) == before and os.path.getsize(log.store.path) == size
        assert asyncio.run(push(log, first, first)) == [(0, None), (1, None)]
        before = seen(log)
    with opened(folder) as log:
        assert seen(log) == before


def test_clock(folder):
    assert clock_bound(0) == clock_bound(1_700_000_000) == 4096 * 1_700_000_000
    assert clock_bound(1_764_000_000) == 7_225_344_000_000 and clock_retry(7_225_344_245_760, 1_764_000_000) == 60_000
    assert clock_retry(2**53 - 1, 0) == 300_000 and clock_retry(1, 5) == 1
    with opened(folder) as log:
        far = operation(int(clock_bound(time.time())) + 4096 * 60)
        ((name, retry),) = asyncio.run(push(log, far))
        assert name == "operation.clock" and 55_000 < retry <= 60_001 and log.head == log.clock == 0


def test_compaction(folder, seed):
    """Readers at every position, before and after, and again after more."""
    drawn = random.Random(seed)
    every = []

    def draw():
        kind = drawn.choice(["insert", "update", "update", "delete"])
        names = drawn.sample("abc", drawn.randint(0, 3))
        return operation(drawn.randint(1, 30), kind, drawn.randint(1, 3), sorted(names), drawn.randint(1, 2))

    for leave_out in (False, True, True):
        with opened(folder, compact=True, leave_out=leave_out) as log:
            asyncio.run(push(log, *(draw() for _ in range(25))))
            every += [decode_operation(entry.data) for entry in log.entries.values()]
            marks, clock = log.marks, log.clock
        with opened(folder, compact=True) as log:
            assert (log.marks, log.clock) == (marks, clock)
            assert len(log.entries) < log.head
            retained = [decode_operation(entry.data) for entry in log.entries.values()]
            assert State(retained).normal() == State(every).normal()


def main():
    tests = [(name, test, ()) for name, test in globals().items() if name.startswith("test_") and name != "test_compaction"]
    tests += [(f"test_compaction {seed}", test_compaction, (seed,)) for seed in range(20)]
    for name, test, arguments in tests:
        folder = tempfile.mkdtemp()
        try:
            test(os.path.join(folder, "data"), *arguments)
        finally:
            shutil.rmtree(folder)
    print(f"{len(tests)} tests passed")


if __name__ == "__main__":
    main()
