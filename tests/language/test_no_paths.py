"""What ships names no folder of the machine it was made on."""

import re

from attribution.language import bundle


def test_weights_hold_no_paths():
    files = [path for path in bundle.WEIGHTS.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        assert not re.search(rb"/(tmp|home|root|work|mnt|Users)/\w", path.read_bytes()), path
