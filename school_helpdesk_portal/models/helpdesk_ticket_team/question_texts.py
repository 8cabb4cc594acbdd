"""Keeps a record of each text of a team's questions, and translates the questions."""

from odoo import api, fields, models


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team"]

    question_text_ids = fields.One2many(
        comodel_name="helpdesk.ticket.team.text",
        inverse_name="team_id",
        string="Texts of the Questions",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The questions are the properties of the team's tickets. Here they are "
        "translated for the report form and the ticket page.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        teams.filtered("ticket_properties")._update_question_texts()
        return teams

    def write(self, vals):
        result = super().write(vals)
        if "ticket_properties" in vals:
            self._update_question_texts()
        return result

    def _update_question_texts(self):
        """Create the records of new texts, and delete those of texts no longer used."""
        # sudo: helpdesk.ticket.team.text - the records follow from the questions
        for team_sudo in self.sudo():
            texts = dict.fromkeys(team_sudo._get_question_texts())
            unused = team_sudo.question_text_ids.browse(
                record.id
                for record in team_sudo.question_text_ids
                if record.source not in texts
            )
            unused.unlink()
            known = set((team_sudo.question_text_ids - unused).mapped("source"))
            team_sudo.question_text_ids.create(
                [
                    {"team_id": team_sudo.id, "source": text, "text": text}
                    for text in texts
                    if text not in known
                ]
            )

    @api.model
    def _update_all_question_texts(self):
        """Create the records of the questions that existed before this addon."""
        teams = self.with_context(active_test=False)
        teams.search([("ticket_properties", "!=", False)])._update_question_texts()

    def _get_question_texts(self):
        """Return the texts of the questions in their order, without empty ones."""
        self.ensure_one()
        texts = []
        for definition in self.ticket_properties or ():
            texts += [definition.get("string"), definition.get("suffix")]
            for options in ("selection", "tags"):
                texts += [option[1] for option in definition.get(options) or ()]
        return [text for text in texts if text]

    def _translate_definitions(self, definitions):
        """Return definitions of properties with their texts in the user's language."""
        if not self or not definitions:
            return list(definitions or ())
        # sudo: helpdesk.ticket.team.text - the texts of a form that the user may see
        texts = {text.source: text.text for text in self.sudo().question_text_ids}

        def translate(text):
            return texts.get(text) or text

        translated = []
        for definition in definitions:
            definition = dict(definition)
            for name in ("string", "suffix"):
                if name in definition:
                    definition[name] = translate(definition[name])
            for options in ("selection", "tags"):
                if definition.get(options):
                    definition[options] = [
                        [key, translate(label), *rest]
                        for key, label, *rest in definition[options]
                    ]
            translated.append(definition)
        return translated
