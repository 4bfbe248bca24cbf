"""Compares feature maps of a GPU with those of a CPU.

usage: compare.py EXPECTED.npz ACTUAL.npz LOWEST-COSINE LARGEST-DIFFERENCE

Ends with 1 when an image's maps differ by more.
"""

import sys

import numpy as np


def main(expected_file, actual_file, lowest_cosine, largest_difference):
    expected, actual = np.load(expected_file), np.load(actual_file)
    good = True
    for name in expected.files:
        if expected[name].dtype.kind != "f":
            continue
        if expected[name].shape != actual[name].shape:
            sys.exit(f"{name}: {actual[name].shape} in the place of {expected[name].shape}")
        x = expected[name].reshape(len(expected[name]), -1).astype("f8")
        y = actual[name].reshape(len(x), -1).astype("f8")
        cosine = ((x * y).sum(1) / np.linalg.norm(x, axis=1) / np.linalg.norm(y, axis=1)).min()
        difference = np.abs(x - y).max()
        good &= bool(cosine >= float(lowest_cosine) and difference <= float(largest_difference))
        print(
            f"{name}, {len(x)} images: lowest cosine {cosine:.7f} (>= {lowest_cosine}), "
            f"largest difference {difference:.3e} (<= {largest_difference}) "
            f"of {np.abs(x).max():.1f}"
        )
    print("equal enough" if good else "DIFFERENT")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
