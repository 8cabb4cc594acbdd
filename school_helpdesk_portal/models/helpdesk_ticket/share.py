"""What people with the same problem see of a ticket that is shared with them.

Status, next step and the desk's comments, as text and without anybody's name: never
what the reporter wrote, who he is or what he sent. The page is a route of its own, so
that no right on the ticket itself is needed for it, and none is given.
"""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    share_with_affected = fields.Boolean(
        default=lambda self: self.env.company.helpdesk_share_with_affected,
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Those who said that it is their problem too see the status and what the "
        "desk has written to the requester, without names, and are told when it is "
        "solved.",
    )

    @api.model
    def _init_column(self, column_name):
        """Share no ticket that was there before the installation.

        The company's setting, of which the default is taken, has no column yet either.
        """
        if column_name != "share_with_affected":
            return super()._init_column(column_name)

    @api.model
    def _find_shared(self, ticket_id, partner):
        """Return the ticket, as root, if it is shared with an affected person.

        A merged one's address leads to the ticket he was taken along to.
        """
        # sudo: helpdesk.ticket.affected - the person himself, counted and let in
        affected = self.env["helpdesk.ticket.affected"].sudo()
        ticket_sudo = affected.ticket_id.browse(ticket_id).exists()
        chain = ticket_sudo and ticket_sudo._get_chain()
        return affected.search(
            Domain("ticket_id", "in", chain.ids)
            & Domain("partner_id", "=", partner.id)
            & Domain("ticket_id.share_with_affected", "=", True)
            & Domain("ticket_id.active", "=", True),
            order="ticket_id desc",
            limit=1,
        ).ticket_id

    def _share_get_path(self):
        self.ensure_one()
        return f"/my/affected/{self.id}"

    def _share_title(self):
        """What the problem is called without a word of the reporter's."""
        self.ensure_one()
        # sudo: asset.asset - the affected person has stood before the device
        asset_sudo = self.sudo().asset_id
        place = (
            self.whole_room_id.name or asset_sudo.name or asset_sudo.category_id.name
        )
        return " · ".join(filter(None, [self.category_id.name, place])) or self.number

    def _share_status(self):
        """The status in the words for somebody who is asked for nothing."""
        text, tone = self._portal_status()
        if self.status_category == "waiting":
            return self.env._("Waiting"), "work"
        return text, tone

    def _share_next_step(self):
        """Who does what next, without reasons that are the requester's own."""
        self.ensure_one()
        match self.status_category:
            case "waiting":
                return self.env._("The IT team waits for an answer before it goes on.")
            case "resolved":
                return self.env._("It should work again. If not, scan the label again.")
            case "closed":
                return self.env._("If it happens again, scan the label again.")
            case "cancelled":
                return self.env._("This ticket was cancelled.")
            case _ if self.user_id:
                return self.env._("Somebody of the IT team takes care of it.")
            case _:
                return self._portal_next_step()

    def _share_timeline(self):
        """Return what happened, oldest first.

        :return: list of dictionaries ``date``, ``moment`` (the date in the reader's
            words), ``kind`` (``event`` or ``message``) and ``lines``, which is text
            without names
        """
        self.ensure_one()
        names = self._get_personal_names()
        entries = [
            {"date": date, "kind": "event", "lines": [text]}
            for date, text in self._portal_events()
        ]
        for message in self._portal_messages():
            # mails quote what they answer: comments alone are the desk's own words
            if message.message_type == "comment" and self._is_written_by_desk(message):
                lines = self._get_lines_without_persons(message.body, names)
                entries.append(
                    {"date": message.date, "kind": "message", "lines": lines}
                )
        shown = [
            {**entry, "moment": self._portal_moment(entry["date"])}
            for entry in entries
            if entry["lines"]
        ]
        return sorted(shown, key=lambda entry: entry["date"])

    @api.model
    def _on_status_changed(self, old_statuses, by_setup=False):
        result = super()._on_status_changed(old_statuses, by_setup=by_setup)
        if not by_setup:
            for ticket, old_status in old_statuses.items():
                # sudo: helpdesk.ticket - whom to tell, for every user who solves it
                ticket_sudo = ticket.sudo()
                if old_status and ticket_sudo.status_category == "resolved":
                    ticket_sudo._share_solved()
        return result

    def _share_solved(self):
        """Tell the affected people that it is solved, each in his language."""
        self.ensure_one()
        if not self.share_with_affected:
            return
        # one by one: a mail to several shows each of them the others' addresses
        for partner in self.affected_ids.partner_id - self._get_requesters():
            ticket = self.with_context(lang=partner.lang)
            title = ticket._share_title()
            # without the ticket: its name and link are the requester's
            ticket.env["mail.thread"].message_notify(
                subject=ticket.env._("Solved: %(title)s", title=title),
                body=Markup('<p>%s</p><p><a href="%s">%s</a></p>')
                % (
                    ticket._share_next_step(),
                    self.get_base_url() + self._share_get_path(),
                    ticket.env._("See what was done"),
                ),
                partner_ids=partner.ids,
                # whoever has solved it may be the requester himself
                author_id=self.env.ref("base.partner_root").id,
                email_from=self.company_id.email_formatted or None,
                email_add_signature=False,
                email_layout_xmlid="mail.mail_notification_light",
            )
