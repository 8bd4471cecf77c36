"""A server node of blazedb/1.0: level L1 with its log in memory, level L2 with its log in a folder."""

import argparse
import asyncio
import ipaddress
import json
import os
import signal
import sys

from codec import LIMITS
from handshake import is_database_name
from log import Log, load_log
from server import Node
from store import Damaged, Store


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="0: any free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--database", default="bugs")
    parser.add_argument("--data", metavar="DIR", help="keep the log and the node id there; without it they end with the process")
    parser.add_argument("--compact", action="store_true", help="with --data: drop from the log, at the start, what is dominated (9.17)")
    parser.add_argument("--leave-out", action="store_true", help="with --data: do not store what is dominated when it comes (SYNC-126)")
    parser.add_argument("--psk", metavar="FILE", help='JSON: {"kid": "...", "psk": hexadecimal}')
    parser.add_argument("--limit", action="append", default=[], metavar="NAME=VALUE", help="a limit or timer of the registry")
    parser.add_argument("--without-credential", action="store_true", help="listen beyond the loopback interface without a psk")
    options = parser.parse_args()
    if not is_database_name(options.database.encode("utf-8")):  # HS-7
        parser.error("--database: 1 to 64 of A-Z a-z 0-9 . _ -")
    if (options.compact or options.leave_out) and not options.data:
        parser.error("--compact and --leave-out need --data")
    for limit in options.limit:
        name, _, value = limit.partition("=")
        if name not in LIMITS or not value.isdigit():
            parser.error(f"--limit {limit}: not a limit of the registry with a number")
        LIMITS[name] = int(value)
    if not (options.psk or options.without_credential or is_loopback(options.host)):  # SEC-2
        parser.error(f"--host {options.host} without --psk needs --without-credential")
    return options


def is_loopback(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def load_psks(path):
    """The keys by their ids."""
    with open(path, encoding="utf-8") as file:
        credential = json.load(file)
        if os.fstat(file.fileno()).st_mode & 0o077:  # SEC-4
            print(f"{path}: other users of this machine may read it", file=sys.stderr)
    psk = bytes.fromhex(credential["psk"])
    if len(psk) < LIMITS["PSK_BYTES"]:  # LIM-23
        sys.exit(f"{path}: a psk has {LIMITS['PSK_BYTES']} bytes or more")
    return {credential["kid"]: psk}


def open_log(options):
    """The log, and the node id that is kept with it."""
    if not options.data:
        return Log(), None
    try:
        store = Store(options.data, options.database.encode("ascii"))
    except (Damaged, OSError) as error:
        sys.exit(f"{options.data}: {error}")
    node_id = store.contents.node
    return load_log(store, options.compact, options.leave_out), node_id


async def main(options):
    log, node_id = open_log(options)
    node = Node(options.database, load_psks(options.psk) if options.psk else {}, log, node_id)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    host, port = (await node.listen(options.host, options.port))[:2]
    url = f"tcp://[{host}]:{port}" if ":" in host else f"tcp://{host}:{port}"
    started = {"url": url, "database": options.database, "node": node.id.hex(), "pid": os.getpid()}
    print(json.dumps(started), flush=True)
    await stopped.wait()
    await node.stop()


if __name__ == "__main__":
    asyncio.run(main(arguments()))
