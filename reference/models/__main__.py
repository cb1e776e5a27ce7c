"""Write the configuration of each network, as its builder makes it by default, beside the builders."""

import json
from pathlib import Path
from typing import Any

from reference.models import NAMES, build


def text(model: Any) -> str:
    """Return a model's configuration as the files have it: sorted keys, one entry a line."""
    return json.dumps(json.loads(model.to_json()), indent=1, sort_keys=True) + "\n"


def write(folder: Path) -> None:
    """Write ``NAME.json`` for each name into a folder that exists."""
    for name in NAMES:
        (folder / f"{name}.json").write_text(text(build(name)), encoding="utf-8")


if __name__ == "__main__":
    write(Path(__file__).parent / "configurations")
