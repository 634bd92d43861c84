"""Writes test/tensorflow/: tiny models in TensorFlow's own formats, and what TensorFlow itself computes with them.

    python bench/oracles/tensorflow_saved.py test/tensorflow [NAME ...]

Each model is an archive of the folder that TensorFlow wrote, made without compression by time or owner so that it stays the same. Weights and
inputs come from the generator of src/core/random.ts, so that a test can make the inputs without reading them.
"""

import json
import os
import sys
import tempfile
import zipfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
from generator import integers, uniform
from keras import layers
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

SEED = 31
MODELS = {}
v1 = tf.compat.v1


def model(write):
    MODELS[write.__name__.replace("_", "-")] = write
    return write


# What a case is called with.


def real(name, *shape, low=-1.0, high=1.0):
    return {"name": name, "type": "float32", "shape": list(shape), "low": low, "high": high}


def whole(name, *shape, high, dtype="int32"):
    return {"name": name, "type": dtype, "shape": list(shape), "low": 0, "high": high}


def value_of(spec):
    stream = f"input:{spec['name']}"
    if spec["type"] == "float32":
        return uniform(SEED, stream, spec["shape"], spec["low"], spec["high"])
    return integers(SEED, stream, spec["shape"], spec["low"], spec["high"]).astype(spec["type"])


def case(inputs, outputs, entry="saved_model.pb", signature=None, variables=None):
    """One line of the golden file. `outputs` and `variables` are arrays by name."""
    row = {"entry": entry, **({"signature": signature} if signature else {}), "inputs": inputs}
    row["outputs"] = [
        {"name": name, "shape": list(np.shape(array)), "values": [round(float(x), 7) for x in np.ravel(array)]} for name, array in outputs.items()
    ]
    if variables:
        row["variables"] = {name: [float(x) for x in np.ravel(array)[:3]] for name, array in variables.items()}
    return row


def fill(variables):
    """Weights from the generator; spreads (variances, scales) stay positive."""
    for number, variable in enumerate(variables):
        if not np.issubdtype(np.dtype(variable.dtype if isinstance(variable.dtype, str) else variable.dtype.as_numpy_dtype), np.floating):
            continue
        positive = any(word in (variable.name + getattr(variable, "path", "")) for word in ("variance", "gamma"))
        low, high = (0.5, 1.5) if positive else (-0.4, 0.4)
        variable.assign(uniform(SEED, f"weight:{number}", tuple(variable.shape), low, high))


def called(folder, inputs, signature="serving_default"):
    """What the model on disk computes once it was loaded again. Inputs get the names that the file has, in order."""
    function = tf.saved_model.load(str(folder)).signatures[signature]
    names = set(function.structured_input_signature[1])
    if names != {spec["name"] for spec in inputs}:
        for spec, name in zip(inputs, sorted(names)):
            spec["name"] = name
    results = function(**{spec["name"]: tf.constant(value_of(spec)) for spec in inputs})
    return {name: results[name].numpy() for name in sorted(results)}


def exported(folder, keras_model, inputs):
    """A Keras model through model.export, whose inputs keep their names."""
    fill(keras_model.weights)
    keras_model.export(str(folder), verbose=False)
    return case(inputs, called(folder, inputs))


def saved(folder, module, inputs, signatures=None, signature=None):
    tf.saved_model.save(module, str(folder), signatures=signatures)
    return case(inputs, called(folder, inputs, signature or "serving_default"), signature=signature)


def dense(name, size, width):
    return tf.Variable(uniform(SEED, f"{name}/w", (size, width), -0.5, 0.5), name=f"{name}/w"), tf.Variable(
        uniform(SEED, f"{name}/b", (width,), -0.5, 0.5), name=f"{name}/b"
    )


# TensorFlow 2: modules with functions.


