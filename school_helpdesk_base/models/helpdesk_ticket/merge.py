"""Merging one ticket (the source) into another one (the target).

The target gets the thread with its files, the ratings, the activities and the related
tickets. If both tickets have the same requesters, or an agent allows the requesters to
read each other's messages, the messages are moved. Otherwise they are copied into
internal notes of the target, and the source keeps its own conversation. The source
becomes Cancelled and links to the target; replies to it are forwarded.
"""

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, is_html_empty

from ..helpdesk_ticket_stage import ENDED_CATEGORIES
from .ticket import DESK_ONLY

#: Types of messages that no person wrote: they stay on the merged ticket.
AUTOMATIC_TYPES = (
    "auto_comment",
    "notification",
    "out_of_office",
    "user_notification",
)


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    merged_into_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=DESK_ONLY,
    )
    merged_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="merged_into_id",
        string="Merged Tickets",
        groups=DESK_ONLY,
    )
    merge_shared = fields.Boolean(
        string="Requesters Share Messages",
        readonly=True,
        copy=False,
        help="Whether an agent allowed the requesters of the merged tickets to read "
        "each other's messages.",
    )
    duplicate_id = fields.Many2one(index="btree_not_null", groups=DESK_ONLY)

    _merged_into_another = models.Constraint(
        "CHECK (merged_into_id <> id)", "A ticket cannot be merged into itself."
    )
    _duplicate_of_another = models.Constraint(
        "CHECK (duplicate_id <> id)", "A ticket cannot be a duplicate of itself."
    )

    def action_merge(self):
        """Open the merge wizard; for a single ticket, it asks for the target."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "helpdesk_mgmt_merge.action_helpdesk_ticket_merge"
        )
        return dict(
            action, context={"active_model": self._name, "active_ids": self.ids}
        )

    def _get_next_ticket(self):
        return super()._get_next_ticket() or self.merged_into_id or self.duplicate_id

    def _shares_thread_with(self, other):
        if self.merge_shared and other == self.merged_into_id:
            return True
        return super()._shares_thread_with(other)

    def _apply_stage_status(self, old_status):
        merged = self.filtered("merged_into_id")
        if merged and self.stage_id.status_category not in ("closed", "cancelled"):
            raise UserError(
                self.env._(
                    "Merged tickets are in the stage %(stage)s, and they stay "
                    "cancelled. Create another stage instead.",
                    stage=self.stage_id.display_name,
                )
            )
        # merged tickets keep their facts, even if their stage is Closed from now on
        return super(HelpdeskTicket, self - merged)._apply_stage_status(old_status)

    @api.model
    def _on_status_changed(self, old_statuses, by_setup=False):
        result = super()._on_status_changed(old_statuses, by_setup=by_setup)
        # sudo: helpdesk.ticket - the user may have lost access by this change
        tickets_sudo = self.sudo().browse(ticket.id for ticket in old_statuses)
        tickets_sudo._check_merged_stays_cancelled()
        reopened_sudo = tickets_sudo.filtered(
            lambda ticket: old_statuses[ticket] == "cancelled"
            and ticket.status_category not in ENDED_CATEGORIES
        )
        # a reopened ticket is no longer a duplicate
        reopened_sudo.filtered("duplicate_id").write({"duplicate_id": False})
        if not by_setup:
            tickets_sudo.filtered(
                lambda ticket: ticket.status_category in ENDED_CATEGORIES
                and old_statuses[ticket] not in ENDED_CATEGORIES
            )._tell_sources_of_end()
        return result

    def _check_merged_stays_cancelled(self):
        """Refuse to reopen a merged ticket: work continues on the target.

        :raise UserError: one of the tickets is merged and is not cancelled
        """
        for ticket in self:
            if ticket.merged_into_id and ticket.status_category != "cancelled":
                raise UserError(
                    self.env._(
                        "%(ticket)s is merged into %(target)s. Continue there.",
                        ticket=ticket.display_name,
                        target=ticket.merged_into_id.display_name,
                    )
                )

    def _tell_sources_of_end(self):
        """Notify the requesters of merged tickets and duplicates that work has ended.

        :param self: the ended tickets that continued the work
        """
        for source in self._get_sources():
            successor = source._get_successor()
            if successor in self and not source._shares_thread_with_successor():
                source._tell_requester_automatically(
                    source._in_requester_lang()._get_end_message(successor),
                    "merged_end",
                )

    def _get_end_message(self, successor):
        """Return the text for the requester when the continuing ticket ends."""
        if successor.status_category == "cancelled":
            return self.env._(
                "The ticket that continues your ticket was cancelled. If you still "
                "need help, reply here."
            )
        return self.env._(
            "Your problem is resolved. If you still have the problem, reply here."
        )

    def _get_sources(self):
        """Return all tickets merged into these and their duplicates, recursively."""
        sources = self.browse()
        found = self
        while found := (found.merged_ids | found.duplicate_ids) - sources - self:
            sources |= found
        return sources

    def _tell_requester_automatically(self, body, event):
        """Post an automatic message to the requesters, who are told by the event."""
        self.ensure_one()
        self._post_with_event(
            event,
            body=body,
            message_type="notification",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self._get_requesters().ids,
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_continuing(self):
        """Refuse to delete a ticket that continues other tickets.

        The requesters of those tickets were told that the work continues.

        :raise UserError: a remaining ticket is merged into one of these tickets, is a
            duplicate of it, or has it as its follow-up ticket
        """
        # sudo: helpdesk.ticket - also tickets that the user cannot read
        Ticket = self.sudo().with_context(active_test=False)
        sources_sudo = Ticket.search(
            Domain("id", "not in", self.ids)
            & Domain.OR(
                Domain(name, "in", self.ids)
                for name in ("merged_into_id", "duplicate_id", "follow_up_id")
            ),
            limit=1,
        )
        if sources_sudo:
            raise UserError(
                self.env._(
                    "A ticket that continues %(ticket)s cannot be deleted. Archive it "
                    "instead.",
                    ticket=sources_sudo.display_name,
                )
            )

    # ------------------------------------------------------------------
    # Merging
    # ------------------------------------------------------------------

    def _merge_into(self, target, share=False):
        """Merge these tickets into another.

        :param target: the ticket that takes over their work
        :param bool share: whether the requesters may read each other's messages
        :raise AccessError: the user may not write all of the tickets
        :raise UserError: the target is one of these tickets, or it cannot take over
            their work; a ticket is already merged; or the companies differ
        """
        target.ensure_one()
        everything = self | target
        everything.check_access("write")
        everything._lock_for_merge()
        self._check_mergeable_into(target)
        # sudo: helpdesk.ticket - access is checked above; agents may not write some of
        # the linked records (other people's messages, files and hours)
        target_sudo = target.sudo()
        self.sudo()._reopen_for_open_work(target_sudo)
        for source_sudo in self.sudo().sorted("id"):
            source_sudo.write({"merged_into_id": target_sudo.id, "merge_shared": share})
            shared = source_sudo._shares_thread_with(target_sudo)
            source_sudo._merge_concerns(target_sudo, shared)
            source_sudo._set_status("cancelled")
            source_sudo._tell_merged(shared)
        target_sudo._message_log(
            body=self.env._(
                "Merged from %(tickets)s.",
                tickets=Markup(", ").join(
                    ticket._get_html_link(ticket.display_name) for ticket in self
                ),
            )
        )

    def _lock_for_merge(self):
        """Let one transaction at a time merge these tickets.

        A parallel merge waits for this one. Then it fails, because the rows have
        changed, and Odoo retries it. The retry sees the result of the first merge.
        """
        self.env.execute_query(
            SQL(
                "UPDATE helpdesk_ticket SET stage_id = stage_id WHERE id IN ("
                "SELECT id FROM helpdesk_ticket WHERE id IN %s ORDER BY id FOR UPDATE"
                ") RETURNING id",
                tuple(self.ids),
            )
        )

    def _check_mergeable_into(self, target):
        if target in self:
            raise UserError(self.env._("A ticket cannot be merged into itself."))
        for ticket in self | target:
            if ticket.merged_into_id:
                raise UserError(
                    self.env._(
                        "%(ticket)s is already merged into %(target)s.",
                        ticket=ticket.display_name,
                        target=ticket.merged_into_id.display_name,
                    )
                )
        if problem := self._get_takeover_problem(target):
            raise UserError(problem)
        if (self | target).company_id != target.company_id:
            raise UserError(
                self.env._("Tickets of different companies cannot be merged.")
            )

    def _get_takeover_problem(self, target):
        """Return why another ticket cannot continue the work of these, or nothing."""
        values = {"ticket": target.display_name}
        if target.status_category == "cancelled":
            return self.env._("%(ticket)s is cancelled.", **values)
        if not target.active:
            return self.env._("%(ticket)s is archived. Restore it first.", **values)
        if target.status_category == "closed" and self._filter_unended():
            return self.env._(
                "%(ticket)s is closed, so nobody would continue the work. Reopen it "
                "first, or choose the other ticket.",
                **values,
            )
        return None

    def _filter_unended(self):
        return self.filtered(
            lambda ticket: ticket.status_category not in ENDED_CATEGORIES
        )

    def _reopen_for_open_work(self, target):
        """Reopen a resolved target if one of these tickets has not ended."""
        unended = self._filter_unended()
        if not unended or target.status_category != "resolved":
            return
        target._set_status("open")
        target._message_log(
            body=self.env._(
                "Reopened, because it continues %(tickets)s, where work has not ended.",
                tickets=Markup(", ").join(
                    ticket._get_html_link(ticket.display_name) for ticket in unended
                ),
            )
        )

    def _merge_concerns(self, target, shared):
        """Move all records that belong to this ticket to the target.

        Addons that link their own records to a ticket extend this method. It runs as
        superuser, after the access check.

        :param target: the ticket that takes over the work
        :param bool shared: whether the target's requesters may see what this ticket's
            requesters could see, and the other way round
        """
        self.ensure_one()
        if shared:
            self._merge_thread(target)
        else:
            self._merge_thread_as_notes(target)
        self._merge_followers(target, shared)
        self._merge_ratings(target, shared)
        self.activity_ids.write({"res_id": target.id})
        target.tag_ids |= self.tag_ids
        related = self.related_ticket_ids - target
        self.related_ticket_ids = False
        target.related_ticket_ids = [Command.link(ticket.id) for ticket in related]

    def _get_thread_messages(self):
        """Return the messages of the ticket, without automatic ones."""
        self.ensure_one()
        return self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "not in", AUTOMATIC_TYPES),
            ],
            order="id",
        )

    def _merge_thread(self, target):
        messages = self._get_thread_messages()
        self._log_merged_description(target, internal=False)
        messages.write({"res_id": target.id})
        self.attachment_ids.write({"res_id": target.id})

    def _merge_thread_as_notes(self, target):
        messages = self._get_thread_messages()
        other_files = self.attachment_ids - messages.attachment_ids
        self._log_merged_description(target, internal=True, attachments=other_files)
        note = self.env.ref("mail.mt_note")
        self.env["mail.message"].create(
            [
                {
                    "model": target._name,
                    "res_id": target.id,
                    "author_id": message.author_id.id,
                    "email_from": message.email_from,
                    "date": message.date,
                    "subject": message.subject,
                    "body": message.body,
                    "message_type": message.message_type,
                    "subtype_id": note.id,
                    "is_internal": True,
                    "attachment_ids": self._copy_attachments(
                        message.attachment_ids, target
                    ).ids,
                }
                for message in messages
            ]
        )

    def _copy_attachments(self, attachments, target):
        return attachments.copy({"res_model": target._name, "res_id": target.id})

    def _log_merged_description(self, target, internal, attachments=None):
        """Post the description of this ticket in the target's thread, with its date."""
        self.ensure_one()
        body = Markup("<p><strong>%s</strong></p>") % self.display_name
        # the mail that opened the ticket has the same text
        opening_mail = self._get_opening_mail(self._get_thread_messages())
        if not opening_mail and not is_html_empty(self.description):
            body += self.description
        subtype = self.env.ref(f"mail.mt_{'note' if internal else 'comment'}")
        self.env["mail.message"].create(
            {
                "model": target._name,
                "res_id": target.id,
                "author_id": self.partner_id.id,
                "email_from": self.partner_id.email_formatted or self.partner_email,
                "date": self.create_date,
                "body": body,
                "message_type": "comment",
                "subtype_id": subtype.id,
                "is_internal": internal,
                "attachment_ids": attachments
                and self._copy_attachments(attachments, target).ids,
            }
        )

    def _merge_followers(self, target, shared):
        """Subscribe the followers to the target; only agents if it is not shared."""
        partners = self.message_partner_ids
        if not shared:
            agents = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own").all_user_ids
            partners &= agents.partner_id
        target.message_subscribe(partners.ids)

    def _merge_ratings(self, target, shared):
        ratings = self.env["rating.rating"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        if not shared:
            # a pending rating request would rate another person's ticket
            ratings = ratings.filtered("consumed")
        ratings.write({"res_id": target.id})

    def _tell_merged(self, shared):
        """Notify the requesters about the merge.

        :param bool shared: whether the requesters may know the target
        """
        env = self._in_requester_lang().env
        has_ended = self.merged_into_id.status_category in ENDED_CATEGORIES
        if shared and has_ended:
            body = env._(
                "Your ticket is merged into %(ticket)s, where the work has ended. If "
                "you still have the problem, reply here.",
                ticket=self.merged_into_id.number,
            )
        elif shared:
            body = env._(
                "Your ticket is merged into %(ticket)s. Work on it continues there.",
                ticket=self.merged_into_id.number,
            )
        elif has_ended:
            body = env._(
                "Your ticket is merged into another one about the same problem, where "
                "the work has ended. If you still have the problem, reply here."
            )
        else:
            body = env._(
                "We work on your ticket together with another one about the same "
                "problem. You can still reply here. We will tell you when it is "
                "resolved."
            )
        self.cancel_reason = body
        self._tell_requester_automatically(body, "merged")
