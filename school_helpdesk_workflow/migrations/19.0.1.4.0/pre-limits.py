"""Bring numbers of rules, members and companies into their new limits."""

from odoo.addons.school_helpdesk_workflow.hooks import limit_numbers


def migrate(cr, version):
    limit_numbers(cr)
