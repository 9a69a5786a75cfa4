# SPDX-License-Identifier: Apache-2.0
"""The store's scripts without a browser, for what its pages cannot be brought to."""

import shutil
import subprocess

import pytest

from node_packages import node
from stack import ROOT

SCRIPTS = ROOT / "deploy" / "demo-store" / "pages" / "js"
TIMEOUT_S = 30
# A page without anything, whose Stripe.js notes what it is asked to confirm.
CONFIRM = """
globalThis.fetch = async () => ({ json: async () => ({ stripe_js: "s", publishable_key: "k" }) });
globalThis.document = {
  createElement: () => ({
    addEventListener: (name, listen) => name === "load" && setTimeout(listen),
    setAttribute() {},
    append() {},
  }),
  head: { append() {} },
};
const confirm = (kind) => async (secret) => (console.log(kind, secret), {});
globalThis.window = { Stripe: () => ({ confirmCardPayment: confirm("payment"),
                                       confirmCardSetup: confirm("setup") }) };
const { satisfyBank } = await import("./stripe.js");
await satisfyBank(process.argv[2]);
"""


@pytest.mark.parametrize("secret, kind", [("pi_1_secret_2", "payment"),
                                          ("seti_1_secret_2", "setup")])
def test_the_bank_is_satisfied_for_a_payment_and_for_a_trial_s_card(tmp_path, secret, kind):
    shutil.copytree(SCRIPTS, tmp_path, dirs_exist_ok=True)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "confirm.js").write_text(CONFIRM)
    done = subprocess.run([node(), "confirm.js", secret], cwd=tmp_path, capture_output=True,
                          text=True, check=False, timeout=TIMEOUT_S)
    assert done.stdout.split() == [kind, secret], done.stderr
