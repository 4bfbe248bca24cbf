"""The fonts of charts: matplotlib's own, and, for other scripts, what this machine has."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from matplotlib import font_manager

BUILT_IN = "DejaVu Sans"
OTHERS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans CJK KR",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
    "PingFang SC",
    "Hiragino Sans",
    "Apple SD Gothic Neo",
    "Microsoft YaHei",
    "Arial Unicode MS",
    "Unifont",
)
"""Of Chinese, Japanese and Korean, which `BUILT_IN` lacks; each character is drawn in the first
font that has it."""

log = logging.getLogger(__name__)


def families() -> list[str]:
    """The installed ones, in the order in which a character is looked up."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return [BUILT_IN, *(family for family in OTHERS if family in installed)]


@contextmanager
def reported() -> Iterator[None]:
    """Logs one line when a character is in no font, and drawn as a box."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    missing = [each for each in caught if "missing from" in str(each.message)]
    if missing:
        log.warning(
            "no font here has some characters of the labels, which are drawn as boxes: install"
            " Noto Sans CJK (Debian: fonts-noto-cjk)"
        )
    for each in caught:
        if each not in missing:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
