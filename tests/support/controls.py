"""Every control of a page, whatever the page: found on the screen, moved once, and the page looked at afterwards."""

import re
from typing import NamedTuple

from served import settle

KINDS = {
    "stSelectbox": "input",
    "stMultiSelect": "input",
    "stSlider": "input[type=range]",
    "stNumberInput": "input",
    "stTextInput": "input",
    "stTextArea": "textarea",
    "stCheckbox": "input",
    "stRadio": "[role=radio]",
    "stButtonGroup": "[role=radio], button",
}
FOLDS = "[data-testid=stExpander] details:not([open]) > summary, [data-testid=stPopover] button[aria-expanded=false]"
FAULTS = re.compile(r"encountered an error|Traceback|Exception|Error:|\bnan\b|StreamlitAPI")


class Control(NamedTuple):
    """A control as the page shows it: its kind, its label, and how many of the same stand before it."""

    kind: str
    label: str
    place: int


def controls(page, part="body"):
    """List the controls of a page, those in closed expanders and popovers too."""
    unfold(page)
    seen = []
    for box in page.locator(part).locator(", ".join(f"[data-testid={kind}]" for kind in KINDS)).all():
        kind, label = box.get_attribute("data-testid"), label_of(box)
        seen.append(Control(kind, label, sum(one[:2] == (kind, label) for one in seen)))
    return seen


def unfold(page):
    """Open what hides controls, and wait until it stands still."""
    while page.evaluate("folds => [...document.querySelectorAll(folds)].map(fold => fold.click()).length", FOLDS):
        page.wait_for_timeout(900)


def label_of(box):
    label = box.get_by_test_id("stWidgetLabel")
    return label.first.inner_text() if label.count() else box.inner_text()


def find(page, control):
    boxes = page.get_by_test_id(control.kind).all()
    same = [box for box in boxes if label_of(box) == control.label]
    return same[control.place] if control.place < len(same) else None


def move(page, control):
    """Give a control another value than it has; say whether it could be moved."""
    unfold(page)
    box = find(page, control)
    if box is None:
        return False
    part = box.locator(KINDS[control.kind])
    moved = MOVES.get(control.kind, _choose)(part)
    settle(page)
    return moved


def _choose(part):
    page = part.page
    part.first.scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    part.first.focus()
    page.keyboard.press("ArrowDown")
    page.locator("[role=option]").first.wait_for()
    others = page.locator("[role=option]:not([aria-selected=true])")
    found = others.count() > 0
    if found:
        others.last.click()
    page.keyboard.press("Escape")
    return found


def _slide(part):
    part.first.focus()
    at_least = part.first.input_value() == part.first.get_attribute("min")
    part.page.keyboard.press("ArrowRight" if at_least else "ArrowLeft")
    return True


def _write(part):
    now = part.first.input_value()
    part.first.fill(str(int(re.sub(r"\D.*", "", now) or 0) + 2))
    part.first.press("Enter")
    return True


def _tick(part):
    part.first.evaluate("box => box.click()")
    return True


def _press(part):
    others = [one for one in part.all() if one.get_attribute("aria-checked") != "true" and not one.is_checked()]
    others[-1].click(force=True)
    return True


MOVES = {
    "stSlider": _slide,
    "stNumberInput": _write,
    "stTextInput": _write,
    "stTextArea": _write,
    "stCheckbox": _tick,
    "stRadio": _press,
    "stButtonGroup": _press,
}


def faults(page):
    """Give what a page shows that it never should: an error page, or the words of one."""
    shown = page.get_by_test_id("stMain").inner_text()
    return [*FAULTS.findall(shown), *page.complaints, *page.get_by_test_id("stException").all_inner_texts()]
