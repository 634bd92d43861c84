"""Linear probes by scikit-learn: logistic and ridge regression on the iris data. `probe.py OUT` writes probe.json."""

import json
import sys

import numpy as np
import sklearn
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss, mean_squared_error

STRENGTHS = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0001]
FOLDS = 5


def logistic(strength, rows):
    # Ours: mean loss + strength / 2 |W|^2. scikit-learn's: C * summed loss + 1 / 2 |W|^2.
    return LogisticRegression(C=1 / (strength * rows), tol=1e-10, max_iter=100_000)


def ridge(outputs):
    # Ours: mean of squares over rows and outputs + strength / 2 |W|^2. scikit-learn's: sum of squares + alpha |W|^2.
    return lambda strength, rows: Ridge(alpha=strength * rows * outputs / 2)


def fit(features, target, model, loss):
    """The weights of every strength on standardised features, and its mean held-out loss over folds of every fifth row."""
    rows, results = len(features), []
    mean, deviation = features.mean(0), features.std(0)
    scaled = (features - mean) / deviation
    for strength in STRENGTHS:
        losses = []
        for fold in range(FOLDS):
            held = np.arange(rows) % FOLDS == fold
            fitted = model(strength, (~held).sum()).fit(scaled[~held], target[~held])
            losses.append(loss(fitted, scaled[held], target[held]))
        fitted = model(strength, rows).fit(scaled, target)
        weight = fitted.coef_ / deviation
        bias = fitted.intercept_ - weight @ mean
        results.append({"strength": strength, "loss": float(np.mean(losses)), "weight": weight.tolist(), "bias": bias.tolist()})
    return results


def main(out):
    features, labels = load_iris(return_X_y=True)
    classes = fit(features, labels, logistic, lambda fitted, x, y: log_loss(y, fitted.predict_proba(x), labels=[0, 1, 2]))
    values = fit(features[:, :2], features[:, 2:], ridge(2), lambda fitted, x, y: mean_squared_error(y, fitted.predict(x)))
    golden = {
        "versions": {"scikit-learn": sklearn.__version__},
        "features": features.tolist(),
        "labels": labels.tolist(),
        "logistic": classes,
        "ridge": values,
    }
    with open(out, "w", encoding="utf-8") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")


main(sys.argv[1])
