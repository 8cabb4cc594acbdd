"""The daily overview of a team: one mail for each agent, about all their teams.

Readers with the same teams, language and time zone get the same words, which are
rendered once.
"""

from odoo import fields, models

from ...tools.moment import get_time_zone

EVENT = "digest"


class HelpdeskNotification(models.Model):
    _name = "helpdesk.notification"
    _inherit = ["helpdesk.notification"]

    digest_team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Overview of",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )

    def _get_letter_key(self):
        # the overviews of several teams are one mail
        is_digest = self.event == EVENT
        return is_digest, super()._get_letter_key()

    def _get_topic(self, letter):
        topic = super()._get_topic(letter)
        if letter.job.event != EVENT:
            return topic
        # other readers of the same address may see other figures
        teams = letter.jobs.digest_team_id
        return topic, teams, teams._get_digest_scope(letter.partner)

    def _filter_true(self):
        readers = {
            team: team._get_digest_readers().partner_id for team in self.digest_team_id
        }
        return (
            super()
            ._filter_true()
            .filtered(
                lambda job: job.event != EVENT
                or job.partner_id in readers[job.digest_team_id]
            )
        )

    def _make_letters(self):
        letters = super()._make_letters()
        shared, counts = {}, {}
        for letter in letters:
            if letter.job.event != EVENT:
                continue
            teams = letter.jobs.digest_team_id
            zone = get_time_zone(letter.rule.env, letter.partner).zone
            scope = (teams, teams._get_digest_scope(letter.partner))
            key = (*scope, letter.rule.env.lang, zone)
            if key not in shared:
                if scope not in counts:
                    counts[scope] = teams._get_digest(scope[1])
                shared[key] = self._prepare_digest(letter, counts[scope])
            letter.values = shared[key]
        return letters

    def _prepare_letter(self, letter):
        if letter.job.event == EVENT:
            return {}  # see _make_letters
        return super()._prepare_letter(letter)

    def _prepare_digest(self, letter, digests):
        """Return the values of the template.

        :param dict digests: team to the result of ``_get_digest``
        """
        env, rule = letter.rule.env, letter.rule
        teams = letter.jobs.digest_team_id.with_env(env)
        base_url = teams[:1].get_base_url()
        sections = [
            {
                "team": team.name,
                "counts": [
                    {
                        "label": line["label"](env),
                        "count": line["count"],
                        "url": f"{base_url}/odoo/{team.id}/{line['path']}",
                        "is_urgent": line["is_urgent"] and line["count"],
                    }
                    for line in digests[team]["counts"]
                ],
                "newest": [
                    {
                        "number": ticket.number,
                        "title": ticket._get_notification_title("agents"),
                        "url": f"{base_url}/odoo/helpdesk/{ticket.id}",
                    }
                    for ticket in digests[team]["newest"].with_env(env)
                ],
            }
            for team in teams
        ]
        names = ", ".join(teams.mapped("name"))
        return {
            "ticket": env["helpdesk.ticket"],
            "subject": rule.subject or "",
            "mail_subject": f"{rule.subject}: {names}",
            "texts": [rule.text] if rule.text else [],
            "words": "",
            "summary": ", ".join(
                f"{line['label']}: {line['count']}"
                for section in sections
                for line in section["counts"]
                if line["count"]
            ),
            "files": env["ir.attachment"],
            "sections": sections,
            "next_step": rule.next_step,
            "button": (env._("Open the queue"), f"{base_url}/odoo/helpdesk"),
            "signature": names,
            "lang": env.lang,
            "is_for_agent": True,
        }

    def _get_letter_template(self, letter, own_text=None):
        if letter.job.event == EVENT:
            return "digest_mail"
        return super()._get_letter_template(letter, own_text)

    def _render_letter(self, letter, own_text=None):
        if letter.job.event != EVENT:
            return super()._render_letter(letter, own_text)
        if "body" not in letter.values:
            letter.values["body"] = super()._render_letter(letter)
        return letter.values["body"]

    def _get_preheader(self, values, own_text):
        return values.get("summary") or super()._get_preheader(values, own_text)

    def _prepare_mail(self, letter, own_text=None):
        values = super()._prepare_mail(letter, own_text)
        if letter.job.event == EVENT:
            company = letter.jobs.digest_team_id.company_id[:1] or self.env.company
            values["author_id"] = company.partner_id.id
            values["email_from"] = self._get_sender(letter.ticket, company)
        return values

    def _get_mail_headers(self, letter):
        headers = super()._get_mail_headers(letter)
        if letter.job.event == EVENT:
            user = letter.partner.user_ids.filtered(lambda user: not user.share)[:1]
            # RFC 8058: the mail program itself sends a POST, without a cookie
            headers["List-Unsubscribe"] = f"<{user._get_digest_stop_url()}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return headers
