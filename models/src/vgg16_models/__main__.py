"""`python -m vgg16_models`."""

import sys

from .cli import main

sys.exit(main())
