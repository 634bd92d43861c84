#!/bin/sh
# Writes every golden file: generate.sh CLASSIC_PYTHON MODERN_PYTHON (see README.md).
set -eu
cd "$(dirname "$0")"
out=../../test/golden
"$1" write.py --out "$out" --full
"$2" write.py --out "$out" --full
"$2" probe.py "$out/probe.json"
