"""Conditionals, loops and lists, as TensorFlow 1 and 2 write them."""

import tensorflow as tf
from tensorflow_case import given, raw, real, row, weight, whole

v1 = tf.compat.v1


def as_v1(build):
    """Conditionals and loops as TensorFlow 1 writes them."""

    def made(*inputs):
        v1.disable_control_flow_v2()
        try:
            return build(*inputs)
        finally:
            v1.enable_control_flow_v2()

    return made


def branches(x, threshold):
    return tf.cond(tf.reduce_sum(x) > threshold, lambda: (x * 2.0, tf.argmax(x, 1)), lambda: (tf.matmul(x, weight(3, 3)), tf.argmin(x, 1) + 1))


def fixed_branch(x):
    return tf.cond(tf.constant(True), lambda: x + 1.0, lambda: x - 1.0)


def nested(x):
    return tf.cond(
        tf.reduce_sum(x) > 0.0, lambda: tf.cond(tf.reduce_max(x) > 0.5, lambda: x * 3.0, lambda: x / 3.0), lambda: tf.nn.relu(x) - weight(3)
    )


def counted(x):
    return tf.while_loop(lambda i, y, z: i < 3, lambda i, y, z: (i + 1, tf.tanh(tf.matmul(y, weight(3, 3))) + z, z * 0.5), (0, x, x))


def of_rows(x):
    """A loop over the rows of a tensor through arrays."""
    source = tf.TensorArray(tf.float32, size=4, clear_after_read=False).unstack(tf.transpose(x))
    target = tf.TensorArray(tf.float32, size=4)

    def body(i, state, rows):
        state = state * 0.5 + source.read(i)
        return i + 1, state, rows.write(i, state)

    _, last, rows = tf.while_loop(lambda i, *_: i < 4, body, (0, tf.zeros([3]), target))
    return last, rows.stack()


def conditional_in_loop(x):
    body = lambda i, y: (i + 1, tf.cond(tf.reduce_sum(y) > 0.0, lambda: y - 1.0, lambda: y + tf.cast(i, tf.float32)))
    return tf.while_loop(lambda i, y: i < 3, body, (0, x))[1]


def loop_in_loop(x):
    inner = lambda y: tf.while_loop(lambda j, z: j < 2, lambda j, z: (j + 1, z * 0.9 + 0.1), (0, y))[1]
    return tf.while_loop(lambda i, y: i < 2, lambda i, y: (i + 1, inner(y) - 0.5), (0, x))[1]


def by_rows(x):
    """As many steps as the tensor has rows."""
    return tf.while_loop(lambda i, y: i < tf.shape(x)[0], lambda i, y: (i + 1, y + x[i]), (0, tf.zeros([3])))[1]


for name, build in {"two": lambda f: f, "one": as_v1}.items():
    for side, low, high in (("yes", 0, 1), ("no", -1, 0)):
        row("If", f"{side}_v{name}", build(lambda x: branches(x, 0.0)), real(2, 3, low=low, high=high))
        row("If", f"nested_{side}_v{name}", build(nested), real(2, 3, low=low, high=high))
        row("While", f"conditional_{side}_v{name}", build(conditional_in_loop), real(2, 3, low=low, high=high))
    row("If", f"fixed_v{name}", build(fixed_branch), real(2, 3))
    row("While", f"counted_v{name}", build(counted), real(2, 3))
    row("While", f"rows_v{name}", build(by_rows), real(4, 3))
    row("While", f"nested_v{name}", build(loop_in_loop), real(2, 3))
    row("TensorArray", f"loop_v{name}", build(of_rows), real(3, 4))


def listed(x):
    rows = raw.TensorListFromTensor(tensor=x, element_shape=[3])
    second = raw.TensorListGetItem(input_handle=rows, index=1, element_shape=[3], element_dtype=tf.float32)
    made = raw.TensorListReserve(element_shape=[3], num_elements=2, element_dtype=tf.float32)
    made = raw.TensorListSetItem(input_handle=made, index=0, item=second)
    made = raw.TensorListSetItem(input_handle=made, index=1, item=x[0])
    stacked = raw.TensorListStack(input_handle=made, element_shape=[3], element_dtype=tf.float32)
    return stacked, raw.TensorListLength(input_handle=rows)


def pushed(x):
    rows = raw.EmptyTensorList(element_shape=[3], max_num_elements=-1, element_dtype=tf.float32)
    for row_of in (x[1], x[0]):
        rows = raw.TensorListPushBack(input_handle=rows, tensor=row_of)
    return raw.TensorListStack(input_handle=rows, element_shape=[3], element_dtype=tf.float32)


def popped(x):
    rows, last = raw.TensorListPopBack(input_handle=raw.TensorListFromTensor(tensor=x, element_shape=[3]), element_shape=[3], element_dtype=tf.float32)
    return last, raw.TensorListStack(input_handle=rows, element_shape=[3], element_dtype=tf.float32)


row("TensorList", "items", listed, real(3, 3))
row("TensorList", "pushed", pushed, real(3, 3))
row("TensorList", "popped", popped, real(3, 3))
row(
    "TensorList",
    "joined",
    lambda x: raw.TensorListConcatV2(
        input_handle=raw.TensorListFromTensor(tensor=x, element_shape=[2, 3]), element_shape=[2, 3], leading_dims=tf.constant([], tf.int64), element_dtype=tf.float32
    )[0],
    real(3, 2, 3),
)
row("TensorList", "gathered", lambda x: raw.TensorListGather(input_handle=raw.TensorListFromTensor(tensor=x, element_shape=[3]), indices=[2, 0], element_shape=[3], element_dtype=tf.float32), real(3, 3))


def arrays(x):
    array = as_v1(lambda: tf.TensorArray(tf.float32, size=3, clear_after_read=False).unstack(x))()
    return array.gather([2, 0]), array.read(1), raw.TensorArraySizeV3(handle=array.handle, flow_in=array.flow), array.concat()


row("TensorArrayV3", "unstacked", lambda x: as_v1(lambda: arrays(x))(), real(3, 2))
row("ReadVariableOp", "condition_by_input", lambda n, x: tf.cond(n > 2, lambda: x, lambda: -x), given(3), real(2))
