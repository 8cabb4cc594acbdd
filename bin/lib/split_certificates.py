"""Write each certificate of a bundle to its own file, as ca-certificates needs it.

split_certificates.py BUNDLE FOLDER
"""

import re
import sys
from pathlib import Path

bundle, folder = map(Path, sys.argv[1:])
blocks = re.findall(
    r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?",
    bundle.read_text(),
    re.DOTALL,
)
for number, block in enumerate(blocks, 1):
    (folder / f"machine-{number:03}.crt").write_text(block)
