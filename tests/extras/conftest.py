"""What tests of optional libraries need."""

import importlib.util
import sys

# Folders of tests are on the path, and one is called "tree" as a library is that arviz asks for: it is not that.
found = importlib.util.find_spec("tree")
if found is None or found.origin is None:
    sys.modules["tree"] = None
