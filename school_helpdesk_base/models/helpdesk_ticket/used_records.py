"""Categories, teams, contacts and so on cannot be deleted while a ticket uses them.

Models with ``helpdesk.used.mixin`` refuse the deletion with a message. The foreign keys
of this file refuse deletions in SQL. Also, a ticket accepts no records of another
company.
"""

from odoo import fields, models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]
    _check_company_auto = True

    partner_id = fields.Many2one(ondelete="restrict")
    submitter_id = fields.Many2one(ondelete="restrict")
    user_id = fields.Many2one(ondelete="restrict")
    team_id = fields.Many2one(ondelete="restrict", check_company=True)
    category_id = fields.Many2one(ondelete="restrict", check_company=True)
    type_id = fields.Many2one(ondelete="restrict")
    channel_id = fields.Many2one(ondelete="restrict", check_company=True)
    stage_id = fields.Many2one(check_company=True)
    tag_ids = fields.Many2many(check_company=True)
