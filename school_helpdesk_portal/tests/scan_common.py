"""A device with a label and its scan page, for tests."""

import base64
import uuid

from lxml import html

from odoo.http import Request

from .common import PortalCase

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/q842iQAA"
    "AABJRU5ErkJggg=="
)


class ScanCase(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env["asset.category"].create({"name": "Beamers"})
        cls.room = cls.env["asset.location"].create({"name": "Room 204"})
        cls.asset = cls._new_asset("EPS-0012")
        Category = cls.env["helpdesk.ticket.category"]
        cls.dark, cls.noisy, cls.hidden = Category.create(
            [
                {"name": "Too dark", "company_id": False},
                {"name": "Too noisy", "company_id": False},
                {"name": "Secret", "company_id": False, "show_in_portal": False},
            ]
        )
        cls.path = f"/helpdesk/scan/{cls.asset.qr_token}"

    @classmethod
    def _new_asset(cls, code, **values):
        return cls.env["asset.asset"].create(
            {
                "asset_code": code,
                "name": "Projector",
                "brand": "Testar",
                "model": "TX-06",
                "category_id": cls.kind.id,
                "location_id": cls.room.id,
                **values,
            }
        )

    @classmethod
    def _new_report(cls, asset=None, user=None, count=1, **values):
        asset = asset or cls.asset
        return cls._new_tickets(user or cls.teacher, count, asset_id=asset.id, **values)

    def _sign_in(self, user=None):
        user = user or self.student
        self.authenticate(user.login, user.login)

    def _scan(self, path=None):
        response = self.url_open(path or self.path)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)

    def _report(self, path=None, files=None, **data):
        data = {
            "csrf_token": Request.csrf_token(self),
            "key": uuid.uuid4().hex,
            "category": str(self.dark.id),
            **data,
        }
        return self.url_open(
            f"{path or self.path}/report", data, files, allow_redirects=False
        )

    def _sent(self):
        return self.env["helpdesk.ticket"].search(
            [("partner_id", "=", self.student.partner_id.id)]
        )

    def _choices(self):
        return [
            label.text_content().strip()
            for label in self._scan().xpath("//fieldset//label")
        ]
