# SPDX-License-Identifier: Apache-2.0
"""Debian's Chromium without a screen, by its own chromedriver; skipped where it is missing."""

import base64
import os
import shutil
from pathlib import Path

import pytest

from stack import ROOT

WAIT_S = 40
DESKTOP = (1280, 900)
PHONE = (390, 844)
SCREENSHOTS = ROOT / ".local" / "reports" / "screenshots"


def driver(width: int, height: int):
    """A browser of its own profile. Debian's packages only: nothing is downloaded."""
    selenium = pytest.importorskip("selenium", reason="python3-selenium is not installed")
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not chromedriver:
        pytest.skip("chromium and chromium-driver are not installed")
    from selenium import webdriver
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("headless=new", "disable-gpu", "disable-dev-shm-usage", "hide-scrollbars",
                     f"window-size={width},{height}"):
        options.add_argument(f"--{argument}")
    if os.geteuid() == 0:
        # Chromium refuses its sandbox to root, who has containers and CI.
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.chrome.service.Service(chromedriver)
    assert selenium
    return webdriver.Chrome(options=options, service=service)


class Browser:
    """What a person does: looks, types, presses."""

    def __init__(self, width: int = DESKTOP[0], height: int = DESKTOP[1]):
        self.driver = driver(width, height)

    def open(self, url: str) -> None:
        self.driver.get(url)

    def wait(self, condition, what: str):
        """Its first true value. Elements of a page that is left meanwhile count as not there."""
        from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
        from selenium.webdriver.support.ui import WebDriverWait
        patience = WebDriverWait(self.driver, WAIT_S, poll_frequency=0.05,
                                 ignored_exceptions=[StaleElementReferenceException])
        try:
            return patience.until(lambda _: condition())
        except TimeoutException:
            pytest.fail(f"no {what}; the page says: {self.text()[:600]!r}")

    def find(self, css: str):
        """The first visible element, waited for."""
        def first():
            return next((each for each in self.all(css) if each.is_displayed()), None)

        return self.wait(first, f"{css} that is shown")

    def text_of(self, css: str) -> str:
        """Of the first visible element that says something."""
        def first():
            return next((each.text for each in self.all(css) if each.is_displayed()), "")

        return self.wait(first, f"{css} that says something")

    def all(self, css: str) -> list:
        return self.driver.find_elements("css selector", css)

    def text(self) -> str:
        return self.driver.execute_script("return document.body ? document.body.innerText : ''")

    def wait_text(self, text: str) -> None:
        self.wait(lambda: text in self.text(), f"{text!r} to be read")

    def wait_url(self, beginning: str) -> str:
        self.wait(lambda: self.driver.current_url.startswith(beginning), f"page at {beginning}")
        return self.driver.current_url

    def type(self, css: str, text: str) -> None:
        field = self.find(css)
        field.clear()
        field.send_keys(text)

    def click(self, css: str) -> None:
        self.find(css).click()

    def press(self, *keys: str) -> None:
        """To whatever has the focus, in a frame or a shadow tree too."""
        from selenium.webdriver import ActionChains
        ActionChains(self.driver).send_keys(*keys).perform()

    def faults(self) -> list[str]:
        """What the console complained of, but for answers that the page handles."""
        return [line["message"] for line in self.driver.get_log("browser")
                if "Failed to load resource" not in line["message"]]

    def is_wider_than_window(self) -> bool:
        return self.driver.execute_script(
            "return document.documentElement.scrollWidth > document.documentElement.clientWidth")

    def be_desktop(self) -> None:
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        self.driver.set_window_size(*DESKTOP)

    def be_phone(self) -> None:
        """Narrower than a window of Chromium can be made."""
        width, height = PHONE
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 2, "mobile": True})

    def picture(self, name: str) -> None:
        """Keeps how the whole page looks on a desk and on a phone, where it must fit."""
        for device, become in (("phone", self.be_phone), ("desktop", self.be_desktop)):
            become()
            assert not self.is_wider_than_window(), f"{name} is wider than a {device}"
            self.screenshot(f"{name}-{device}")

    def screenshot(self, name: str) -> Path:
        taken = self.driver.execute_cdp_cmd("Page.captureScreenshot",
                                            {"captureBeyondViewport": True, "clip": self.extent()})
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        path.write_bytes(base64.b64decode(taken["data"]))
        return path

    def extent(self) -> dict:
        """Of the page, or of the window where that is larger."""
        size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})
        page, window = size["cssContentSize"], size["cssLayoutViewport"]
        return {"x": 0, "y": 0, "scale": 1, "width": page["width"],
                "height": max(page["height"], window["clientHeight"])}

    def close(self) -> None:
        self.driver.quit()
