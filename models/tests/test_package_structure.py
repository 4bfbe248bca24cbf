"""The rules between packages, in `[tool.importlinter]` of pyproject.toml."""

import subprocess
import sys

from checkout import MODELS

# In a subprocess: its console outlives pytest's capture of one test.
LINT = "import sys, importlinter.cli as cli; sys.exit(cli.lint_imports(no_cache=True))"


def test_imports_follow_the_rules():
    result = subprocess.run(
        [sys.executable, "-c", LINT], cwd=MODELS, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
