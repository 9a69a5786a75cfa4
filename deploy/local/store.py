# SPDX-License-Identifier: Apache-2.0
"""The demo store: nginx before its pages and both APIs, as a user without rights.

What it answers is in deploy/demo-store; this writes what differs between two stacks."""

import http.client
import os
import shutil
from pathlib import Path

import users
from paths import ROOT
from ports import HOST
from processes import Process
from settings import Settings

SOURCE = ROOT / "deploy" / "demo-store"
MODULES = Path("/usr/lib/nginx/modules")
NGINX = "/usr/sbin/nginx"
USER = "www-data"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
# For the card form in the browser, which speaks to Stripe itself.
STRIPE_JS = "https://js.stripe.com/v3/"
STRIPE_ORIGINS = " ".join(f"https://{name}.stripe.com" for name in ("js", "*.js", "api", "hooks"))
SIMULATED_KEY = "pk_test_developmentOnly"
# The sign-in's; nothing else of nginx reads the environment.
TAKES = ("JWT_HS256_SECRET", "JWT_ISSUER", "JWT_AUDIENCE", "STRIPE_MODE")


def folder(settings: Settings) -> Path:
    return settings.home / "store"


def about_stripe(settings: Settings) -> dict[str, str]:
    """nginx's variables; a real Stripe's publishable key is given by ./dev up --set."""
    key = settings.secrets["overrides"].get("STRIPE_PUBLISHABLE_KEY", "")
    if not settings.has_own_stripe():
        return {"stripe_js": STRIPE_JS, "stripe_origins": STRIPE_ORIGINS, "publishable_key": key}
    url = settings.url("simulator")
    return {"stripe_js": f"{url}/v3/", "stripe_origins": url,
            "publishable_key": key or SIMULATED_KEY}


def configuration(settings: Settings) -> str:
    takes = "".join(f"env {name};\n" for name in TAKES)
    temporary = "".join(f'  {name}_temp_path "{folder(settings)}/{name}";\n' for name in TEMPORARY)
    variables = "".join(f'    set ${name} "{value}";\n'
                        for name, value in about_stripe(settings).items())
    return f"""# Written by ./dev at every start; what is answered is in {SOURCE}.
daemon off;
worker_processes 1;
pid "{folder(settings)}/pid";
error_log stderr warn;
load_module {MODULES}/ngx_http_js_module.so;
{takes}
events {{ worker_connections 256; }}

http {{
  include /etc/nginx/mime.types;
  access_log off;
{temporary}
  js_import sign_in from "{SOURCE}/sign_in.js";

  upstream checkout {{ server {settings.address("checkout")}; keepalive 8; }}
  upstream entitlements {{ server {settings.address("entitlements")}; keepalive 8; }}

  # One name only, that of REDIRECT_ORIGINS: another one, also a stranger's, is sent there.
  server {{
    listen {settings.address("store")} default_server;
    return 302 {settings.url("store")}$request_uri;
  }}
  server {{
    listen {settings.address("store")};
    server_name {HOST};
    root "{SOURCE}/pages";
{variables}    include "{SOURCE}/routes.conf";
  }}
}}
"""


def newest_source() -> Path:
    """nginx reads its configuration once; pages are read when they are asked for."""
    sources = (Path(__file__), SOURCE / "routes.conf", SOURCE / "sign_in.js")
    return max(sources, key=lambda source: source.stat().st_mtime)


def prepare(settings: Settings) -> None:
    shutil.rmtree(folder(settings), ignore_errors=True)
    folder(settings).mkdir(parents=True)
    (folder(settings) / "nginx.conf").write_text(configuration(settings))
    if os.geteuid() == 0:
        shutil.chown(folder(settings), USER, USER)


def command(settings: Settings) -> list[str]:
    return [*users.unprivileged(USER, settings.home, SOURCE), NGINX, "-p", str(folder(settings)),
            "-e", "stderr", "-c", str(folder(settings) / "nginx.conf")]


def environment(settings: Settings) -> dict[str, str]:
    values = settings.values()
    # What stands in the configuration counts too: other values call for a restart.
    return {name: values[name] for name in TAKES} | about_stripe(settings)


def is_ready(settings: Settings) -> bool:
    connection = http.client.HTTPConnection(HOST, settings.ports["store"], timeout=2)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


STORE = Process(
    name="store",
    wave=3,
    ports=("store",),
    prepare=prepare,
    command=command,
    environment=environment,
    is_ready=is_ready,
    binary=newest_source,
    why_unready=lambda settings: f"{settings.url('store')}/ is not answered",
)
