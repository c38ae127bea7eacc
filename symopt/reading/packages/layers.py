"""What losses and activations of torch.nn, torch.nn.functional and jax.nn stand for, written as `written` reads it.

Thresholds that only guard against overflow (softplus beyond 20, logarithms in binary_cross_entropy below -100) are not
read. Formulas: the references of torch and jax.
"""

ACTIVATIONS = """
leaky_relu(input, negative_slope=0.01, inplace=False) = np.where(input > 0, input, negative_slope * input)
elu(input, alpha=1.0, inplace=False) = np.where(input > 0, input, alpha * (np.exp(input) - 1))
celu(input, alpha=1.0, inplace=False) = np.where(input > 0, input, alpha * (np.exp(input / alpha) - 1))
relu6(input, inplace=False) = np.minimum(np.maximum(input, 0.0), 6.0)
mish(input, inplace=False) = input * np.tanh(np.log(1 + np.exp(input)))
exactly(input) = input * special.ndtr(input)

def nearly(input):
    return input / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (input + 0.044715 * input ** 3)))
"""
FUNCTIONAL = (
    ACTIVATIONS
    + """
_axis(input, dim) = dim if dim is not None else 0 if np.ndim(input) in (0, 1, 3) else 1
softmax(input, dim=None, _stacklevel=3, dtype=None) = special.softmax(input, axis=_axis(input, dim))
log_softmax(input, dim=None, _stacklevel=3, dtype=None) = special.log_softmax(input, axis=_axis(input, dim))
softmin(input, dim=None) = special.softmax(-input, axis=_axis(input, dim))

def softplus(input, beta=1.0, threshold=20.0):
    known(threshold >= 20)
    return np.log(1 + np.exp(beta * input)) / beta

softsign(input) = input / (1 + np.abs(input))
tanhshrink(input) = input - np.tanh(input)
hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False) = np.minimum(np.maximum(input, min_val), max_val)
gelu(input, approximate="none") = nearly(input) if approximate == "tanh" else exactly(input)

def linear(input, weight, bias=None):
    found = input @ weight.T
    return found if bias is None else found + bias

def normalize(input, p=2.0, dim=1, eps=1e-12):
    return input / np.maximum(np.linalg.norm(input, ord=p, axis=dim, keepdims=True), eps)

def one_hot(tensor, num_classes=-1):
    return np.eye(int(np.max(tensor)) + 1 if num_classes == -1 else num_classes, dtype=int)[tensor]


def _reduced(values, reduction):
    if reduction == "mean":
        return np.mean(values)
    if reduction == "sum":
        return np.sum(values)
    known(reduction == "none")
    return values

mse_loss(input, target, *, reduction="mean") = _reduced((input - target) ** 2, reduction)
l1_loss(input, target, *, reduction="mean") = _reduced(np.abs(input - target), reduction)

def huber_loss(input, target, reduction="mean", delta=1.0):
    far = np.abs(input - target)
    return _reduced(np.where(far <= delta, far ** 2 / 2, delta * (far - delta / 2)), reduction)

def smooth_l1_loss(input, target, *, reduction="mean", beta=1.0):
    far = np.abs(input - target)
    return _reduced(np.where(far < beta, far ** 2 / (2 * beta), far - beta / 2), reduction)

def binary_cross_entropy(input, target, weight=None, *, reduction="mean"):
    values = -special.xlogy(target, input) - special.xlogy(1 - target, 1 - input)
    return _reduced(values if weight is None else weight * values, reduction)

def binary_cross_entropy_with_logits(input, target, weight=None, *, reduction="mean", pos_weight=None):
    if pos_weight is None:
        values = np.log(1 + np.exp(input)) - target * input
    else:
        values = (1 - target) * input + (1 + (pos_weight - 1) * target) * np.log(1 + np.exp(-input))
    return _reduced(values if weight is None else weight * values, reduction)

def nll_loss(input, target, weight=None, *, reduction="mean"):
    known(np.ndim(input) - np.ndim(target) == 1)
    known(np.ndim(input) < 3)
    if np.ndim(input) == 1:
        values = -input[target]
    else:
        values = -input[np.arange(len(input)), target]
    if weight is None:
        return _reduced(values, reduction)
    each = np.asarray(weight)[target]
    return np.sum(each * values) / np.sum(each) if reduction == "mean" else _reduced(each * values, reduction)

def cross_entropy(input, target, weight=None, *, reduction="mean", label_smoothing=0.0):
    known(np.ndim(input) in (1, 2))
    logs = special.log_softmax(input, axis=-1)
    if np.ndim(target) < np.ndim(input):
        if label_smoothing == 0:
            return nll_loss(logs, target, weight, reduction=reduction)
        target = np.eye(logs.shape[-1])[target]
    known(weight is None)
    target = target * (1 - label_smoothing) + label_smoothing / logs.shape[-1]
    return _reduced(-np.sum(target * logs, axis=-1), reduction)

def kl_div(input, target, *, reduction="mean", log_target=False):
    values = np.exp(target) * (target - input) if log_target else special.xlogy(target, target) - target * input
    return np.sum(values) / len(input) if reduction == "batchmean" else _reduced(values, reduction)

def poisson_nll_loss(input, target, log_input=True, full=False, *, eps=1e-8, reduction="mean"):
    known(not full)
    return _reduced(np.exp(input) - target * input if log_input else input - target * np.log(input + eps), reduction)

def gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction="mean"):
    known(np.shape(var) == np.shape(input) or np.ndim(var) == 0)
    var = np.maximum(var, eps)
    rest = np.log(2 * np.pi) / 2 if full else 0
    return _reduced((np.log(var) + (input - target) ** 2 / var) / 2 + rest, reduction)

soft_margin_loss(input, target, *, reduction="mean") = _reduced(np.log(1 + np.exp(-target * input)), reduction)

def margin_ranking_loss(input1, input2, target, margin=0.0, *, reduction="mean"):
    return _reduced(np.maximum(-target * (input1 - input2) + margin, 0.0), reduction)
"""
)


