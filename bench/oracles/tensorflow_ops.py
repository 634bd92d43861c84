"""Writes test/tensorflow/ops.zip and ops.json.gz: single TensorFlow operators, and what TensorFlow itself computes with them.

    python bench/oracles/tensorflow_ops.py test/tensorflow

The archive holds a GraphDef an operator (`<op>.pb`) with all its cases; `ops.json.gz` says of each case which tensors are its inputs and outputs.
"""

import gzip
import json
import os
import sys
import zipfile
from pathlib import Path

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf
import tensorflow_ops_arrays  # noqa: F401
import tensorflow_ops_control  # noqa: F401
import tensorflow_ops_images  # noqa: F401
import tensorflow_ops_math  # noqa: F401
from tensorflow_case import ROWS, SEED, number, value_of
from tensorflow.core.protobuf import rewriter_config_pb2

v1 = tf.compat.v1


def plain_session():
    """A session that runs the graph as it stands."""
    config = v1.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    # Beside a case that TensorFlow cannot run, others still can be.
    config.graph_options.place_pruned_graph = True
    config.graph_options.optimizer_options.opt_level = v1.OptimizerOptions.L0
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    config.graph_options.rewrite_options.constant_folding = rewriter_config_pb2.RewriterConfig.OFF
    return v1.Session(config=config)


def run(made, values):
    with plain_session() as session:
        return session.run(made, values)


def computed(row, values):
    """What the reference makes, in a graph of its own."""
    with tf.Graph().as_default():
        fed = [v1.placeholder(spec["type"], spec["shape"]) for spec in row["inputs"]]
        return run(tf.nest.flatten(row["reference"](*fed)), dict(zip(fed, values)))


def text(tensor):
    return tensor.name.removesuffix(":0")


def written(row):
    """One case in the graph that is the default one."""
    with v1.name_scope(row["name"] + "/"):
        fed = [v1.placeholder(spec["type"], spec["shape"], name=f"x{i}") for i, spec in enumerate(row["inputs"])]
        made = tf.nest.flatten(row["build"](*fed))
    inputs = [{"name": text(tensor), **spec} for tensor, spec in zip(fed, row["inputs"])]
    values = [value_of(spec, f"input:{spec['name']}") for spec in inputs]
    results = computed(row, values) if row["reference"] else run(made, dict(zip(fed, values)))
    outputs = [
        {"name": text(tensor), "type": array.dtype.name, "shape": list(array.shape), "values": [number(value) for value in array.ravel()]}
        for tensor, array in zip(made, map(np.asarray, results))
    ]
    tolerance = {"tolerance": row["tolerance"][0], "reason": row["tolerance"][1]} if row["tolerance"] else {}
    return {"name": row["name"], "inputs": inputs, "outputs": outputs, **tolerance}


def graph_of(op):
    with tf.Graph().as_default() as graph:
        cases = [written(row) for row in ROWS if row["op"] == op]
        definition = graph.as_graph_def()
    for row in (row for row in ROWS if row["op"] == op):
        for node in definition.node:
            if node.name.startswith(row["name"] + "/"):
                node.op = row["renamed"].get(node.op, node.op)
    definition.ClearField("versions")
    for node in [*definition.node, *(node for function in definition.library.function for node in function.node_def)]:
        for name in [name for name in node.attr if name.startswith("_") and name != "_num_args"]:
            del node.attr[name]
        node.ClearField("experimental_debug_info")
    return cases, definition.SerializeToString(deterministic=True)


def main(out):
    cases = []
    names = [row["name"] for row in ROWS]
    assert len(set(names)) == len(names), [name for name in names if names.count(name) > 1]
    with zipfile.ZipFile(out / "ops.zip", "w", zipfile.ZIP_DEFLATED) as target:
        for op in dict.fromkeys(row["op"] for row in ROWS):
            rows, graph = graph_of(op)
            cases += rows
            target.writestr(zipfile.ZipInfo(f"{op}.pb", (1980, 1, 1, 0, 0, 0)), graph, zipfile.ZIP_DEFLATED, 9)
    golden = {"seed": SEED, "tensorflow": tf.__version__, "cases": cases}
    (out / "ops.json.gz").write_bytes(gzip.compress(json.dumps(golden, separators=(",", ":")).encode(), 9, mtime=0))
    print(len(cases), "cases", {name: (out / name).stat().st_size for name in ("ops.zip", "ops.json.gz")})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
