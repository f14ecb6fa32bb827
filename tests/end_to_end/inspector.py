"""Looking at a page, in light and in dark: nothing overflows, and axe finds nothing."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe
from playwright.sync_api import Frame, Page

ALL_RULES = DEFAULT_OPTIONS
OF_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
"""All of axe's rules that can find more in the dark: a page's colours are other ones there, and nothing else."""


def run_axe(where: Page | Frame, rules: dict[str, list[str]]) -> list[str]:
    """Give what axe finds on a page or in a frame, a line for each broken rule."""
    return [
        f"{violation['id']}: {violation['help']} {[node['target'] for node in violation['nodes']]}"
        for violation in Axe().run(where, options=rules).response["violations"]
    ]


class Inspector:
    """Looks at pages, and keeps a picture of those with something wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.problems: list[str] = []

    def inspect(self, page: Page, name: str) -> None:
        """Note everything that is wrong with a page as it is now, in light and then in dark."""
        # A sign-in, for one, is over before all style sheets of the page after it are there.
        page.wait_for_load_state("load")
        known = len(self.problems)
        width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        if width[0] > width[1]:
            self.problems.append(f"{name}: {width[0]} px wide in a window of {width[1]} px")
        self._run_axe(page, name, ALL_RULES)
        if len(self.problems) > known:
            page.screenshot(path=self._folder / f"{name}.png")
        known = len(self.problems)
        page.emulate_media(color_scheme="dark")
        self._run_axe(page, f"{name}, dark", OF_COLOURS)
        if len(self.problems) > known:
            page.screenshot(path=self._folder / f"{name}-dark.png")
        page.emulate_media(color_scheme="light")

    def _run_axe(self, page: Page, name: str, options: dict[str, list[str]]) -> None:
        self.problems += [f"{name}: {problem}" for problem in run_axe(page, options)]
