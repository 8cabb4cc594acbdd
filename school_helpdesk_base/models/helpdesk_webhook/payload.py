"""What each service gets: our facts in its own format."""

from odoo import models


class HelpdeskWebhook(models.Model):
    _name = "helpdesk.webhook"
    _inherit = ["helpdesk.webhook"]

    def _prepare_facts(self, event, ticket):
        """Return what is told about a ticket: texts in the language of the webhook.

        Nothing about the requester, and no words of messages.

        :param str event: a value of ``helpdesk.notification.rule.event``, or ``test``
        :param ticket: the ticket; empty for a test
        """
        self.ensure_one()
        env = self._with_lang().env
        facts = {"event": event, "team": self.team_id.with_env(env).name}
        if not ticket:
            message = env._("The webhook of the help desk works.")
            return {**facts, "message": message}
        ticket = ticket.with_env(env)
        labels = dict(
            env["helpdesk.notification.rule"]
            ._fields["event"]
            ._description_selection(env)
        )
        facts |= {
            "message": labels[event],
            "number": ticket.number,
            "status": ticket.status_category,
            "priority": dict(
                ticket._fields["priority"]._description_selection(env)
            ).get(ticket.priority),
            "assignee": ticket.user_id.name or None,
            "due": ticket.next_due and ticket.next_due.isoformat() + "Z" or None,
            "url": f"{ticket.get_base_url()}/odoo/helpdesk/{ticket.id}",
        }
        if self.with_title:
            facts["title"] = ticket.name
        return facts

    def _with_lang(self):
        """Return this webhook in the language of its readers."""
        lang = self.lang or self.company_id.partner_id.lang or self.env.lang
        return self.with_context(lang=lang)

    def _prepare_payload(self, facts):
        """Return the body of the request, from the facts; addons may add kinds."""
        self.ensure_one()
        return getattr(self, f"_prepare_{self.kind}_payload")(facts)

    def _prepare_json_payload(self, facts):
        return facts

    def _prepare_slack_payload(self, facts):
        def escape(text):
            # these would mention people or make links
            for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
                text = text.replace(sign, entity)
            return text

        lines = [escape(line) for line in self._get_lines(facts)]
        if url := facts.get("url"):
            lines.append(f"<{escape(url)}|{escape(facts['number'])}>")
        return {"text": "\n".join(lines)}

    def _prepare_teams_payload(self, facts):
        """Return an Adaptive Card, which the Workflows app of Teams expects."""
        lines = self._get_lines(facts)
        blocks = [
            {
                "type": "TextBlock",
                # Teams reads these as Markdown
                "text": "".join(f"\\{c}" if c in "\\`*_[]#<>" else c for c in line),
                "wrap": True,
                **({} if index else {"weight": "Bolder"}),
            }
            for index, line in enumerate(lines)
        ]
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": blocks,
        }
        if url := facts.get("url"):
            card["actions"] = [
                {"type": "Action.OpenUrl", "title": facts["number"], "url": url}
            ]
        return {
            "type": "message",
            "attachments": [
                {
                    "contentType": "application/vnd.microsoft.card.adaptive",
                    "content": card,
                }
            ],
        }

    def _prepare_line_payload(self, facts):
        lines = [*self._get_lines(facts), facts.get("url")]
        # LINE accepts 5000 characters
        text = "\n".join(filter(None, lines))[:4900]
        # sudo: helpdesk.webhook - the scheduled action sends for everybody
        return {
            "to": self.sudo().recipient,
            "messages": [{"type": "text", "text": text}],
        }

    def _prepare_headers(self, call):
        """Return the headers of a request in addition.

        :param call: the ``helpdesk.webhook.call``
        """
        self.ensure_one()
        headers = {}
        # sudo: helpdesk.webhook - as above
        if token := self.sudo().token:
            headers["Authorization"] = f"Bearer {token}"
        if self.kind == "line":
            # LINE shows a message once that is sent again with the same key
            headers["X-Line-Retry-Key"] = call.key
        if self.kind == "json":
            headers["Idempotency-Key"] = call.key
        return headers

    def _get_lines(self, facts):
        """Return the lines that people read."""
        title = " ".join(filter(None, (facts.get("number"), facts.get("title"))))
        names = (facts["team"], facts.get("assignee"))
        return [
            facts["message"],
            *([title] if title else []),
            " · ".join(filter(None, names)),
        ]
