"""Classifies photos with NVIDIA's client for Triton (tritonclient[grpc]).

triton.py TARGET PHOTO...
"""

import sys
from pathlib import Path

import numpy as np
from tritonclient import grpc as triton

MODEL = "cats-vs-dogs"


def input_of(photos: list[Path]) -> triton.InferInput:
    files = np.array([photo.read_bytes() for photo in photos], dtype=object)
    tensor = triton.InferInput("image", files.shape, "BYTES")
    tensor.set_data_from_numpy(files)
    return tensor


def main(target: str, photos: list[Path]) -> None:
    with triton.InferenceServerClient(target) as client:
        models = client.get_model_repository_index().models
        print("models:", ", ".join(f"{m.name} {m.version} {m.state}" for m in models))

        # All in one call; each image has a place of its own in a batch.
        answer = client.infer(MODEL, [input_of(photos)])
        scores, labels = answer.as_numpy("scores"), answer.as_numpy("labels")
        for photo, row, names in zip(photos, scores, labels, strict=True):
            best = row.argmax()
            print(f"{photo}: {names[best].decode()} {row[best]:.3f}")

        # The best class in Triton's own form.
        best = triton.InferRequestedOutput("scores", class_count=1)
        answer = client.infer(MODEL, [input_of(photos[:1])], outputs=[best])
        print("classification:", answer.as_numpy("scores")[0][0].decode())

        # The feature maps.
        features = client.infer("vgg16-160", [input_of(photos)]).as_numpy("features")
        print("features:", features.shape)


if __name__ == "__main__":
    main(sys.argv[1], [Path(photo) for photo in sys.argv[2:]])
