"""RNN, GRU and LSTM by ONNX's definition, written out step by step."""

import torch

from ops import Fixed, OpCase, Uniform

T, N, I, H = 4, 3, 3, 2
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
FUNCTIONS = {
    "Sigmoid": torch.sigmoid, "Tanh": torch.tanh, "Relu": torch.relu, "Softsign": torch.nn.functional.softsign,
    "HardSigmoid": lambda x: (0.2 * x + 0.5).clamp(0, 1),
}


def rnn_step(x, h, c, w, r, wb, rb, p, f, options):
    return f[0](x @ w.T + h @ r.T + wb + rb), c


def gru_step(x, h, c, w, r, wb, rb, p, f, options):
    xz, xr, xh = (x @ w.T + wb).chunk(3, -1)
    rz, rr, rh = r.chunk(3)
    bz, br, bh = rb.chunk(3)
    z, reset = f[0](xz + h @ rz.T + bz), f[0](xr + h @ rr.T + br)
    inner = reset * (h @ rh.T + bh) if options.get("linear_before_reset") else (reset * h) @ rh.T + bh
    return (1 - z) * f[1](xh + inner) + z * h, c


def lstm_step(x, h, c, w, r, wb, rb, p, f, options):
    i, o, g, n = (x @ w.T + h @ r.T + wb + rb).chunk(4, -1)
    pi, po, pf = p
    i, g = f[0](i + pi * c), f[0](g + pf * c)
    if options.get("input_forget"):
        g = 1 - i
    c = g * c + i * f[1](n)
    return f[0](o + po * c) * f[2](c), c


STEPS = {"RNN": rnn_step, "GRU": gru_step, "LSTM": lstm_step}
DEFAULTS = {"RNN": ["Tanh"], "GRU": ["Sigmoid", "Tanh"], "LSTM": ["Sigmoid", "Tanh", "Tanh"]}


def run(op, named, options):
    """Y [T, D, N, H], Y_h [D, N, H], Y_c [D, N, H]."""
    x, directions = named["X"], named["W"].size(0)
    lengths = named.get("lengths", torch.full((N,), T))
    chosen = options.get("activations", DEFAULTS[op] * directions)
    per = len(chosen) // directions
    ys, hs, cs = [], [], []
    for d in range(directions):
        backwards = options.get("direction") == "reverse" or d == 1
        functions = [FUNCTIONS[name] for name in chosen[d * per : (d + 1) * per]]
        zeros = torch.zeros(N, H, dtype=x.dtype)
        h = named["h0"][d] if "h0" in named else zeros
        c = named["c0"][d] if "c0" in named else zeros
        wb, rb = named["B"][d].chunk(2) if "B" in named else (torch.zeros((), dtype=x.dtype).expand(GATES[op] * H),) * 2
        p = named["P"][d].chunk(3) if "P" in named else (zeros[0],) * 3
        outputs = [None] * T
        for t in reversed(range(T)) if backwards else range(T):
            live = (t < lengths).view(N, 1)
            nh, nc = STEPS[op](x[t], h, c, named["W"][d], named["R"][d], wb, rb, p, functions, options)
            h, c = torch.where(live, nh, h), torch.where(live, nc, c)
            outputs[t] = torch.where(live, nh, torch.zeros_like(nh))
        ys.append(torch.stack(outputs))
        hs.append(h)
        cs.append(c)
    return torch.stack(ys, 1), torch.stack(hs), torch.stack(cs)


def recurrent(name, op, bias=True, state=False, lengths=None, peephole=False, outputs="all", **options):
    directions = 2 if options.get("direction") == "bidirectional" else 1
    gates = GATES[op]
    inputs = [
        Uniform("X", (T, N, I)), Uniform("W", (directions, gates * H, I)), Uniform("R", (directions, gates * H, H)),
        Uniform("B", (directions, 2 * gates * H)) if bias else None, Fixed("lengths", lengths, "int32") if lengths else None,
        Uniform("h0", (directions, N, H)) if state else None,
    ]
    if op == "LSTM":
        inputs += [Uniform("c0", (directions, N, H)) if state else None, Uniform("P", (directions, 3 * H)) if peephole else None]
    while inputs[-1] is None:
        inputs.pop()
    names = [entry.name for entry in inputs if entry]

    def function(*tensors):
        y, h, c = run(op, dict(zip(names, tensors)), options)
        if outputs == "y":
            return y
        if outputs == "h":
            return None, h
        return (y, h, c) if op == "LSTM" else (y, h)

    return OpCase(f"{op.lower()}-{name}", op, inputs, function, {"hidden_size": H, **options}, 14)


def cases():
    for op in GATES:
        for direction in ("forward", "reverse", "bidirectional"):
            yield recurrent(direction, op, direction=direction)
            yield recurrent(f"{direction}-state", op, state=True, direction=direction)
        yield recurrent("no-bias", op, bias=False)
        yield recurrent("only-y", op, outputs="y")
        yield recurrent("only-h", op, outputs="h", direction="bidirectional", state=True)
        yield recurrent("lengths", op, lengths=[4, 2, 3])
        yield recurrent("lengths-bidirectional", op, lengths=[1, 4, 3], state=True, direction="bidirectional")
    yield recurrent("relu", "RNN", activations=["Relu"])
    yield recurrent("linear-before-reset", "GRU", linear_before_reset=1)
    yield recurrent("linear-before-reset-bidirectional", "GRU", linear_before_reset=1, state=True, direction="bidirectional")
    yield recurrent("activations", "GRU", activations=["HardSigmoid", "Softsign"])
    yield recurrent("peephole", "LSTM", peephole=True, state=True)
    yield recurrent("peephole-bidirectional", "LSTM", peephole=True, direction="bidirectional")
    yield recurrent("input-forget", "LSTM", input_forget=1)
    yield recurrent("activations", "LSTM", activations=["HardSigmoid", "Softsign", "Tanh"])
