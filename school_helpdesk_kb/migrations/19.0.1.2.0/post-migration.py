"""Show a category to those who find something in it now: rules are not updated."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for audience in ("public", "portal", "user"):
        rule = env.ref(
            f"school_helpdesk_kb.helpdesk_article_category_rule_{audience}",
            raise_if_not_found=False,
        )
        if rule:
            rule.domain_force = "[('has_answers', '=', True)]"
