"""Take the pictures in docs/screenshots from a demonstration of its own: every step by hand of a real browser.

The demonstration is built anew in a folder that is thrown away, on a free port; nothing in the pictures is drawn.
"""

import io
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, FilePayload, FloatRect, Page, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 120
#: Seconds of a hold to let pass, so that the picture shows it running.
PART_OF_THE_HOLD = 90
#: Pixels around a part of a page.
AIR = 12

PROTECTED = "realDonaldTrump"
ORDINARY = "seller_4471"
#: Who opens an account for the pictures of the network, and what opens it.
MEMBER, SECRET = "lea_martin", "for the pictures"
CONTRACTOR, REVIEWER, SECOND, MANAGER, OTHER_MANAGER = (
    "Agent 31",
    "Reviewer 12",
    "Reviewer 7",
    "Duty manager 2",
    "Duty manager 4",
)


@contextmanager
def demonstration() -> Iterator[str]:
    """Run a demonstration and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="gardefou-pictures-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GARDEFOU_")}
        process = subprocess.Popen(
            [ROOT / ".venv/bin/gardefou", "demo", "--port", str(port), "--data", folder],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        try:
            address = f"http://localhost:{port}"
            _wait(process, address)
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    for _ in range(PATIENCE * 5):
        if process.poll() is not None:
            sys.exit(f"screenshots: the demonstration ended with {process.returncode} before it served a page")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  # our own address
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    sys.exit(f"screenshots: the demonstration served no page in {PATIENCE} seconds")


class Camera:
    """Opens windows on the demonstration and takes pictures of them."""

    def __init__(self, browser: Browser, address: str) -> None:
        """Look at one demonstration."""
        self.browser, self.address = browser, address

    @contextmanager
    def window(
        self,
        person: str = "",
        *,
        french: bool = False,
        dark: bool = False,
        phone: bool = False,
        sharp: bool = False,
        height: int = 900,
    ) -> Iterator[Page]:
        """Open a window of its own, signed in as one of the cast."""
        context = self.browser.new_context(
            base_url=self.address,
            locale="fr-FR" if french else "en-GB",
            timezone_id="UTC",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            viewport={"width": 390, "height": 844} if phone else {"width": 1440, "height": height},
            device_scale_factor=2 if phone or sharp else 1,
        )
        page = context.new_page()
        if person:
            page.goto("/demo")
            page.locator("form[action^='/demo/as/'] button", has_text=re.compile(rf"{person}\s*$")).first.click()
            page.wait_for_url("**/desk**")
        yield page
        context.close()

    def take(self, page: Page, name: str, *, part: str = "") -> None:
        """Keep the window as it looks now, or a part of it with a little air around it."""
        page.wait_for_load_state()
        page.evaluate("document.fonts.ready.then(() => true)")
        path = PICTURES / f"{name}.png"
        page.screenshot(path=path, clip=_around(page, part) if part else None)
        print(f"  {path.relative_to(ROOT)}")


def _around(page: Page, part: str) -> FloatRect:
    box = page.locator(part).bounding_box()
    if box is None:
        sys.exit(f"screenshots: there is no {part} on {page.url}")
    return {
        "x": box["x"] - AIR,
        "y": box["y"] - AIR,
        "width": box["width"] + 2 * AIR,
        "height": box["height"] + 2 * AIR,
    }


@contextmanager
def case_open(page: Page, handle: str) -> Iterator[None]:
    """Open the case of an account from the queue, and give it back for the next one."""
    page.goto("/desk")
    page.locator(".queue-link", has_text=f"@{handle}").click()
    page.wait_for_url("**/desk/cases/*")
    case = page.url
    yield
    page.goto(case)
    back = page.locator("button[formaction$='/return']")
    if back.count():
        back.click()
        page.wait_for_load_state()


def choose(page: Page, act: str) -> None:
    """Choose an act and let it say what it needs."""
    page.locator(f"input[name=act][value='{act}']").check()


def propose(page: Page, act: str) -> str:
    """Press the button of the chosen act, and return the address it leads to."""
    choose(page, act)
    page.locator(f"button[name=kind][value='{act}']").click()
    page.wait_for_load_state()
    return page.url


def sign(camera: Camera, person: str, order: str) -> None:
    """Approve an order in a window of one's own."""
    with camera.window(person) as page:
        page.goto(order)
        page.locator("details:has(form[action$='/approve']) > summary").click()
        page.locator("form[action$='/approve'] button:visible").click()
        page.wait_for_load_state()


def picture_desk(camera: Camera) -> None:
    """Picture the desk with the case of 2017, in both themes, and an ordinary case."""
    for name, dark in (("desk", False), ("desk-dark", True)):
        with camera.window(REVIEWER, dark=dark) as page, case_open(page, PROTECTED):
            choose(page, "account.hide")
            camera.take(page, name)
    with camera.window("Agent 18") as page, case_open(page, ORDINARY):
        choose(page, "account.hide")
        camera.take(page, "case")


def picture_storm(camera: Camera) -> None:
    """Picture a case with a burst and the offer to set it aside, large enough to read, and at night in French."""
    for name, night in (("storm", False), ("storm-dark-fr", True)):
        with camera.window(REVIEWER, dark=night, french=night, sharp=True) as page, case_open(page, PROTECTED):
            camera.take(page, name, part="#case-head")


def picture_refusal(camera: Camera) -> None:
    """Picture the contractor's attempt, in both languages."""
    with camera.window(CONTRACTOR) as page, case_open(page, PROTECTED):
        refused = propose(page, "account.hide")
        camera.take(page, "refused")
    with camera.window(CONTRACTOR, french=True) as page:
        page.goto(refused)
        camera.take(page, "refused-fr")


