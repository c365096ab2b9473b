"""The whole house, running: `gardefou demo` as a process of its own, and a real browser in front of it.

The process has its modules already: it forks from one that has loaded them. On SQLite, what a demo built is copied.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.conftest import Cluster
from tests.factories.forked import Forks, forks
from tests.factories.kept_warm import OF_THE_HOUSE, Warm
from tests.factories.killed import is_there, wait_until_gone

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STARTS_WITHIN = 90


@dataclass(kw_only=True)
class Demo:
    """A running demonstration."""

    url: str
    data: Path
    env: dict[str, str]
    warm: Warm
    forked: Forks
    process: int = 0
    people: dict[str, Any] = field(default_factory=dict)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the house on the same data."""
        return self.warm.run(*arguments, env=self.env, folder=ROOT)

    def start(self) -> None:
        """Start it and wait until it answers."""
        port = self.url.rsplit(":", 1)[1]
        log = self.data.parent / "demo.log"
        self.process = self.forked.start(["demo", "--port", port], self.env, log, {})
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            if not is_there(self.process):
                break
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"{self.url}/health", timeout=2).raise_for_status()
                return
            time.sleep(0.05)
        pytest.fail(f"the demo did not start:\n{log.read_text()[-3000:]}")

    def stop(self, how: int = signal.SIGTERM) -> None:
        """Stop the server and, with it, its worker."""
        if not self.process:
            return
        with contextlib.suppress(ProcessLookupError):
            if how == signal.SIGKILL:
                os.killpg(self.process, how)
            else:
                os.kill(self.process, how)
        wait_until_gone([self.process], within=30)
        self.process = 0


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def gardefou() -> Iterator[Warm]:
    """The command line, loaded once: each call is a process of its own, which has nothing to load any more."""
    warm = Warm("gardefou", *OF_THE_HOUSE)
    yield warm
    warm.end()


@pytest.fixture(scope="session")
def forked() -> Iterator[Forks]:
    """What starts the house's programs."""
    with forks() as found:
        yield found


@contextlib.contextmanager
def running_demo(warm: Warm, forked: Forks, *, database_url: str = "", built: Path | None = None) -> Iterator[Demo]:
    """Run a demo on a database of its own, or on a copy of what was built."""
    folder = Path(tempfile.mkdtemp(prefix="gardefou-demo-"))
    env = environment(folder)
    if database_url:
        env["GARDEFOU_DATABASE"] = database_url
    if built is not None:
        shutil.copytree(built / "data", folder / "data")
    url = f"http://localhost:{free_port()}"
    demo = Demo(url=url, data=folder / "data", env=env, warm=warm, forked=forked)
    try:
        demo.start()
        demo.people = json.loads(demo.run("demo", "people", "--json").stdout)
        yield demo
    finally:
        demo.stop()
        shutil.rmtree(folder, ignore_errors=True)


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a demo, without the settings of whoever runs the tests and without the real data."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GARDEFOU_")}
    ours = {"GARDEFOU_DATA": str(folder / "data"), "GARDEFOU_REAL_DATA": str(folder / "none"), "LANG": "C.UTF-8"}
    return kept | ours


@pytest.fixture(scope="session")
def built(gardefou: Warm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a demo was built, to copy; its SQLite file is whole, since nobody has it open."""
    folder = tmp_path_factory.mktemp("built")
    done = gardefou.run("demo", "--build-only", env=environment(folder), folder=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def demo(request: pytest.FixtureRequest, gardefou: Warm, forked: Forks) -> Iterator[Demo]:
    """A running demonstration, on each database."""
    if request.param == "sqlite":
        with running_demo(gardefou, forked, built=request.getfixturevalue("built")) as found:
            yield found
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.create()
    with running_demo(gardefou, forked, database_url=cluster.url(name)) as found:
        yield found
    cluster.drop(name)


def launched(playwright: Playwright) -> Browser:
    """Return a headless Chromium, running."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
    return playwright.chromium.launch(executable_path=path, args=CHROMIUM)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        running = launched(playwright)
        expect.set_options(timeout=15_000)
        yield running
        running.close()


NewPage = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, demo: Demo) -> Iterator[NewPage]:
    """Open a browser of one's own: another person, another language, another width; problems on its console fail."""
    opened: list[BrowserContext] = []
    said: list[str] = []

    def visit(*, locale: str = "en-GB", width: int = 1440, height: int = 900, scheme: Any = "light") -> Page:
        context = browser.new_context(
            base_url=demo.url, locale=locale, viewport={"width": width, "height": height}, color_scheme=scheme
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        # A page that answers 403, 404 or 409 is expected here; a blocked script or style is not.
        page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
        page.on("pageerror", lambda problem: said.append(str(problem)))
        return page

    yield visit
    for context in opened:
        context.close()
    assert said == []


def be(page: Page, name: str) -> Page:
    """Be one of the demo's people in this browser."""
    page.goto("/demo")
    page.get_by_role("button", name=f"Be {name}", exact=True).first.click()
    return page


def check_axe(page: Page) -> None:
    """The page has nothing that axe-core objects to."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    problems = [f"{one['id']}: {one['help']} {one['nodes'][0]['html'][:120]}" for one in found["violations"]]
    assert problems == [], f"{page.url}: {problems}"
