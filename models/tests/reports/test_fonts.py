import logging
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import font_manager
from vgg16_models.reports import fonts
from vgg16_models.reports.charts import CaptionedPhoto, photo_grid

PHOTO = np.zeros((4, 4, 3), np.uint8)
UNKNOWN = "\U0010fffd"
"""A character for private use, which no font has."""


def test_installed_fonts_of_other_scripts_are_used(monkeypatch):
    installed = [SimpleNamespace(name=name) for name in ("Unifont", "Lobster", "Noto Sans CJK JP")]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", installed)
    assert fonts.families() == ["DejaVu Sans", "Noto Sans CJK JP", "Unifont"]


@pytest.mark.parametrize(("caption", "lines"), [("cat, chat, кошка", 0), (f"a {UNKNOWN}", 1)])
def test_characters_without_a_font_are_reported_once(caplog, caption, lines):
    with caplog.at_level(logging.WARNING):
        photo_grid([CaptionedPhoto(PHOTO, caption)] * 3)
    assert len([each for each in caplog.messages if "fonts-noto-cjk" in each]) == lines
