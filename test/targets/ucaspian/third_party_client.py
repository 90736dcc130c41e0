"""A third party's program: opens the port as any serial port, sends the chip's bytes, checks the reply bytes.

Usage: third_party_client.py PORT VECTORS.json NAME. Standard library only; shares no code with spikec.
"""
import json
import os
import select
import sys
import termios
import tty


def main():
    port, vectors, name = sys.argv[1:]
    with open(vectors) as file:
        vector = next(v for v in json.load(file)["vectors"] if v["name"] == name)
    request = bytes.fromhex(vector["host_to_board"])
    expected = bytes.fromhex(vector["board_to_host"])

    descriptor = os.open(port, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(descriptor)
    attributes = termios.tcgetattr(descriptor)
    attributes[4] = attributes[5] = termios.B3000000 if hasattr(termios, "B3000000") else termios.B115200
    termios.tcsetattr(descriptor, termios.TCSANOW, attributes)

    reply = b""
    while len(reply) < len(expected):
        writable = [descriptor] if request else []
        readable, writable, _ = select.select([descriptor], writable, [], 5)
        if not readable and not writable:
            break
        if writable:
            request = request[os.write(descriptor, request[:64]):]
        if readable:
            reply += os.read(descriptor, 4096)
    if reply != expected:
        sys.exit(f"{name}: {len(reply)} reply bytes differ from the {len(expected)} expected")
    print(f"{name}: {len(reply)} reply bytes exact")


main()
