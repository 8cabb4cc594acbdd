"""Shows the answers to a team's questions (its properties) on the ticket page."""

from babel.numbers import format_decimal

from odoo import fields, models
from odoo.tools import babel_locale_parse, get_lang

from odoo.addons.school_helpdesk_base.tools.moment import format_day, format_moment

from ..helpdesk_ticket_team.questions import ASKED_TYPES


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _portal_properties(self, reader):
        """Return pairs of label and text of the team's properties.

        The caller must check that the user may read the ticket.

        :param reader: the user; records that this user may not read are left out
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - the requester's own answers
        [row] = self.sudo().read(["properties"], load="")
        definitions = self.sudo().team_id._translate_definitions(row["properties"])
        return [
            (definition.get("string") or "", text)
            for definition in definitions
            if definition["type"] in ASKED_TYPES
            and (text := self._portal_format_property(definition, reader))
        ]

    def _portal_format_property(self, definition, reader):
        """Return the value of a property as text; empty if there is no value."""
        value = definition.get("value")
        match definition["type"]:
            case "boolean":
                return self.env._("Yes") if value else self.env._("No")
            case _ if value is False or value in (None, "", []):
                return ""
            case "selection":
                return dict(definition.get("selection") or ()).get(value, "")
            case "tags":
                labels = {tag[0]: tag[1] for tag in definition.get("tags") or ()}
                return ", ".join(labels[tag] for tag in value if tag in labels)
            case "many2one" | "many2many" as kind:
                pairs = [value] if kind == "many2one" else value
                # these names were read with sudo: read the names again as the user
                ids = [record_id for record_id, _name in pairs]
                Team = self.env["helpdesk.ticket.team"].with_user(reader)
                names = dict(Team._portal_find_records(definition, ids))
                return ", ".join(names[found] for found in ids if found in names)
            case "date":
                return format_day(self.env, fields.Date.to_date(value))
            case "datetime":
                return format_moment(self.env, fields.Datetime.to_datetime(value))
            case "separator":
                return ""
            case "integer" | "float":
                locale = babel_locale_parse(get_lang(self.env).code)
                number = format_decimal(value, locale=locale)
                return f"{number} {definition.get('suffix') or ''}".strip()
            case _:
                return f"{value} {definition.get('suffix') or ''}".strip()
