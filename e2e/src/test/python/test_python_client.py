"""The Python client's examples and what a fake service can't show, with the real services."""

import re
import sys

from services import ROOT, free_ports, with_services

PACKAGE = ROOT / "clients/python"

# The ports are the only thing that is changed in them.
EXAMPLES = """
import doctest, importlib, pkgutil, sys
import vgg16_client

feature, head = sys.argv[1:]
finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
names = [f"vgg16_client.{m.name}" for m in pkgutil.iter_modules(vgg16_client.__path__)]
for name in ["vgg16_client", *names]:
    for test in finder.find(importlib.import_module(name)):
        for example in test.examples:
            source = example.source.replace('Client("localhost:50051"', f'Client("{feature}"')
            example.source = source.replace('"localhost:50052"', f'"{head}"')
        runner.run(test)
print(f"{runner.tries} examples, {runner.failures} failed")
"""

PIXELS = """
import sys
import numpy as np
from PIL import Image
from vgg16_client import Client

def cosine(a, b):
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))

with Client(sys.argv[1]) as client:
    file = client.extract("samples/cat-chelsea.png").values
    image = Image.open("samples/cat-chelsea.png")
    for form in (image, np.asarray(image.convert("RGB"))):
        pixels = client.extract(form).values
        print("largest difference", np.abs(file - pixels).max())
    turned = Image.open("samples/dog-portrait-exif6.jpg")
    print("turned", cosine(client.extract(turned).values, client.extract(turned.filename).values))
    answer = client.classify("samples/cat-chelsea.png", explain=True, novelty=True)
    print("heat map", answer.heads[0].heat_map.values.shape, answer.heads[0].novelty.is_novel)
    many = client.classify_many(["samples", b"no image"], errors="return", in_flight=3)
    print("failed", [(item.index, item.error.field) for item in many.failed])
    print("labels", many.to_pandas().groupby("label").size().to_dict())
"""


def run(script: str, **environment: str) -> str:
    """What a script prints that is given the targets of both services."""
    feature, head = free_ports(2)
    result = with_services(
        sys.executable,
        "-c",
        script,
        f"localhost:{feature}",
        f"localhost:{head}",
        ports=(feature, head),
        environment=environment,
    )
    assert result.returncode == 0, result.stdout
    return result.stdout


def test_the_examples_of_the_docstrings() -> None:
    printed = run(EXAMPLES)
    tries, failures = (int(word) for word in printed.split() if word.isdecimal())
    assert failures == 0, printed
    in_sources = sum(f.read_text().count(">>> ") for f in PACKAGE.glob("src/vgg16_client/*.py"))
    assert tries == in_sources


def test_pixels_and_files_mean_the_same() -> None:
    printed = run(PIXELS, FEATURE_SERVICE_PRECISION="fp32")
    differences = re.findall(r"^largest difference (.*)$", printed, re.M)
    assert len(differences) == 2
    assert all(float(difference) < 1e-3 for difference in differences), printed
    (turned,) = re.findall(r"^turned (.*)$", printed, re.M)
    assert float(turned) > 0.999, "as the service turns the file"
    assert "heat map (5, 5) False" in printed
    assert "failed [(7, 'image.encoded')]" in printed
    assert "labels {'cat': 4, 'dog': 3}" in printed
