"""Makes a wheel: make.py NAME VERSION. The module's text stands in sources/NAME; the wheel does not depend on the time."""

import pathlib
import sys
import zipfile

name, version = sys.argv[1:]
here = pathlib.Path(__file__).parent
information = f"{name}-{version}.dist-info"
content = {
    f"{name}/__init__.py": (here / "sources" / name / "__init__.py").read_text().replace("VERSION", version),
    f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: make\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
scripts = here / "sources" / name / "entry_points.txt"
if scripts.exists():
    content[f"{information}/entry_points.txt"] = scripts.read_text()
content[f"{information}/RECORD"] = "".join(f"{path},,\n" for path in [*content, f"{information}/RECORD"])
with zipfile.ZipFile(here / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
    for path, text in content.items():
        wheel.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