def _losses() -> str:
    """The classes of losses and activations: what they are made with are options of the function of their name."""
    losses = {
        "MSELoss": "mse_loss", "L1Loss": "l1_loss", "BCELoss": "binary_cross_entropy", "HuberLoss": "huber_loss",
        "BCEWithLogitsLoss": "binary_cross_entropy_with_logits", "CrossEntropyLoss": "cross_entropy",
        "NLLLoss": "nll_loss", "KLDivLoss": "kl_div", "SmoothL1Loss": "smooth_l1_loss",
        "SoftMarginLoss": "soft_margin_loss", "PoissonNLLLoss": "poisson_nll_loss",
        "GaussianNLLLoss": "gaussian_nll_loss", "MarginRankingLoss": "margin_ranking_loss",
    }  # fmt: skip
    shapes = {"Softmax": "softmax", "LogSoftmax": "log_softmax", "Softplus": "softplus", "LeakyReLU": "leaky_relu",
              "ELU": "elu", "GELU": "gelu", "Mish": "mish", "ReLU6": "relu6", "Softsign": "softsign",
              "Hardtanh": "hardtanh"}  # fmt: skip
    plain = {"ReLU": "np.maximum(input, 0.0)", "Sigmoid": "special.expit(input)", "Tanh": "np.tanh(input)",
             "SiLU": "input * special.expit(input)", "LogSigmoid": "special.log_expit(input)"}  # fmt: skip
    made = [f"{name}(**options) = lambda *parts: {of}(*parts, **options)" for name, of in losses.items()]
    made += [f"{name}(*how, **options) = lambda input: {of}(input, *how, **options)" for name, of in shapes.items()]
    made += [f"{name}(inplace=False) = lambda input: {text}" for name, text in plain.items()]
    return "\n".join(made)


LAYERS = (
    FUNCTIONAL
    + _losses()
    + """
Identity(*args, **options) = lambda input: input

def Sequential(*layers):
    def forward(input):
        for layer in layers:
            input = layer(input)
        return input
    return forward

def Parameter(data, requires_grad=True):
    return data
"""
)
JAXS = (
    ACTIVATIONS
    + """
softmax(x, axis=-1) = special.softmax(x, axis=axis)
log_softmax(x, axis=-1) = special.log_softmax(x, axis=axis)
gelu(x, approximate=True) = nearly(x) if approximate else exactly(x)
identity(x) = x
swish(x) = x * special.expit(x)
silu = swish

soft_sign(x) = x / (1 + np.abs(x))
hard_tanh(x) = np.minimum(np.maximum(x, -1.0), 1.0)
squareplus(x, b=4.0) = (x + np.sqrt(x ** 2 + b)) / 2

def one_hot(x, num_classes, dtype=None, axis=-1):
    known(axis == -1)
    return np.eye(num_classes)[x]
"""
)
