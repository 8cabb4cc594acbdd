"""Words posted or corrected by the page: Odoo's route hands them on with sudo."""

from odoo.http import request

from odoo.addons.mail.controllers.thread import ThreadController

#: What a requester corrects in his words.
CORRECTIONS = ("attachment_ids", "body")


class SchoolHelpdeskThreadController(ThreadController):
    def _prepare_message_data(self, post_data, *, thread, **kwargs):
        values = super()._prepare_message_data(post_data, thread=thread, **kwargs)
        if thread._name != "helpdesk.ticket":
            return values
        ticket = request.env["helpdesk.ticket"].browse(thread.id)
        if ticket.has_access("write"):
            return values
        if kwargs.get("from_create"):
            return ticket._prepare_requester_message(values)
        return {name: values[name] for name in CORRECTIONS if name in values}
