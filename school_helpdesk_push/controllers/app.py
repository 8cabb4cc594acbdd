"""The part of the service worker that shows notifications."""

from odoo.addons.school_helpdesk_portal.controllers.app import HelpdeskApp


class PushApp(HelpdeskApp):
    def _get_service_worker_files(self):
        return [
            *super()._get_service_worker_files(),
            "school_helpdesk_push/static/src/worker/push.js",
        ]
