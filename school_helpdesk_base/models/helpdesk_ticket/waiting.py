"""Waiting, resolving and cancelling: buttons, and messages to the requester.

A waiting ticket stores for whom or what it waits. The requester reads "Waiting for you"
only if this is the requester. Otherwise the requester reads, for example, "Waiting for
the vendor".
"""

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..helpdesk_ticket_stage import ENDED_CATEGORIES, WAITING_FOR


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    waiting_for = fields.Selection(
        selection=WAITING_FOR,
        compute="_compute_waiting_for",
        store=True,
        readonly=False,
        copy=False,
        help="For whom or what the ticket waits; empty while it does not wait. The "
        'requester reads "Waiting for you" only if this is Requester.',
    )
    waiting_reason = fields.Text(
        string="Reason to wait",
        readonly=True,
        copy=False,
        help="What the desk is waiting for, as told to the requester.",
    )
    wait_until = fields.Datetime(
        string="Wait until",
        copy=False,
        index="btree_not_null",
        help="When the ticket is reopened automatically if nobody has replied by then.",
    )
    cancel_reason = fields.Text(
        readonly=True,
        copy=False,
        help="Why the ticket was cancelled, as told to the requester.",
    )
    solution = fields.Char(
        readonly=True,
        copy=False,
        # the thread keeps a solution that is removed when the ticket is reopened
        tracking=True,
        help="What solved the problem, in one line, as told to the requester. Empty "
        "after the ticket is reopened.",
    )

    @api.model
    def default_get(self, fields):
        """Ignore a default ``waiting_for`` for a ticket that does not start in a wait.

        The board sets this default when a ticket is created in one of its columns.
        """
        values = super().default_get(fields)
        if values.get("waiting_for"):
            stage_id = values.get("stage_id") or self.env.context.get(
                "default_stage_id"
            )
            stage = self.env["helpdesk.ticket.stage"].browse(stage_id or ())
            if stage.status_category != "waiting":
                del values["waiting_for"]
        return values

    @api.depends("status_category")
    def _compute_waiting_for(self):
        """Wait for the requester, unless something else is chosen."""
        for ticket in self:
            ticket.waiting_for = ticket.status_category == "waiting" and (
                ticket.waiting_for or "requester"
            )

    @api.constrains("waiting_for")
    def _check_waiting_for(self):
        for ticket in self:
            if (ticket.status_category == "waiting") != bool(ticket.waiting_for):
                raise ValidationError(
                    self.env._(
                        "%(ticket)s: a ticket waits for somebody or something if, and "
                        "only if, its status is Waiting.",
                        ticket=ticket.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_answer(self):
        """Open the dialog to answer, which can also resolve the ticket or wait."""
        self.ensure_one()
        return {
            "name": self.env._("Answer"),
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket.answer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def action_ask_solution(self):
        """Ask for the solution, then resolve the tickets."""
        return self._action_open_status_wizard("resolved", self.env._("Resolve"))

    def action_resolve(self):
        """Resolve the open and waiting tickets and leave the others alone.

        :raise UserError: none of the tickets is open or waiting
        """
        self._get_resolvable()._set_status("resolved")

    def _get_resolvable(self):
        """Return the open and waiting tickets.

        :raise UserError: work on all the tickets has ended
        """
        resolvable = self._filter_unended()
        if self and not resolvable:
            raise UserError(
                self.env._(
                    "Only open and waiting tickets can be resolved. Reopen these first:"
                    " %(tickets)s",
                    tickets=", ".join(self.mapped("display_name")),
                )
            )
        return resolvable

    def action_reopen(self):
        """Set waiting, resolved, closed or cancelled tickets to open."""
        self._set_status("open")

    def action_wait(self):
        return self._action_open_status_wizard("waiting", self.env._("Wait"))

    def action_cancel(self):
        return self._action_open_status_wizard("cancelled", self.env._("Cancel"))

    def _action_open_status_wizard(self, category, name):
        # a single ticket that already waits: propose its own values
        known = self if len(self) == 1 and category == "waiting" else self.browse()
        return {
            "name": name,
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket.status.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_ticket_ids": [Command.set(self.ids)],
                "default_status_category": category,
                "default_waiting_for": known.waiting_for or "requester",
                "default_reason": known.waiting_reason,
                "default_wait_until": known.wait_until,
            },
        }

    def _wait(self, reason=False, until=False, waiting_for="requester"):
        """Set tickets to waiting, or change for whom they wait.

        :param str reason: what the desk is waiting for; sent to the requester if it is
            given and has changed
        :param datetime until: when the tickets are reopened automatically if nobody
            replies (naive UTC)
        :param str waiting_for: a value of the field
        """
        to_notify = self.filtered(
            lambda ticket: (ticket.waiting_for, ticket.waiting_reason or "")
            != (waiting_for, reason or "")
        )
        self._write_for_requester({"waiting_reason": reason, "wait_until": until})
        waiting = self.filtered(lambda ticket: ticket.status_category == "waiting")
        changed = waiting.filtered(lambda ticket: ticket.waiting_for != waiting_for)
        changed.write({"waiting_for": waiting_for})
        (self - waiting)._set_status("waiting", waiting_for=waiting_for)
        if reason:
            for ticket in to_notify:
                heading = ticket._in_requester_lang()._get_waiting_heading()
                ticket._tell_requester(
                    heading, reason, event=ticket._get_waiting_event()
                )

    def _write_for_requester(self, vals):
        """Write read-only fields whose texts the requester gets, such as a reason."""
        self.check_access("write")
        # sudo: helpdesk.ticket - access is checked above
        self.sudo().write(vals)

    def _check_wait_until(self, moment):
        """Refuse the end of a wait that is not in the future.

        :raise UserError: the moment (naive UTC, or empty) is over
        """
        if moment and moment <= fields.Datetime.now():
            raise UserError(self.env._("The wait must end in the future."))

    def _get_waiting_title(self):
        """Return for whom or what the ticket waits, as told to the requester."""
        self.ensure_one()
        return self._get_waiting_text(self.waiting_for)

    @api.model
    def _get_waiting_text(self, waiting_for):
        """Return a value of the field ``waiting_for``, as told to the requester."""
        match waiting_for:
            case "vendor":
                return self.env._("Waiting for the vendor")
            case "part":
                return self.env._("Waiting for a spare part")
            case "approval":
                return self.env._("Waiting for approval")
            case "other":
                return self.env._("On hold")
            case _:
                return self.env._("Waiting for you")

    def _get_waiting_heading(self):
        """Return the line above the reason in a message to the requester."""
        self.ensure_one()
        if self.waiting_for == "requester":
            return self.env._("We are waiting for:")
        return f"{self._get_waiting_title()}:"

    def _resolve(self, solution):
        """Store the solution and resolve the open and waiting tickets.

        The requester can read the solution as an answer on the ticket, and in the mail
        about the resolution.

        :param str solution: one line for the requester; may be empty
        :return: an action, as ``action_resolve`` returns it
        :raise UserError: none of the tickets is open or waiting
        """
        tickets = self._get_resolvable()
        if solution:
            tickets._write_for_requester({"solution": solution})
            for ticket in tickets:
                ticket._tell_requester(False, solution, event="resolved")
        return tickets.action_resolve()

    def _cancel(self, reason, message_type="comment"):
        """Cancel tickets and tell the requester why.

        :param str reason: the reason, told to the requester
        :param str message_type: ``notification`` if no person wrote the reason
        """
        self._write_for_requester({"cancel_reason": reason})
        self._set_status("cancelled")
        for ticket in self:
            ticket._tell_requester(
                ticket._in_requester_lang().env._("Your ticket is cancelled:"),
                reason,
                message_type,
                event="cancelled",
            )

    def _in_requester_lang(self):
        """Return the ticket with the language of its requester in the context."""
        return self.with_context(lang=self.partner_id.lang or self.env.lang)

    def _tell_requester(self, heading, text, message_type="comment", event=None):
        """Post a message of the current user to the requesters.

        :param str heading: the first line, if any
        :param str event: what the message tells; see ``_post_with_event``
        """
        self.ensure_one()
        lines = Markup("<br/>").join(filter(None, [heading, *text.splitlines()]))
        # this is a message of the desk, not a reply, even if the agent is the requester
        self.with_context(helpdesk_reply_relayed=True)._post_with_event(
            event,
            body=Markup("<p>%s</p>") % lines,
            message_type=message_type,
            subtype_xmlid="mail.mt_comment",
            partner_ids=self._get_requesters().ids,
        )

    @api.model
    def _on_status_changed(self, old_statuses, by_setup=False):
        result = super()._on_status_changed(old_statuses, by_setup=by_setup)
        # sudo: helpdesk.ticket - remove the reasons that no longer apply
        tickets_sudo = self.sudo().browse(ticket.id for ticket in old_statuses)
        tickets_sudo.filtered(
            lambda ticket: ticket.status_category != "waiting"
            and (ticket.wait_until or ticket.waiting_reason)
        ).write({"wait_until": False, "waiting_reason": False})
        tickets_sudo.filtered(
            lambda ticket: ticket.status_category != "cancelled"
            and ticket.cancel_reason
        ).write({"cancel_reason": False})
        tickets_sudo.filtered(
            lambda ticket: ticket.solution
            and ticket.status_category not in ENDED_CATEGORIES
        ).write({"solution": False})
        return result

    # ------------------------------------------------------------------
    # Scheduled
    # ------------------------------------------------------------------

    @api.model
    def _cron_wake_waiting(self):
        """Reopen the waiting tickets whose wait is over."""
        self._move_due("waiting", "wait_until", "open")

    @api.model
    def _move_due(self, category, date_field, new_category):
        """Move the due tickets from one status to another.

        Tickets whose team has no stage with the new status are skipped.

        :param str category: the status of the tickets now
        :param str date_field: an indexed field; empty for tickets that are never due
        :param str new_category: their status afterwards
        """
        stages = self.env["helpdesk.ticket.stage"].search(
            [("status_category", "=", new_category)]
        )
        self._sweep(
            Domain("status_category", "=", category)
            & Domain(date_field, "<=", fields.Datetime.now())
            & Domain.OR(stage._get_ticket_domain() for stage in stages),
            lambda tickets: tickets._set_status(new_category),
            order=f"{date_field}, id",
        )
