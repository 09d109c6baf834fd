"""A report in a browser: no error, no request, nothing blank, light and dark, and on A4; skipped without chromium."""

import contextlib
import http.server
import json
import re
import shutil
import subprocess
import threading

import pytest
from matplotlib.image import imread
from pages import nasty, results

from noisytm.report import report_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.extras,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on PATH: apt-get install chromium"),
]
# What a browser asks of its own maker has nothing to do with the page.
OF_THE_BROWSER = re.compile(r"(^|\.)(google|googleapis|gstatic|gvt1|chromium|doubleclick)\.(com|org)$")
WIDTH, HEIGHT, BANDS = 1000, 2400, 12
QUIET = [
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions",
    "--enable-logging=stderr", "--v=0",
]  # fmt: skip


class Proxy(http.server.BaseHTTPRequestHandler):
    """Notes what is asked for, and has nothing."""

    def noted(self):
        self.server.asked.append(self.path)
        self.send_error(502)

    do_GET = do_POST = do_HEAD = do_CONNECT = do_OPTIONS = noted

    def log_message(self, *_):
        """Say nothing."""


@contextlib.contextmanager
def proxy():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def opened(folder, page, *options):
    """Open a page, and return what it asked for and what it printed on the console."""
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    with proxy() as server:
        through = f"--proxy-server=http://127.0.0.1:{server.server_port}"
        profile = f"--user-data-dir={folder / 'profile'}"
        command = [CHROMIUM, *QUIET, through, "--proxy-bypass-list=<-loopback>", profile, *options, path.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    hosts = [re.sub(r"^\w+://", "", asked).split("/")[0].rsplit(":", 1)[0] for asked in server.asked]
    return [h for h in hosts if not OF_THE_BROWSER.search(h)], re.findall(r"CONSOLE[:(].*", done.stderr)


def bands(picture):
    """Return how much each band of a picture varies, and the brightness of its corner."""
    grey = imread(picture)[..., :3].mean(axis=2)
    assert grey.shape == (HEIGHT, WIDTH)
    step = HEIGHT // BANDS
    return [float(grey[i * step : (i + 1) * step].std()) for i in range(BANDS)], float(grey[2, 2])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_opens_without_a_word_and_asks_for_nothing(tmp_path, scheme):
    shot = tmp_path / "shot.png"
    asked, said = opened(
        tmp_path, report_page(results()), f"--screenshot={shot}", f"--window-size={WIDTH},{HEIGHT}",
        f"--blink-settings=preferredColorScheme={int(scheme == 'light')}",
    )  # fmt: skip
    assert (asked, said) == ([], [])
    varied, corner = bands(shot)
    assert min(varied) > 0.01, varied
    assert corner > 0.9 if scheme == "light" else corner < 0.2


def test_names_that_are_markup_do_nothing(tmp_path):
    asked, said = opened(tmp_path, report_page(nasty()), "--dump-dom")
    assert (asked, said) == ([], [])


def test_it_prints_on_a4(tmp_path):
    printed = tmp_path / "page.pdf"
    assert opened(tmp_path, report_page(results()), f"--print-to-pdf={printed}") == ([], [])
    boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed.read_bytes()))
    assert boxes
    assert all(abs(float(w) - 595.28) < 1.5 and abs(float(h) - 841.89) < 1.5 for w, h in boxes), boxes


def test_what_a_page_must_not_do_is_noticed(tmp_path):
    """A page that asks, complains, and is blank: each of it is seen."""
    bad = '<!DOCTYPE html><title>x</title><img src="http://example.invalid/x.png"><script>console.error("no")</script>'
    shot = tmp_path / "shot.png"
    asked, said = opened(tmp_path, bad, f"--screenshot={shot}", f"--window-size={WIDTH},{HEIGHT}")
    assert asked == ["example.invalid"] and any(json.dumps("no") in line or '"no"' in line for line in said)
    assert min(bands(shot)[0]) < 0.01
