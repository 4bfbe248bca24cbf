"""Classifies photos with NVIDIA's client for Triton, by HTTP (tritonclient[http]).

triton_http.py TARGET PHOTO...
"""

import sys
from pathlib import Path

import numpy as np
from tritonclient import http as triton

MODEL = "cats-vs-dogs"


def main(target: str, photos: list[Path]) -> None:
    files = np.array([photo.read_bytes() for photo in photos], dtype=object)
    images = triton.InferInput("image", files.shape, "BYTES")
    # As binary tensors: JSON has no bytes.
    images.set_data_from_numpy(files)
    with triton.InferenceServerClient(target) as client:
        answer = client.infer(MODEL, [images])
        scores, labels = answer.as_numpy("scores"), answer.as_numpy("labels")
        for photo, row, names in zip(photos, scores, labels, strict=True):
            best = row.argmax()
            print(f"{photo}: {names[best].decode()} {row[best]:.3f}")

        features = client.infer("vgg16-160", [images]).as_numpy("features")
        print("features:", features.shape)


if __name__ == "__main__":
    main(sys.argv[1], [Path(photo) for photo in sys.argv[2:]])