@model
def mlp(folder):
    """A module of two layers, each a function that the outer function calls."""

    class Layer(tf.Module):
        def __init__(self, name, size, width):
            super().__init__(name)
            self.w, self.b = dense(name, size, width)

        @tf.function
        def __call__(self, x):
            return tf.nn.bias_add(tf.matmul(x, self.w), self.b)

    class Mlp(tf.Module):
        def __init__(self):
            super().__init__("mlp")
            self.first, self.second = Layer("first", 6, 8), Layer("second", 8, 3)

        @tf.function(input_signature=[tf.TensorSpec([None, 6], tf.float32, "x")])
        def __call__(self, x):
            return {"logits": self.second(tf.nn.relu(self.first(x)))}

    module = Mlp()
    row = saved(folder, module, [real("x", 4, 6)], signatures=module.__call__)
    row["variables"] = {variable.name.split(":")[0]: [float(x) for x in np.ravel(variable.numpy())[:3]] for variable in module.variables}
    return row


def two_ways():
    module = tf.Module()
    module.scale = tf.Variable(3.0, name="scale")
    module.shift = tf.Variable([0.5, -0.5, 1.0], name="shift")
    spec = tf.TensorSpec([None, 3], tf.float32, "x")

    @tf.function(input_signature=[spec])
    def scaled(x):
        return x * module.scale

    @tf.function(input_signature=[spec])
    def both(x):
        return {"shifted": scaled(x) + module.shift, "scaled": scaled(x)}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "examples")])
    def records(examples):
        parsed = tf.io.parse_example(examples, {"x": tf.io.FixedLenFeature([3], tf.float32)})
        return {"scaled": scaled(parsed["x"])}

    return module, {"scaled": scaled, "both": both, "records": records}


@model
def signatures(folder):
    """Three signatures, none of them the usual one; one takes serialised records."""
    module, functions = two_ways()
    return saved(folder, module, [real("x", 2, 3)], signatures=functions, signature="both")


@model
def attention(folder):
    """Layer normalisation and self-attention by einsum, written out as transformers are."""
    heads, width, size = 2, 4, 8
    module = tf.Module()
    for name in ("query", "key", "value", "output"):
        shape = (heads, width, size) if name == "output" else (size, heads, width)
        setattr(module, name, tf.Variable(uniform(SEED, name, shape, -0.5, 0.5), name=name))
    module.scale = tf.Variable(uniform(SEED, "scale", (size,), 0.5, 1.5), name="scale")
    module.offset = tf.Variable(uniform(SEED, "offset", (size,), -0.5, 0.5), name="offset")
    module.up, module.up_bias = dense("up", size, 16)
    module.down, module.down_bias = dense("down", 16, size)

    @tf.function(input_signature=[tf.TensorSpec([None, None, size], tf.float32, "tokens")])
    def run(tokens):
        mean, variance = tf.nn.moments(tokens, axes=[-1], keepdims=True)
        x = tf.nn.batch_normalization(tokens, mean, variance, module.offset, module.scale, 1e-6)
        query, key, value = (tf.einsum("bts,shw->bthw", x, part) for part in (module.query, module.key, module.value))
        scores = tf.einsum("bqhw,bkhw->bhqk", query, key) / tf.math.sqrt(float(width))
        mixed = tf.einsum("bhqk,bkhw->bqhw", tf.nn.softmax(scores), value)
        x = tokens + tf.einsum("bthw,hws->bts", mixed, module.output)
        hidden = tf.nn.gelu(tf.tensordot(x, module.up, axes=[[2], [0]]) + module.up_bias)
        return {"encoded": x + tf.tensordot(hidden, module.down, axes=[[2], [0]]) + module.down_bias}

    return saved(folder, module, [real("tokens", 2, 5, size)], signatures=run)


@model
def condition(folder):
    """Branches that tf.cond takes by the data."""
    module = tf.Module()
    module.w, module.b = dense("dense", 4, 4)

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32, "x")])
    def run(x):
        y = tf.cond(tf.reduce_sum(x) > 0.0, lambda: tf.matmul(x, module.w), lambda: x - module.b)
        return {"y": y}

    return saved(folder, module, [real("x", 3, 4)], signatures=run)


@model
def loop(folder):
    """A recurrence by tf.while_loop over a list of tensors."""
    module = tf.Module()
    module.w, module.b = dense("cell", 5, 3)

    @tf.function(input_signature=[tf.TensorSpec([None, 4, 2], tf.float32, "steps")])
    def run(steps):
        state = tf.zeros([tf.shape(steps)[0], 3])
        for step in tf.range(4):
            state = tf.tanh(tf.matmul(tf.concat([steps[:, step], state], 1), module.w) + module.b)
        return {"state": state}

    return saved(folder, module, [real("steps", 2, 4, 2)], signatures=run)


