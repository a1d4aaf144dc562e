#!/usr/bin/env python3
"""Writes an OpenStreetMap extract several times over into one, each time with other ids.

    osm_repeat.py FILE.osm.pbf COPIES OUT.osm.pbf [DEGREES]

Each copy lies so many whole degrees (by default 0) east of the one before, and refers only to itself; nodes come before ways and ways
before relations, as in any extract. For measuring how memory grows with a file. Ids are written as
differences, so that of most lists only the first number changes; nothing else is decoded.
"""

import struct
import sys
import zlib

# Ids of today's OpenStreetMap are below 2^34.
STRIDE = 1 << 36

NODE, DENSE, WAY, RELATION = 1, 2, 3, 4
# The field of a block that moves all its nodes east, in units of 10^-9 degrees.
LON_OFFSET, NANO = 20, 10**9
# In each sort of object: the fields whose (first) number is an id, and whether it has a sign.
IDS = {NODE: {1: True}, DENSE: {1: True}, WAY: {1: False, 8: True}, RELATION: {1: False, 9: True}}


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def fields(data):
    """The fields of a message as (number, wire type, value), the value undecoded."""
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            start = at
            _, at = read_varint(data, at)
            yield number, wire, data[start:at]
        elif wire == 2:
            length, at = read_varint(data, at)
            yield number, wire, data[at : at + length]
            at += length
        else:
            sys.exit(f"wire type {wire} is in no OpenStreetMap extract")


def field(number, wire, value):
    length = varint(len(value)) if wire == 2 else b""
    return varint(number << 3 | wire) + length + value


def shifted(value, by, is_signed):
    """A list of numbers, or one, with its first number moved."""
    if not value:
        return value
    number, rest = read_varint(value, 0)
    if is_signed:
        number = (number >> 1) ^ -(number & 1)
        number += by
        number = (number << 1) ^ (number >> 63)
    else:
        number += by
    return varint(number) + value[rest:]


def moved_object(sort, data, by):
    ids = IDS[sort]
    moved = (
        (number, wire, shifted(value, by, ids[number]) if number in ids else value)
        for number, wire, value in fields(data)
    )
    return b"".join(field(*each) for each in moved)


def moved_group(data, by):
    groups = (
        (sort, wire, moved_object(sort, value, by) if sort in IDS else value)
        for sort, wire, value in fields(data)
    )
    return b"".join(field(*each) for each in groups)


def moved_block(data, by, east):
    parts = [
        (number, wire, moved_group(value, by) if number == 2 else value)
        for number, wire, value in fields(data)
    ]
    if any(number == LON_OFFSET for number, _, _ in parts):
        sys.exit("an extract with an offset of its longitudes cannot be repeated")
    parts.append((LON_OFFSET, 0, varint(east * NANO)))
    return b"".join(field(*each) for each in parts)


def sort_of(block):
    """The sort of the first object of a block."""
    for number, _, group in fields(block):
        if number == 2:
            return next(sort for sort, _, _ in fields(group))
    return NODE


def blobs(path):
    """The blocks of a file as (type, content, bytes as they are)."""
    with open(path, "rb") as file:
        while length := file.read(4):
            head = file.read(struct.unpack(">I", length)[0])
            of = {number: value for number, _, value in fields(head)}
            body = file.read(read_varint(of[3], 0)[0])
            content = {number: value for number, _, value in fields(body)}
            raw = content[1] if 1 in content else zlib.decompress(content[3])
            yield bytes(of[1]), raw, length + head + body


def blob(raw):
    packed = zlib.compress(raw, 1)
    body = field(2, 0, varint(len(raw))) + field(3, 2, packed)
    head = field(1, 2, b"OSMData") + field(3, 0, varint(len(body)))
    return struct.pack(">I", len(head)) + head + body


def repeat(path, copies, out, degrees=0):
    by_sort = {}
    with open(out, "wb") as file:
        for kind, raw, whole in blobs(path):
            if kind == b"OSMHeader":
                file.write(whole)
            else:
                by_sort.setdefault(max(sort_of(raw), DENSE), []).append(raw)
        for _, blocks in sorted(by_sort.items()):
            for copy in range(copies):
                for block in blocks:
                    file.write(blob(moved_block(block, copy * STRIDE, copy * degrees)))


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    repeat(sys.argv[1], int(sys.argv[2]), sys.argv[3], *map(int, sys.argv[4:]))
