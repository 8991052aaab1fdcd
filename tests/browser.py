"""A real browser for tests, where one is installed: Chromium or Chrome, found on the PATH or named by CHROMIUM."""

import os
import shutil
from io import BytesIO

from PIL import Image

from articles.management.commands.make_demo_accounts import ACCOUNTS, make_account
from articles.models import Editor

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}


def browser_path():
    """Where the browser is, or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def log_in(page, live_server, username="editor"):
    name, permissions = {username: (name, permissions) for username, name, permissions in ACCOUNTS}[username]
    if not Editor.objects.filter(username=username).exists():
        make_account(username, name, permissions, "a-password-1")
    page.goto(f"{live_server.url}/admin/")
    page.fill("#id_username", username)
    page.fill("#id_password", "a-password-1")
    page.click("[type=submit]")


def tab_to(page, selector, key="Tab"):
    """Press Tab, or Shift+Tab, until the focus is there."""
    for _ in range(120):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the {key} key never comes to {selector}")


def press_at(page, selector, key="Tab"):
    """Go to a button by Tab, or Shift+Tab, and press it."""
    tab_to(page, selector, key)
    page.keyboard.press("Enter")


def choose(page, field, words, text):
    """Pick an entry of an autocomplete field by typing."""
    page.click(f"#{field} + .select2 .select2-selection")
    page.fill(".select2-search__field", words)
    page.click(f".select2-results__option:text-is('{text}')")


def a_picture():
    buffer = BytesIO()
    Image.new("RGB", (900, 600), "darkred").save(buffer, "JPEG")
    return {"name": "集会.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def change_places(page, live_server, username):
    """The next person sits down at the same computer and logs in."""
    page.context.clear_cookies()
    log_in(page, live_server, username)
