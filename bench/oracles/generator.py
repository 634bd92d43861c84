"""The counter-based generator of `src/core/random.ts`, vectorised: the same words, bit for bit.

Word n of a stream is element `n mod 4` of Philox4x32-10 with counter [n div 4, 0, stream, 0] and key [seed, 0];
a number in [0, 1) is `(word >> 8) * 2**-24`. A stream is named; its number is FNV-1a (32 bits) of the UTF-8 name.
"""

import numpy as np

MASK = np.uint64(0xFFFFFFFF)
SHIFT = np.uint64(32)
MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
WEYL = (0x9E3779B9, 0xBB67AE85)


def hash_name(name):
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def words(seed, stream, count, start=0):
    """Words [start, start + count) of a named stream, as uint32."""
    first, last = start // 4, (start + count + 3) // 4
    c0 = np.arange(first, last, dtype=np.uint64) & MASK
    c1 = np.zeros_like(c0)
    c2 = np.full_like(c0, hash_name(stream))
    c3 = np.zeros_like(c0)
    k0, k1 = seed & 0xFFFFFFFF, 0
    for _ in range(10):
        p0, p1 = MULTIPLIERS[0] * c0, MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (p1 >> SHIFT) ^ c1 ^ np.uint64(k0), p1 & MASK, (p0 >> SHIFT) ^ c3 ^ np.uint64(k1), p0 & MASK
        k0, k1 = (k0 + WEYL[0]) & 0xFFFFFFFF, (k1 + WEYL[1]) & 0xFFFFFFFF
    blocks = np.stack([c0, c1, c2, c3], axis=1).reshape(-1)
    offset = start - 4 * first
    return blocks[offset : offset + count].astype(np.uint32)


def unit(seed, stream, count):
    """Numbers in [0, 1), as float64."""
    return (words(seed, stream, count) >> np.uint32(8)).astype(np.float64) * 2.0**-24


def uniform(seed, stream, dims, low, high):
    """float32 array of numbers in [low, high): computed in float64, rounded once."""
    count = int(np.prod(dims, dtype=np.int64))
    return (low + (high - low) * unit(seed, stream, count)).astype(np.float32).reshape(dims)


def integers(seed, stream, dims, low, high):
    """int64 array: floor(low + (high - low) * u)."""
    count = int(np.prod(dims, dtype=np.int64))
    return np.floor(low + (high - low) * unit(seed, stream, count)).astype(np.int64).reshape(dims)


def check_values():
    """Rows for the test that holds both implementations together."""
    rows = []
    for seed, stream in [(0, ""), (0, "conv1.weight"), (42, "input:x"), (4294967295, "größe/α"), (7, "layer4.1.bn2.running_var")]:
        for start in (0, 5, 1000003):
            rows.append({
                "seed": seed,
                "stream": stream,
                "streamNumber": hash_name(stream),
                "position": start,
                "words": [int(word) for word in words(seed, stream, 6, start)],
            })
    low, high = -0.1, 0.3
    floats = uniform(42, "weight", (8,), low, high)
    return {
        "format": 1,
        "words": rows,
        "uniform": {"seed": 42, "stream": "weight", "low": low, "high": high, "float32": [float(value) for value in floats]},
    }
