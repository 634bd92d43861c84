"""Where the values of each tensor of a model lie: uniform in [low, high), so that the network is well scaled."""

from math import sqrt

from torch import nn

NORMS = (nn.LayerNorm, nn.GroupNorm, nn.InstanceNorm1d, nn.InstanceNorm2d)
BATCH_NORM = {"weight": (0.8, 1.2), "bias": (-0.1, 0.1), "running_mean": (-0.2, 0.2), "running_var": (0.6, 1.4)}
FRESH_BATCH_NORM = {"weight": (1.0, 1.0), "bias": (0.0, 0.0), "running_mean": (0.0, 0.0), "running_var": (1.0, 1.0)}
NORM = {"weight": (0.8, 1.2), "bias": (-0.1, 0.1)}
STATISTICS = ("running_mean", "running_var")


def fan_in_bounds(tensor, gain, transposed=False):
    fan_in = tensor[0].numel() if not transposed else tensor[:, 0].numel()
    bound = gain * sqrt(3 / fan_in)
    bound = float(f"{bound:.3g}")
    return -bound, bound


def bounds_of(module, key, tensor, gain, identical):
    """Bounds of the tensor that `module` itself owns under `key`."""
    if isinstance(module, nn.modules.batchnorm._BatchNorm):
        return (FRESH_BATCH_NORM if identical else BATCH_NORM)[key]
    if isinstance(module, NORMS) or type(module).__name__.endswith(("LayerNorm", "LayerNorm2d", "RMSNorm")):
        return NORM[key]
    if isinstance(module, nn.Embedding):
        return -0.2, 0.2
    if isinstance(module, (nn.PReLU,)):
        return 0.1, 0.4
    if isinstance(module, nn.RNNBase):
        bound = float(f"{1 / sqrt(module.hidden_size):.3g}")
        return -bound, bound
    if "layer_scale" in key:
        return 0.1, 0.3
    if "logit_scale" in key:
        return 1.0, 2.0
    if "bias" in key:
        return -0.1, 0.1
    if key.endswith("weight") and tensor.dim() >= 2:
        if type(module).__name__ == "Conv1D":  # transformers' Linear with a transposed weight
            return fan_in_bounds(tensor, gain, transposed=True)
        return fan_in_bounds(tensor, gain, transposed=isinstance(module, nn.modules.conv._ConvTransposeNd))
    return -0.1, 0.1


def model_bounds(model, gain, identical=False):
    """{tensor name: (low, high)} for every parameter and BatchNorm statistic; other buffers keep what they hold."""
    result = {}
    for prefix, module in model.named_modules():
        buffers = {key: tensor for key, tensor in module.named_buffers(recurse=False) if key in STATISTICS}
        for key, tensor in {**dict(module.named_parameters(recurse=False)), **buffers}.items():
            if tensor is not None:
                result[f"{prefix}.{key}" if prefix else key] = bounds_of(module, key, tensor, gain, identical)
    return result