@model
def any_size(folder):
    """Images of any size: resized, convolved, averaged."""
    module = tf.Module()
    module.kernel = tf.Variable(uniform(SEED, "kernel", (3, 3, 3, 4), -0.5, 0.5), name="kernel")
    module.depthwise = tf.Variable(uniform(SEED, "depthwise", (3, 3, 4, 2), -0.5, 0.5), name="depthwise")

    @tf.function(input_signature=[tf.TensorSpec([None, None, None, 3], tf.float32, "image")])
    def run(image):
        x = tf.image.resize(image, [8, 8])
        x = tf.nn.relu6(tf.nn.conv2d(x, module.kernel, 2, "SAME"))
        x = tf.nn.depthwise_conv2d(x, module.depthwise, [1, 1, 1, 1], "SAME")
        return {"features": tf.reduce_mean(x, [1, 2])}

    return saved(folder, module, [real("image", 2, 11, 7, 3, low=0.0)], signatures=run)


# Keras.


def image_net():
    return keras.Sequential(
        [
            keras.Input((16, 12, 3), name="image"),
            layers.Rescaling(1 / 127.5, offset=-1),
            layers.Conv2D(6, 3, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(max_value=6),
            layers.DepthwiseConv2D(3, padding="same", use_bias=False),
            layers.BatchNormalization(epsilon=1e-2),
            layers.ReLU(),
            layers.MaxPooling2D(),
            layers.Conv2D(8, 1, activation="swish"),
            layers.AveragePooling2D(2, strides=1),
            layers.GlobalAveragePooling2D(),
            layers.Dropout(0.3),
            layers.Dense(5, activation="softmax"),
        ],
        name="net",
    )


@model
def keras_cnn(folder):
    """Convolution, depthwise convolution, normalisation and pooling, through model.export."""
    return exported(folder, image_net(), [real("image", 2, 16, 12, 3, low=0.0, high=255.0)])


@model
def keras_residual(folder):
    """A residual net with two outputs, through tf.saved_model.save."""
    image = keras.Input((10, 10, 3), name="image")
    stem = layers.Conv2D(6, 3, padding="same", activation="relu")(layers.ZeroPadding2D(1)(image))
    deep = layers.SeparableConv2D(6, 3, padding="same")(stem)
    deep = layers.BatchNormalization()(deep)
    added = layers.LeakyReLU(negative_slope=0.1)(layers.Add()([stem, deep]))
    squeezed = layers.GlobalAveragePooling2D(keepdims=True)(added)
    gated = layers.Multiply()([added, layers.Conv2D(6, 1, activation="sigmoid")(squeezed)])
    up = layers.Conv2DTranspose(2, 3, strides=2, padding="same", name="up")(layers.MaxPooling2D(2)(gated))
    label = layers.Dense(3, name="label")(layers.GlobalMaxPooling2D()(layers.Concatenate()([gated, stem])))
    net = keras.Model(image, {"label": label, "up": up})
    fill(net.weights)
    return saved(folder, net, [real("image", 2, 10, 10, 3)])


@model
def keras_words(folder):
    """Whole numbers through a table of vectors."""
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    x = layers.Embedding(12, 6)(tokens)
    x = layers.LayerNormalization()(x)
    x = layers.Conv1D(5, 3, padding="same", activation="relu")(x)
    return exported(folder, keras.Model(tokens, layers.Dense(2)(layers.GlobalMaxPooling1D()(x))), [whole("tokens", 3, 7, high=12)])


@model
def keras_lstm(folder):
    """Recurrent layers, which TensorFlow runs as loops."""
    steps = keras.Input((6, 3), name="steps")
    x = layers.LSTM(4, return_sequences=True)(steps)
    return exported(folder, keras.Model(steps, layers.Dense(2)(layers.GRU(3)(x))), [real("steps", 2, 6, 3)])


@model
def keras_two_inputs(folder):
    """Two inputs, one of them whole numbers, and two outputs."""
    numbers, kind = keras.Input((5,), name="numbers"), keras.Input((1,), dtype="int32", name="kind")
    vector = layers.Flatten()(layers.Embedding(4, 3)(kind))
    x = layers.Dense(6, activation="elu")(layers.Concatenate()([numbers, vector]))
    net = keras.Model({"numbers": numbers, "kind": kind}, {"price": layers.Dense(1)(x), "chance": layers.Dense(2, activation="softmax")(x)})
    fill(net.weights)
    return saved(folder, net, [whole("kind", 3, 1, high=4), real("numbers", 3, 5)])


# Frozen graphs.


def frozen(folder, function, inputs, **options):
    """Variables made constants, written as a GraphDef; outputs are named as the graph names them."""
    constant = convert_variables_to_constants_v2(function.get_concrete_function(), **options)
    tf.io.write_graph(constant.graph, str(folder), "frozen.pb", as_text=False)
    results = constant(*[tf.constant(value_of(spec)) for spec in inputs])
    names = [tensor.name.split(":")[0] for tensor in constant.outputs]
    return case(inputs, {name: result.numpy() for name, result in zip(names, results)}, entry="frozen.pb")


def frozen_keras(folder, net, inputs, **options):
    fill(net.weights)
    specs = [tf.TensorSpec([None, *spec["shape"][1:]], spec["type"], spec["name"]) for spec in inputs]
    return frozen(folder, tf.function(lambda *arguments: net(list(arguments) if len(arguments) > 1 else arguments[0]), input_signature=specs), inputs, **options)


@model
def frozen_cnn(folder):
    return frozen_keras(folder, image_net(), [real("image", 2, 16, 12, 3, low=0.0, high=255.0)])


@model
def frozen_unet(folder):
    """Down and up again, with resizing of both kinds."""
    image = keras.Input((12, 12, 2), name="image")
    down = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu")(image)
    deep = layers.Conv2D(6, 3, dilation_rate=2, padding="same", activation="tanh")(layers.AveragePooling2D(2, padding="same")(down))
    up = layers.UpSampling2D(2, interpolation="bilinear")(deep)
    joined = layers.Concatenate()([down, up])
    mask = layers.Conv2D(1, 1, activation="sigmoid")(layers.UpSampling2D(2)(joined))
    return frozen_keras(folder, keras.Model(image, mask), [real("image", 2, 12, 12, 2)])


@model
def frozen_loop(folder):
    """A frozen graph that keeps its loop as a function."""
    steps = keras.Input((5, 3), name="steps")
    return frozen_keras(folder, keras.Model(steps, layers.LSTM(4)(steps)), [real("steps", 2, 5, 3)], lower_control_flow=False)


# TensorFlow 1.


def variable_v1(name, shape, **options):
    return v1.get_variable(name, initializer=tf.constant(uniform(SEED, name, shape, -0.5, 0.5)), use_resource=False, **options)


def run_v1(build, write, inputs):
    """Builds a graph, fills it, writes it, and says what it computes."""
    with tf.Graph().as_default(), v1.Session() as session:
        ports, outputs = build()
        session.run(v1.global_variables_initializer())
        write(session, ports, outputs)
        feeds = {ports[spec["name"]]: value_of(spec) for spec in inputs}
        return session.run(outputs, feeds), session.run({variable.op.name: variable for variable in v1.global_variables()})


def net_v1():
    x = v1.placeholder(tf.float32, [None, 8, 8, 3], name="x")
    keep = v1.placeholder_with_default(1.0, [], name="keep")
    with v1.variable_scope("stem"):
        y = tf.nn.conv2d(x, variable_v1("kernel", (3, 3, 3, 4)), [1, 2, 2, 1], "SAME")
        y = tf.nn.relu(v1.nn.bias_add(y, variable_v1("bias", (4,))))
    y = tf.nn.max_pool2d(y, 2, 2, "VALID", name="pool")
    y = v1.nn.dropout(y, keep_prob=keep)
    with v1.variable_scope("head"):
        logits = v1.nn.xw_plus_b(tf.reshape(y, [-1, 16]), variable_v1("kernel", (16, 3)), variable_v1("bias", (3,)), name="logits")
    return {"x": x}, {"logits": logits}


def write_builder(folder, tags, key):
    def write(session, ports, outputs):
        builder = v1.saved_model.Builder(str(folder))
        signature = v1.saved_model.signature_def_utils.predict_signature_def(ports, outputs)
        builder.add_meta_graph_and_variables(session, tags, {key: signature})
        builder.save()

    return write


@model
def v1_builder(folder):
    """What SavedModelBuilder wrote: reference variables, restored by assignments in the graph."""
    inputs = [real("x", 2, 8, 8, 3)]
    outputs, variables = run_v1(net_v1, write_builder(folder, ["serve"], "serving_default"), inputs)
    return case(inputs, outputs, variables=variables)


@model
def v1_hub(folder):
    """Tags and signature as modules of TensorFlow Hub have them."""
    inputs = [real("x", 2, 8, 8, 3)]
    outputs, variables = run_v1(net_v1, write_builder(folder, [], "default"), inputs)
    return case(inputs, outputs, variables=variables)


@model
def v1_partitioned(folder):
    """A table cut into three parts, restored part by part."""

    def build():
        tokens = v1.placeholder(tf.int32, [None, 4], name="tokens")
        initial = uniform(SEED, "table", (10, 6), -0.5, 0.5)
        table = v1.get_variable(
            "table",
            shape=(10, 6),
            initializer=lambda shape, dtype, partition_info: tf.constant(initial[partition_info.var_offset[0] :][: shape[0]]),
            partitioner=v1.fixed_size_partitioner(3),
            use_resource=False,
        )
        looked_up = tf.gather(tf.convert_to_tensor(table), tokens)
        return {"tokens": tokens}, {"sum": tf.reduce_sum(looked_up, 1, name="sum")}

    inputs = [whole("tokens", 3, 4, high=10)]
    outputs, variables = run_v1(build, write_builder(folder, ["serve"], "serving_default"), inputs)
    return case(inputs, outputs, variables=variables)


@model
def v1_checkpoint(folder):
    """What a Saver leaves of a graph under training: its loss and its gradients are in it."""

    def build():
        ports, outputs = net_v1()
        label = v1.placeholder(tf.int64, [None], name="label")
        loss = v1.losses.sparse_softmax_cross_entropy(label, outputs["logits"])
        v1.summary.scalar("watched", loss)
        v1.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
        return ports, outputs

    def write(session, ports, outputs):
        v1.train.Saver(save_relative_paths=True).save(session, str(folder / "model.ckpt"), global_step=7)

    inputs = [real("x", 2, 8, 8, 3)]
    outputs, variables = run_v1(build, write, inputs)
    needed = {name: array for name, array in variables.items() if "Momentum" not in name}
    return case(inputs, {"head/logits": outputs["logits"]}, entry="checkpoint", signature="head/logits", variables=needed)


@model
def weights(folder):
    """A checkpoint of TensorFlow 2, which holds no graph."""
    module = tf.Module()
    module.w, module.b = dense("dense", 3, 2)
    tf.train.Checkpoint(model=module).write(str(folder / "weights"))
    return case([], {}, entry="weights.index")


def archive(folder, path):
    """Every file but those that are of no use to a reader and differ from run to run."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.name != "fingerprint.pb":
                target.writestr(zipfile.ZipInfo(str(file.relative_to(folder)), (1980, 1, 1, 0, 0, 0)), file.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def main(out, *names):
    golden = out / "golden.json"
    cases = json.loads(golden.read_text())["cases"] if golden.exists() and names else {}
    for name in names or MODELS:
        keras.utils.clear_session()
        with tempfile.TemporaryDirectory() as path:
            # The builder makes its folder itself.
            folder = Path(path) / name
            if not name.startswith("v1-") or name == "v1-checkpoint":
                folder.mkdir()
            cases[name] = MODELS[name](folder)
            archive(folder, out / f"{name}.zip")
        print(name, (out / f"{name}.zip").stat().st_size)
    golden.write_text(json.dumps({"seed": SEED, "tensorflow": tf.__version__, "keras": keras.__version__, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