def start_order(camera: Camera) -> str:
    """Let a protected account's order find its people, and return its address; its time runs from here."""
    with camera.window(REVIEWER) as page, case_open(page, PROTECTED):
        order = propose(page, "account.hide")
    for person in (SECOND, MANAGER):
        sign(camera, person, order)
    return order


def picture_order(camera: Camera, order: str) -> None:
    """Picture an order whose people are found and whose time runs, on the desk and on a phone at night."""
    with camera.window(OTHER_MANAGER) as page:
        page.goto(order)
        page.locator("progress").first.wait_for()
        page.wait_for_timeout(PART_OF_THE_HOLD * 1000)
        page.reload()
        camera.take(page, "order-held")
    with camera.window(OTHER_MANAGER, phone=True, dark=True) as page:
        page.goto(order.replace("/desk/orders/", "/desk/alert/"))
        camera.take(page, "phone")


def picture_hidden(camera: Camera) -> None:
    """Picture what a French visitor reads once an ordinary account was hidden by the normal path."""
    with camera.window("Agent 18") as page, case_open(page, ORDINARY):
        propose(page, "account.hide")
    with camera.window(french=True) as page:
        page.goto(f"/@{ORDINARY}")
        camera.take(page, "hidden-fr")


def picture_incident(camera: Camera) -> None:
    """Picture the timeline of the incident that the refusal opened, and of the one of 2017."""
    with camera.window(MANAGER, height=1000) as page:
        page.goto("/desk/incidents")
        page.locator("main a[href^='/desk/incidents/']").first.click()
        camera.take(page, "incident-refused")
    with camera.window(height=1000) as page:
        page.goto("/incidents/2017-11-02")
        camera.take(page, "incident")


def picture_network(camera: Camera) -> None:
    """Picture a member's own page, and their home on a phone at night, in French."""
    with camera.window() as page:
        page.goto("/sign-up")
        for name, value in (("handle", MEMBER), ("display_name", "Léa Martin"), ("email", f"{MEMBER}@example.org")):
            page.locator(f"main [name={name}]").fill(value)
        page.locator("main [name=password]").fill(SECRET)
        page.locator("main form button").click()
        page.goto("/settings")
        page.locator("[name=note]").fill("I photograph guard rails, bridges and what they keep people from.")
        page.locator("[name=field_name_1]").fill("Place")
        page.locator("[name=field_value_1]").fill("Lyon")
        for name, size in (("avatar", (300, 300)), ("header", (1200, 300))):
            page.locator(f"[name={name}]").set_input_files(_drawn(name, *size))
        page.locator("main form[action='/settings'] button").click()
        page.goto("/home")
        page.locator("summary").first.click()
        for place, says in ((1, "A rail above the river"), (2, "The same rail from the other bank")):
            page.locator(f"[name=image_{place}]").set_input_files(_drawn(f"{place}", 600, 400))
            page.locator(f"[name=alt_{place}]").fill(says)
        page.locator("[name=text]").fill("The rail at the bend, from both banks. #rails")
        page.locator("form.compose > .row button").click()
        page.goto(f"/@{MEMBER}")
        page.locator(".deed-more > summary").first.click()
        page.locator("button[formaction$='/pin']").click()
        for verb in ("favourite", "boost"):
            page.goto(f"/@{PROTECTED}")
            page.locator(f"button[formaction$='/{verb}']").first.click()
        page.goto(f"/@{PROTECTED}")
        page.locator(f"form[action='/@{PROTECTED}/follow'] > button").first.click()
        page.goto(f"/@{MEMBER}")
        page.wait_for_load_state("networkidle")
        camera.take(page, "network")
    with camera.window(phone=True, dark=True, french=True) as page:
        page.goto("/sign-in")
        page.locator("main [name=email]").fill(f"{MEMBER}@example.org")
        page.locator("main [name=password]").fill(SECRET)
        page.locator("main form button").click()
        page.wait_for_load_state("networkidle")
        camera.take(page, "network-phone-fr")


def picture_numbers(camera: Camera) -> None:
    """The charts of a day, and those of a week on a phone."""
    with camera.window(MANAGER, height=1500) as page:
        page.goto("/desk/numbers?span=24h")
        camera.take(page, "numbers")
    with camera.window(MANAGER, french=True, dark=True, phone=True) as page:
        page.goto("/desk/numbers?span=7d")
        page.evaluate("document.querySelector('#chart-reports').scrollIntoView()")
        camera.take(page, "numbers-phone-fr")


def _drawn(name: str, width: int, height: int) -> FilePayload:
    """Return an image of a rail, drawn for the picture."""
    image = Image.new("RGB", (width, height), "#c8d8dc")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, height * 2 // 3, width, height), fill="#6f9aa5" if name == "2" else "#8aa67c")
    pen.rectangle((0, height // 2, width, height // 2 + height // 12), fill="#1b5566")
    for x in range(width // 10, width, width // 5):
        pen.rectangle((x, height * 2 // 5, x + width // 40, height * 4 // 5), fill="#12181c")
    out = io.BytesIO()
    image.save(out, "PNG")
    return {"name": f"{name}.png", "mimeType": "image/png", "buffer": out.getvalue()}


def main() -> int:
    """Take every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        camera = Camera(browser, address)
        picture_desk(camera)
        picture_storm(camera)
        picture_refusal(camera)
        order = start_order(camera)
        picture_hidden(camera)
        picture_incident(camera)
        picture_network(camera)
        picture_numbers(camera)
        picture_order(camera, order)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
