from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    # sent mails are kept in some databases, and are many
    _unsent_idx = models.Index("(state) WHERE state IN ('outgoing', 'exception')")
