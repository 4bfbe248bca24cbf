"""What ONNX Runtime costs around OpenVINO: docs/performance.md.

    python3 -m venv target/openvino
    target/openvino/bin/pip install openvino==2026.4.1 onnxruntime==1.29.0
    target/openvino/bin/python bench/openvino_alone.py

with the versions that the service has.

The int8 backbone runs by OpenVINO's own Python API, with as many streams as processors or one of
all threads, and by ONNX Runtime's execution provider as the service uses it (bin/fetch-openvino),
each in a process of its own. By its own API OpenVINO is told the batch size before it compiles, the
best that it can do. They are measured in turns. Prints a table; a figure is the median of
the rounds.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models/backbones/vgg16-160/int8.onnx"
PLUGIN = ROOT / "feature-service/target/openvino/libonnxruntime_providers_openvino_plugin.so"
PROCESSORS = os.cpu_count() or 1
SHAPE = (160, 160, 3)

Measure = Callable[[float], float]
"""Runs for so many seconds and returns images/s."""


def openvino_alone(streams: int, batch: int) -> Measure:
    import numpy as np
    import openvino

    core = openvino.Core()
    model = core.read_model(MODEL)
    model.reshape({0: [batch, *SHAPE]})
    compiled = core.compile_model(model, "CPU", properties(streams))
    queue = openvino.AsyncInferQueue(compiled, streams)
    images = np.zeros((batch, *SHAPE), np.float32)

    def measure(seconds: float) -> float:
        begin, runs = time.perf_counter(), 0
        while time.perf_counter() < begin + seconds:
            queue.start_async({0: images})
            runs += 1
        queue.wait_all()
        return runs * batch / (time.perf_counter() - begin)

    return measure


def onnx_runtime(streams: int, batch: int) -> Measure:
    import numpy as np
    import onnxruntime

    onnxruntime.register_execution_provider_library("openvino", str(PLUGIN))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    devices = [
        device
        for device in onnxruntime.get_ep_devices()
        if device.ep_name == "OpenVINOExecutionProvider"
        and device.device.type == onnxruntime.OrtHardwareDeviceType.CPU
    ]
    if not devices:
        sys.exit("openvino_alone: the provider has no device here: it is for Intel's processors")
    config = {name: str(value) for name, value in properties(streams).items()}
    options.add_provider_for_devices(devices, {"load_config": json.dumps({"CPU": config})})
    session = onnxruntime.InferenceSession(MODEL, options)
    images = np.zeros((batch, *SHAPE), np.float32)

    def runs_until(end: float) -> int:
        for runs in itertools.count():
            if time.perf_counter() >= end:
                return runs
            session.run(None, {"pixels": images})
        raise AssertionError

    def measure(seconds: float) -> float:
        begin = time.perf_counter()
        with ThreadPoolExecutor(streams) as callers:
            runs = sum(callers.map(runs_until, [begin + seconds] * streams))
        return runs * batch / (time.perf_counter() - begin)

    return measure


def properties(streams: int) -> dict[str, object]:
    return {
        "INFERENCE_NUM_THREADS": PROCESSORS,
        "NUM_STREAMS": streams,
        "INFERENCE_PRECISION_HINT": "f32",
        "ENABLE_CPU_PINNING": "NO",
    }


WAYS = {"OpenVINO alone": openvino_alone, "ONNX Runtime's provider": onnx_runtime}


def serve(way: str, streams: int, batch: int) -> None:
    """The process of one way: reads seconds, a line each, and answers with images/s."""
    measure = WAYS[way](streams, batch)
    for line in sys.stdin:
        print(measure(float(line)), flush=True)


class Side:
    def __init__(self, way: str, streams: int, batch: int):
        self.name = f"{way} | {streams} x {PROCESSORS // streams} | {batch}"
        self.rates: list[float] = []
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--way", way, str(streams), str(batch)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def measure(self, seconds: float) -> float:
        assert self._process.stdin
        assert self._process.stdout
        print(seconds, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            sys.exit(f"openvino_alone: {self.name} ended with {self._process.wait()}")
        return float(answer)

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def compare(rounds: int, seconds: float) -> None:
    layouts = [("ONNX Runtime's provider", PROCESSORS, 2)] + [
        ("OpenVINO alone", streams, batch)
        for streams in dict.fromkeys((PROCESSORS, 1))
        for batch in (1, 2, 4)
    ]
    sides = [Side(*layout) for layout in layouts]
    for side in sides:
        side.measure(seconds)
    for number in range(1, rounds + 1):
        for side in sides:
            side.rates.append(side.measure(seconds))
        print(f"round {number} of {rounds}", file=sys.stderr)
    print("| what | streams x threads | batch | images/s | over ONNX Runtime's provider |")
    print("| --- | --- | --- | --- | --- |")
    for side in sides:
        ratios = [a / b for a, b in zip(side.rates, sides[0].rates, strict=True)]
        print(f"| {side.name} | {summary(side.rates, 1)} | {summary(ratios, 3)} |")
        side.close()


def summary(values: list[float], digits: int) -> str:
    low, middle, high = (
        f"{value:.{digits}f}" for value in (min(values), statistics.median(values), max(values))
    )
    return f"{middle} ({low} to {high})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=1.0, help="of a round (%(default)s)")
    parser.add_argument("--way", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        way, streams, batch = options.way
        serve(way, int(streams), int(batch))
    else:
        compare(options.rounds, options.seconds)


if __name__ == "__main__":
    main()
