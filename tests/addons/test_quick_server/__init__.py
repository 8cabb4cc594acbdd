"""Spares the servers that bin/test starts what costs much and is not tested.

- A password's hash takes 0.4 s of a processor, for each user that a test makes and each
  time one signs in. Here it takes none.
- Before the first test over HTTP Odoo makes all bundles of style sheets and scripts,
  half a minute for each addon. Here each is made when a page first loads it, which few
  tests do.
"""

from odoo.addons.base.models import ir_qweb, res_users


def post_load():
    res_users.MIN_ROUNDS = 1
    ir_qweb.IrQweb._pregenerate_assets_bundles = lambda self: []
