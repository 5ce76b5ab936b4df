"""The package: what the wheel holds, and that it works in an environment with nothing else."""

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hinterland import reference
from hinterland.config.settings import LEVELS
from paths import ROOT
from served import answer, free_port, running

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
LARGEST_WHEEL = 45_000_000
# bytes of the environment that running needs, on Linux, without the tools that every environment is made with
LARGEST_ENVIRONMENT = 700_000_000
TOOLS = ("pip", "setuptools", "pkg_resources", "_distutils_hack")
DEADLINE = 600


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=DEADLINE)
    return next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))


def test_the_wheel_is_typed_whole_and_small(built):
    wheel, _ = built
    assert wheel.stat().st_size <= LARGEST_WHEEL
    names = zipfile.ZipFile(wheel).namelist()
    assert {"hinterland/py.typed", "hinterland/_data/SOURCES.md", "hinterland/_data/sample/creators.csv"} <= {*names}
    assert not [name for name in names if name.startswith(("tests", "docs", "examples"))]


def test_a_wheel_from_the_source_archive_is_the_same(built, tmp_path):
    wheel, archive = built
    with tarfile.open(archive) as source:
        source.extractall(tmp_path, filter="data")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "again")]
    subprocess.run(command, cwd=next(tmp_path.glob("hinterland-*")), check=True, capture_output=True, timeout=DEADLINE)
    assert next((tmp_path / "again").glob("*.whl")).read_bytes() == wheel.read_bytes()


def test_one_version_everywhere():
    version = PROJECT["version"]
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest[1] == version


def test_what_the_image_copies_is_there_and_not_ignored():
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    copied = [name for line in re.findall(r"^COPY (.*) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()]
    assert {*copied} == kept
    assert not [name for name in copied if not (ROOT / name).exists()]


def test_every_dependency_is_explained_and_locked():
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    runtime = [re.split(r"[>=<]", requirement)[0] for requirement in PROJECT["dependencies"]]
    assert not [name for name in runtime if name not in page]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not [name for name in runtime if not re.search(rf"^{re.escape(name)}==", lock, re.MULTILINE)]


LACKING = {"pydeck", "pillow"}
EVERY_PAGE = """
import sys
sys.modules.update({"pydeck": None, "PIL": None, "pycountry": None})
from streamlit.testing.v1 import AppTest
from hinterland.app import MAIN
app = AppTest.from_file(str(MAIN), default_timeout=300).run()
next(button for button in app.button if button.label.startswith("Open demo")).click().run()
for page in MAIN.parent.glob("views/*.py"):
    assert not app.switch_page(f"views/{page.name}").run().exception, page.name
"""


def test_every_page_of_the_app_does_without_what_running_does_not_need():
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", EVERY_PAGE], check=True, capture_output=True, timeout=DEADLINE
    )


def test_the_lock_lacks_nothing_else_of_what_its_packages_require():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {*re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    installed = {canonicalize_name(package.name): package for package in metadata.distributions()}
    texts = [text for name in locked & {*installed} for text in installed[name].requires or []]
    required = {
        canonicalize_name(requirement.name)
        for requirement in map(Requirement, texts)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    }
    assert required - locked == LACKING


LOCKED = ["--no-deps", "--require-hashes", "-r", str(ROOT / "requirements.lock")]
LOWEST = [
    requirement.replace(">=", "==")
    for requirement in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["excel"]]
]


@pytest.mark.long
@pytest.mark.parametrize("packages", [LOCKED, LOWEST], ids=["locked", "lowest"])
def test_an_empty_environment_with_the_wheel_ranks_and_serves(built, tmp_path, packages):
    wheel, _ = built
    home = tmp_path / "a place with spaces"
    venv.create(home / "env", with_pip=True)
    scripts = home / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    install = [str(scripts / "python"), "-m", "pip", "install", "--quiet", "--no-compile"]
    subprocess.run([*install, *packages], check=True, timeout=DEADLINE)
    subprocess.run([*install, "--no-deps", str(wheel)], check=True, timeout=DEADLINE)
    files = (path for path in (home / "env").rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in files if not {*path.parts}.intersection(TOOLS))
    print(f"wheel {wheel.stat().st_size / 1e6:.0f} MB, environment {size / 1e6:.0f} MB")  # noqa: T201 - for the long run
    assert packages is LOWEST or size <= LARGEST_ENVIRONMENT
    shutil.copy(ROOT / "data" / "sample" / "creators.csv", home)
    program, outputs = str(scripts / "hinterland"), ["r.csv", "m.html", "w.xlsx", "areas.gpkg"]
    command = [program, "rank", "creators.csv", *(part for name in outputs for part in ("--out", name))]
    subprocess.run(command, cwd=home, check=True, capture_output=True, timeout=DEADLINE)
    assert all((home / name).stat().st_size for name in outputs)
    port = free_port()
    with running([program, "app", "creators.csv", "--port", str(port)], port, cwd=home) as (address, _):
        assert answer(address) == answer(address + "/_stcore/health") == 200


# what each wording of a licence is called in the metadata of the package
SPDX = {
    "CC BY 4.0": "CC-BY-4.0",
    "Creative Commons Attribution 4.0 (CC BY 4.0)": "CC-BY-4.0",
    "Creative Commons Attribution 4.0 International (CC BY 4.0)": "CC-BY-4.0",
    "Creative Commons Attribution 3.0 License": "CC-BY-3.0",
    "Creative Commons Attribution 3.0 Intergovernmental Organisations (CC BY 3.0 IGO)": "CC-BY-3.0-IGO",
    "Creative Commons Attribution 2.5 Generic": "CC-BY-2.5",
    "Creative Commons Attribution-ShareAlike 2.0": "CC-BY-SA-2.0",
    "Creative Commons Attribution-ShareAlike 3.0 Unported": "CC-BY-SA-3.0",
    "Creative Commons Attribution-ShareAlike 4.0 International License": "CC-BY-SA-4.0",
    "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication": "CC0-1.0",
    "Open Data Commons Open Database License 1.0": "ODbL-1.0",
    "Open Government Licence v3.0": "OGL-UK-3.0",
    "Etalab Open License 2.0": "etalab-2.0",
    "Data license Germany - Attribution - Version 2.0": "DL-DE-BY-2.0",
    "Korea Open Government License Type 1 (Source Indication)": "LicenseRef-KOGL-1",
    "Federal Office of Topography swisstopo License": "LicenseRef-swisstopo",
    "Singapore Open Data License Version 1.0": "LicenseRef-SODL-1.0",
    "Public Domain": "LicenseRef-Public-Domain",
    "public domain": "LicenseRef-Public-Domain",
    "Unicode License v3": "Unicode-3.0",
    "Unicode": "Unicode-3.0",
    "per market: boundary_licence": "",
}
CODE = {"MIT", "BSD-2-Clause"}


def test_the_metadata_names_the_licences_of_the_data_and_no_more():
    stated = {*PROJECT["license"].split(" AND ")}
    of_files = {part for licence in reference.describe()["licence"] for part in str(licence).split("; ")}
    of_markets = {
        licence for level in LEVELS for licence in reference.load_markets(level)["boundary_licence"].dropna().unique()
    }
    carried = {SPDX[licence] for licence in of_files | of_markets} - {""}
    sources = (ROOT / "data" / "SOURCES.md").read_text("utf-8")
    assert carried | CODE <= stated
    assert stated - CODE <= {name for licence, name in SPDX.items() if licence in sources}
    assert [licence for licence in sorted(of_markets) if licence not in sources] == []
