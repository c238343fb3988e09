"""Records the results of SciPy and NumPy for linear algebra in linalg.safetensors, next to this file.

Needs scipy and safetensors from PyPI; the file names the versions used. Signs that the definition leaves open are chosen: the
diagonal of R is positive, and so is the largest number of each eigenvector and of each column of U.
"""

import pathlib

import numpy as np
import scipy
import scipy.linalg as linalg
from safetensors.numpy import save_file

rng = np.random.default_rng(18)
tensors = {}


def record(case, **values):
    for name, value in values.items():
        tensors[f"{case}.{name}"] = np.ascontiguousarray(value, dtype=np.float64)


def signs(columns):
    """Returns the sign of the largest number of each column."""
    largest = np.argmax(np.abs(columns), axis=0)
    return np.sign(columns[largest, np.arange(columns.shape[1])])


a, b = rng.uniform(-1, 1, (6, 6)), rng.uniform(-1, 1, (6, 2))
definite, tall, wide = a @ a.T + np.eye(6), rng.uniform(-1, 1, (7, 4)), rng.uniform(-1, 1, (3, 5))
sign, logabsdet = np.linalg.slogdet(a)
record("general", a=a, b=b, inv=linalg.inv(a), solve=linalg.solve(a, b), det=linalg.det(a), sign=sign, logabsdet=logabsdet,
       power=np.linalg.matrix_power(a, 5), upper=linalg.solve_triangular(a, b), lower=linalg.solve_triangular(a, b, lower=True))
values, vectors = linalg.eigh(definite)
record("definite", a=definite, cholesky=linalg.cholesky(definite, lower=True), values=values, vectors=vectors * signs(vectors))
for name, x in {"tall": tall, "wide": wide}.items():
    q, r = linalg.qr(x, mode="economic")
    positive = np.sign(np.diag(r))
    u, s, vh = linalg.svd(x, full_matrices=False)
    chosen = signs(u)
    record(name, a=x, q=q * positive, r=r * positive[:, None], u=u * chosen, s=s, vh=vh * chosen[:, None], pinv=linalg.pinv(x))
record("tall", right=(right := rng.uniform(-1, 1, (7, 2))), lstsq=linalg.lstsq(tall, right)[0])
path = pathlib.Path(__file__).with_name("linalg.safetensors")
save_file(tensors, path, {"scipy": scipy.__version__, "numpy": np.__version__})
print(f"{path}: {len(tensors)} tensors")
