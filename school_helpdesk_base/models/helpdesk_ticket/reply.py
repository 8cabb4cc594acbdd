"""What a reply does to a ticket, and what happens when none comes.

A reply of the requester, or of anybody else who is not of the desk, wakes a waiting
ticket and brings back one resolved not long ago. To a ticket that has ended it starts
a new, related one; where the matter has gone on in another ticket, the reply is
handed on to that one. Automatic answers change nothing.
"""

import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import is_html_empty, split_every

from ..helpdesk_ticket_stage import ENDED_CATEGORIES
from .ticket import DESK_ONLY

_logger = logging.getLogger(__name__)

#: Tickets a scheduled action moves per transaction.
CRON_BATCH = 50


class HelpdeskTicket(models.Model):
    _inherit = ["helpdesk.ticket"]

    waiting_reason = fields.Text(
        string="Waiting for",
        readonly=True,
        copy=False,
        help="What the requester was told we wait for.",
    )
    wait_until = fields.Datetime(
        string="Wait until",
        copy=False,
        index="btree_not_null",
        help="When the wait ends by itself, if nobody has answered by then.",
    )
    cancel_reason = fields.Text(
        readonly=True,
        copy=False,
        help="Why the ticket was cancelled, as the requester was told.",
    )
    auto_close_date = fields.Datetime(
        string="Closes on",
        compute="_compute_auto_close_date",
        store=True,
        index="btree_not_null",
        help="When the resolved ticket closes by itself.",
    )
    follow_up_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Continued in",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=DESK_ONLY,
        help="The ticket a late reply to this one has started.",
    )

    @api.depends("status_category", "resolved_date", "team_id.resource_calendar_id")
    def _compute_auto_close_date(self):
        due_dates = {}
        for ticket in self:
            days = ticket.company_id.helpdesk_auto_close_days
            if ticket.status_category != "resolved" or not days:
                ticket.auto_close_date = False
                continue
            start = (
                ticket.resolved_date
                or ticket.last_stage_update
                or fields.Datetime.now()
            )
            key = (ticket._get_working_calendar(), start, days)
            if key not in due_dates:
                due_dates[key] = ticket._plan_working_days(start, days)
            ticket.auto_close_date = due_dates[key]

    def _plan_working_days(self, start, days):
        """Return the moment that many working days later (naive UTC).

        A day is as many working hours as the calendar gives it on average, so that
        one day after Friday at ten is Monday at ten.
        """
        calendar = self._get_working_calendar()
        planned = calendar and calendar.plan_hours(
            days * calendar.hours_per_day, start, compute_leaves=True
        )
        return planned or start + timedelta(days=days)

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_resolve(self):
        self._set_status("resolved")

    def action_reopen(self):
        """Bring tickets back to work, from waiting, resolved, closed or cancelled."""
        self._set_status("open")

    def action_wait(self):
        return self._action_open_status_wizard("waiting", self.env._("Wait"))

    def action_cancel(self):
        return self._action_open_status_wizard("cancelled", self.env._("Cancel"))

    def _action_open_status_wizard(self, category, name):
        return {
            "name": name,
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket.status.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_ticket_ids": [Command.set(self.ids)],
                "default_status_category": category,
            },
        }

    # ------------------------------------------------------------------
    # Waiting and cancelling, with a word to the requester
    # ------------------------------------------------------------------

    def _wait(self, reason=False, until=False):
        """Let tickets wait.

        :param str reason: what we wait for, told to the requester if given
        :param datetime until: when they wake by themselves, if nobody answers
        """
        # first, for the stage's own mail to know it
        self.write({"waiting_reason": reason, "wait_until": until})
        self._set_status("waiting")
        if reason:
            for ticket in self:
                ticket._tell_requester(
                    ticket._in_requester_lang().env._("We are waiting for:"), reason
                )

    def _cancel(self, reason, message_type="comment"):
        """Cancel tickets and tell the requester why.

        :param str message_type: ``notification`` where no person has written the reason
        """
        self.write({"cancel_reason": reason})
        self._set_status("cancelled")
        for ticket in self:
            ticket._tell_requester(
                ticket._in_requester_lang().env._("Your ticket is cancelled:"),
                reason,
                message_type,
            )

    def _in_requester_lang(self):
        return self.with_context(lang=self.partner_id.lang or self.env.lang)

    def _tell_requester(self, heading, text, message_type="comment"):
        """Post words of the present user that the requester gets and can read."""
        self.ensure_one()
        lines = Markup("<br/>").join(text.splitlines())
        # said by an agent at work, though he may be the requester himself: no reply
        self.with_context(helpdesk_reply_relayed=True).message_post(
            body=Markup("<p>%s<br/>%s</p>") % (heading, lines),
            message_type=message_type,
            subtype_xmlid="mail.mt_comment",
            partner_ids=self._get_requesters().ids,
        )

    def _prepare_status_facts(self, old, new, now):
        facts = super()._prepare_status_facts(old, new, now)
        if old == new:
            return facts
        if old == "waiting":
            facts.update(wait_until=False, waiting_reason=False)
        if old == "cancelled":
            facts["cancel_reason"] = False
        return facts

    # ------------------------------------------------------------------
    # Replies
    # ------------------------------------------------------------------

    @api.model
    def _is_automatic_mail(self, msg_dict):
        """Whether a parsed mail was written by a machine; made to be extended.

        :param dict msg_dict: the mail as ``message_parse`` returns it
        """
        return bool(self.env.context.get("helpdesk_automatic_mail"))

    def message_update(self, msg_dict, update_vals=None):
        if self._is_automatic_mail(msg_dict):
            # the gateway posts it with the values it handed to us
            msg_dict["message_type"] = "auto_comment"
        return super().message_update(msg_dict, update_vals=update_vals)

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if not self.env.context.get("helpdesk_reply_relayed") and self._is_reply(
            message
        ):
            # sudo: helpdesk.ticket - the requester may not write it, his reply acts
            self.sudo()._handle_reply(message.sudo())
        return result

    def _is_reply(self, message):
        """Whether a message is a person's reply from outside the desk."""
        # sudo: mail.message - author and type of the message just posted
        message_sudo = message.sudo()
        author = message_sudo.author_id
        if author == self.env.ref("base.partner_root"):
            return False
        return (
            self._is_readable_by_requester(message_sudo)
            and (author or message_sudo.message_type == "email")
            and not self._is_written_by_desk(message_sudo)
        )

    def _handle_reply(self, message):
        """Do what a reply asks for: wake, reopen, hand on or start anew."""
        self.ensure_one()
        successor = self._get_successor()
        if message.author_id not in self._get_requesters():
            # others go on in a ticket of their own, not in the requester's
            successor = self._get_follow_up_of(message.author_id) or successor
        if self._takes_replies():
            self._resume()
        elif successor and successor._takes_replies():
            self._relay_reply(message, successor)
            successor._resume()
        else:
            self._start_follow_up(message, successor)

    def _get_follow_up_of(self, author):
        """Return the ticket in which a late reply of somebody else goes on, if any."""
        return self.related_ticket_ids.filtered(
            lambda ticket: author in ticket._get_requesters()
            and ticket._takes_replies()
        )[:1]

    def _takes_replies(self):
        """Whether a reply to this ticket still belongs to it."""
        self.ensure_one()
        return (
            self.status_category not in ENDED_CATEGORIES
            or self._is_reopenable_by_requester()
        )

    def _is_reopenable_by_requester(self):
        """Whether the ticket is resolved and the time to come back is not over."""
        self.ensure_one()
        # sudo: res.company - the setting holds for requesters as well
        days = self.sudo().company_id.helpdesk_reopen_days
        if self.status_category != "resolved" or not days:
            return False
        start = self.resolved_date or self.last_stage_update
        return fields.Datetime.now() <= self._plan_working_days(start, days)

    def _resume(self):
        if self.status_category in ("waiting", "resolved"):
            self._set_status("open")

    def _requester_not_solved(self):
        """Reopen a resolved ticket because its requester says it is not solved.

        The caller has checked that the present user is a requester of the ticket.

        :raise UserError: when the ticket is not resolved or the time to say so is over
        """
        self.ensure_one()
        if not self._is_reopenable_by_requester():
            raise UserError(
                self.env._(
                    "The ticket can no longer be reopened. Reply to it, or report the "
                    "problem again, and a new ticket starts."
                )
            )
        # sudo: helpdesk.ticket - the requester may not write it, only say this
        self.sudo()._resume()

    def _get_next_ticket(self):
        """Return the ticket in which the matter of this one goes on, if any."""
        self.ensure_one()
        return self.follow_up_id

    def _get_chain(self):
        """Return this ticket and, in order, those in which its matter went on."""
        self.ensure_one()
        chain = self
        while (ticket := chain[-1:]._get_next_ticket()) and ticket not in chain:
            chain += ticket
        return chain

    def _get_successor(self):
        """Return the last ticket in which the matter went on; none if in no other."""
        return self._get_chain()[-1:] - self

    def _shares_thread_with(self, other):
        """Whether the same people read both tickets."""
        self.ensure_one()
        requesters = self._get_requesters()
        return bool(requesters) and requesters == other._get_requesters()

    def _shares_thread_with_successor(self):
        """Whether the same people read this ticket and all that came after it."""
        chain = self._get_chain()
        return all(
            ticket._shares_thread_with(later)
            for ticket, later in zip(chain, chain[1:], strict=False)
        )

    def _relay_reply(self, message, target):
        """Hand a reply on to the ticket in which the matter goes on.

        Its requester reads it only where he could have read it here.
        """
        subtype = "comment" if self._shares_thread_with_successor() else "note"
        # as root: a portal user's own files would be dropped from his relayed words
        poster = target.with_user(SUPERUSER_ID).with_context(
            helpdesk_reply_relayed=True
        )
        attachments = message.attachment_ids.with_user(SUPERUSER_ID).copy(
            {"res_model": target._name, "res_id": target.id}
        )
        poster.message_post(
            body=message.body,
            subject=message.subject,
            author_id=message.author_id.id,
            email_from=message.email_from,
            message_type="comment",
            subtype_xmlid=f"mail.mt_{subtype}",
            attachment_ids=attachments.ids,
            partner_ids=target.user_id.partner_id.ids,
        )

    def _start_follow_up(self, message, successor):
        """Start a new ticket from a reply that came too late for this one.

        :param successor: the ticket in which the matter went on and ended, if any
        """
        self.ensure_one()
        follow_up = self.with_user(SUPERUSER_ID).create(
            self._prepare_follow_up_values(message)
        )
        follow_up.related_ticket_ids = [
            Command.link(ticket.id) for ticket in self | successor
        ]
        message.attachment_ids.with_user(SUPERUSER_ID).copy(
            {"res_model": self._name, "res_id": follow_up.id}
        )
        if follow_up._get_requesters() == self._get_requesters():
            # else the requester's own late words would go to another's ticket
            self.follow_up_id = follow_up
        self._message_log(
            body=self.env._(
                "This reply came after the end: it goes on in %(ticket)s.",
                ticket=follow_up._get_html_link(follow_up.display_name),
            )
        )
        return follow_up

    def _prepare_follow_up_values(self, message):
        author = message.author_id
        if author in self._get_requesters():
            people = {
                "partner_id": self.partner_id.id,
                "submitter_id": self.submitter_id.id,
                "partner_name": self.partner_name,
                "partner_email": self.partner_email,
            }
        else:
            people = {
                # the ticket's own title is not for others
                "name": message.subject or self.env._("No Subject"),
                "partner_id": author.id,
                "partner_name": author.name,
                "partner_email": author.email or message.email_from,
            }
        channel = "email" if message.message_type == "email" else "web"
        return {
            "name": self.name,
            "description": message.body
            if not is_html_empty(message.body)
            else Markup("<p>%s</p>") % self.name,
            "team_id": self.team_id.id,
            "type_id": self.type_id.id,
            "category_id": self.category_id.id,
            "company_id": self.company_id.id,
            "user_id": False,
            # none where the school has deleted it
            "channel_id": self.env["ir.model.data"]._xmlid_to_res_id(
                f"helpdesk_mgmt.helpdesk_ticket_channel_{channel}"
            ),
            **people,
        }

    # ------------------------------------------------------------------
    # Scheduled
    # ------------------------------------------------------------------

    @api.model
    def _cron_close_resolved(self):
        """Close the resolved tickets nobody came back to."""
        self._move_due("resolved", "auto_close_date", "closed")

    @api.model
    def _cron_wake_waiting(self):
        """Bring back the tickets whose wait is over."""
        self._move_due("waiting", "wait_until", "open")

    @api.model
    def _move_due(self, category, date_field, new_category):
        """Move what is due to another status, batch by batch.

        The cost is that of the due tickets: both dates are indexed and empty for all
        others. A ticket that cannot be moved is logged and left for the next run; one
        whose team has no stage of that status stays where it is.
        """
        stages = self.env["helpdesk.ticket.stage"].search(
            [("status_category", "=", new_category)]
        )
        due = (
            Domain("status_category", "=", category)
            & Domain(date_field, "<=", fields.Datetime.now())
            & Domain.OR(stage._get_ticket_domain() for stage in stages)
        )
        ids = self.search(due, order=f"{date_field}, id").ids
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(ids))
        for batch in split_every(CRON_BATCH, ids):
            # somebody may have moved or be moving one since
            tickets = self.browse(batch).try_lock_for_update().filtered_domain(due)
            try:
                with self.env.cr.savepoint():
                    tickets._set_status(new_category)
            except Exception:
                tickets.invalidate_recordset()
                for ticket in tickets:
                    ticket._move_due_alone(new_category)
            if not Cron._commit_progress(len(batch)):
                break

    def _move_due_alone(self, new_category):
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._set_status(new_category)
        except Exception:
            self.invalidate_recordset()
            _logger.exception(
                "Ticket %s could not be moved to %s", self.id, new_category
            )
