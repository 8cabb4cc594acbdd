"""Makes the servers that bin/test starts faster, by skipping slow and untested work.

- Hashing a password takes 0.4 s of CPU time, for each user that a test creates and for
  each sign-in. Here it takes almost none.
- Before the first HTTP test, Odoo generates all asset bundles, which takes half a
  minute per addon. Here a bundle is generated only when a page loads it. Few tests do.
"""

from odoo.addons.base.models import ir_qweb, res_users


def post_load():
    res_users.MIN_ROUNDS = 1
    ir_qweb.IrQweb._pregenerate_assets_bundles = lambda self: []
