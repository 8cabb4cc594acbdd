"""Limits which values requesters may post or edit through Odoo's chatter routes.

Odoo's routes post and edit the messages of portal users with sudo.
"""

from odoo.http import request

from odoo.addons.mail.controllers.thread import ThreadController

#: Requesters may edit these fields of their own messages.
EDITABLE_FIELDS = ("attachment_ids", "body")


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
        return {name: values[name] for name in EDITABLE_FIELDS if name in values}
