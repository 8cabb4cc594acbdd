"""Symptoms on the page of a scanned device and on the report form."""

import uuid

from lxml import html

from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger

from .scan_common import ScanCase


@tagged("post_install", "-at_install")
class TestSymptom(ScanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.no_picture, cls.no_sound = cls.env["helpdesk.symptom"].create(
            [
                {
                    "name": name,
                    "sequence": sequence,
                    "asset_category_ids": cls.kind.ids,
                    # a category that people cannot choose themselves
                    "category_id": cls.hidden.id,
                    "priority": "2",
                }
                for sequence, name in enumerate(["No picture", "No sound"])
            ]
        )
        staff = cls.env["hr.employee"].create(
            {"name": "Sunan", "work_contact_id": cls.student.partner_id.id}
        )
        cls.asset.custodian_id = staff
        cls.chair = cls._new_asset(
            "CHR-1",
            category_id=cls.env["asset.category"].create({"name": "Chairs"}).id,
            custodian_id=staff.id,
        )

    def _value(self, symptom):
        return f"symptom-{symptom.id}"

    def _check_ticket(self, ticket, symptom):
        self.assertEqual(ticket.name, f"{symptom.name} - Testar TX-06, Room 204")
        self.assertEqual(ticket.symptom_id, symptom)
        self.assertEqual(ticket.category_id, symptom.category_id)
        self.assertEqual(ticket.priority, symptom.priority)
        self.assertEqual(ticket.asset_id, self.asset)

    # ------------------------------------------------------------------
    # The page of a scanned device
    # ------------------------------------------------------------------

    def test_symptoms_replace_the_categories(self):
        self._sign_in()
        self.assertEqual(self._choices(), ["No picture", "No sound", "Something else"])
        (self.no_picture | self.no_sound).action_archive()
        # without symptoms, the page offers the usual categories
        categories = self._choices()
        self.assertGreater(len(categories), 3)
        self.assertNotIn("No picture", categories)
        self.assertIn("Projector issues", categories)

    def test_one_tap_makes_a_ticket(self):
        self._sign_in()
        for symptom in (self.no_picture, self.no_sound):
            self._report(category=self._value(symptom))
            ticket = self._sent()[0]
            self._check_ticket(ticket, symptom)
            self.assertEqual(html2plaintext(ticket.description), symptom.name)

    def test_a_form_sent_again_with_a_text(self):
        """After a lost response, only the new text is added to the ticket."""
        self._sign_in()
        key = uuid.uuid4().hex
        for words in ("", "Since noon"):
            self._report(category=self._value(self.no_picture), words=words, key=key)
        ticket = self._sent()
        self._check_ticket(ticket, self.no_picture)
        comment = ticket.message_ids.filtered(lambda one: one.message_type == "comment")
        self.assertEqual(html2plaintext(comment.body), "Since noon")

    def test_the_priority_cannot_be_chosen(self):
        self._sign_in()
        self._report(category=self._value(self.no_picture), priority="3")
        self.assertEqual(self._sent().priority, "2")

    @mute_logger("odoo.http")
    def test_other_symptoms_are_refused(self):
        foreign = self.no_picture.copy(
            {"name": "Wobbles", "asset_category_ids": self.chair.category_id.ids}
        )
        archived = self.no_picture.copy({"active": False})
        self._sign_in()
        for value in (
            self._value(foreign),
            self._value(archived),
            "symptom-",
            "symptom-0",
            "symptom-x",
            f"symptom-{'9' * 40}",
            f"symptom-{self.no_picture.id}; DROP",
            str(self.hidden.id),
        ):
            with self.subTest(value=value):
                response = self._report(category=value)
                self.assertEqual(response.status_code, 422)
                self.assertIn("Please choose what is wrong", response.text)
        self.assertFalse(self._sent())

    def test_in_thai(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.env["website"].get_current_website().language_ids += self.env[
            "res.lang"
        ]._lang_get("th_TH")
        self.no_picture.with_context(lang="th_TH").name = "ไม่มีภาพ"
        self.student.lang = "th_TH"
        self._sign_in()
        self.opener.cookies["frontend_lang"] = "th_TH"
        self.assertIn("ไม่มีภาพ", self._choices())
        self._report(category=self._value(self.no_picture))
        self.assertEqual(self._sent().name, "ไม่มีภาพ - Testar TX-06, Room 204")

    def test_articles_of_a_symptom(self):
        help_, internal, draft = self.env["helpdesk.article"].create(
            [
                {"title": "Press Source", "audience": "portal", "state": "published"},
                {"title": "Spare lamps", "audience": "internal", "state": "published"},
                {"title": "Not yet", "audience": "portal"},
            ]
        )
        self.no_picture.article_ids = help_ | internal | draft
        self._sign_in()
        page = self._scan()
        [fixes] = page.find_class("o_helpdesk_symptom_fixes")
        # directly after the symptom: the style sheet shows it with the chosen one
        label = fixes.getprevious()
        self.assertEqual(label.text_content().strip(), "No picture")
        self.assertEqual(
            [node.text for node in fixes.iter("summary")], ["Press Source"]
        )
        [button] = fixes.iter("button")
        form = page.get_element_by_id(button.get("form"))
        self.assertNotIn(form, list(fixes.iterancestors()))
        response = self._post(form.get("action"), article_id=button.get("value"))
        self.assertIn("Glad that it helped", response.text)
        self.assertEqual(help_.solved_count, 1)
        for article in (internal, draft):
            answer = self._post(form.get("action"), article_id=article.id)
            self.assertEqual(answer.status_code, 404)

    def test_affected_people_see_the_symptom(self):
        self._sign_in()
        self._report(category=self._value(self.no_picture))
        self.assertEqual(self._sent()._share_title(), "No picture · Projector")

    # ------------------------------------------------------------------
    # The report form
    # ------------------------------------------------------------------

    def _send(self, **data):
        data = {
            "csrf_token": Request.csrf_token(self),
            "key": uuid.uuid4().hex,
            "asset": str(self.asset.id),
            **data,
        }
        return self.url_open("/helpdesk/report", data=data, allow_redirects=False)

    def test_the_form_has_the_symptoms_of_the_devices(self):
        self._sign_in()
        page = html.fromstring(self.url_open("/new/ticket").content)
        [group] = page.find_class("o_helpdesk_symptoms")
        self.assertEqual(group.get("data-assets"), str(self.asset.id))
        self.assertTrue("hidden" in group.attrib and "disabled" in group.attrib)
        names = [label.text_content().strip() for label in group.iter("label")]
        self.assertEqual(names, ["No picture", "No sound", "Something else"])
        # the link of a device without a label selects the device
        self.asset.action_qr_revoke()
        response = self.url_open(f"/new/ticket?asset_id={self.asset.id}")
        [group] = html.fromstring(response.content).find_class("o_helpdesk_symptoms")
        self.assertFalse("hidden" in group.attrib or "disabled" in group.attrib)

    def test_device_and_symptom_are_enough(self):
        self._sign_in()
        response = self._send(symptom=str(self.no_sound.id))
        self.assertEqual(response.status_code, 303)
        self._check_ticket(self._sent(), self.no_sound)
        self.assertEqual(html2plaintext(self._sent().description), "No sound")

    def test_the_device_with_the_symptom_is_the_main_one(self):
        self._sign_in()
        self._send(
            asset=[str(self.chair.id), str(self.asset.id)],
            symptom=str(self.no_sound.id),
            subject="Only left",
            description="Since noon",
        )
        ticket = self._sent()
        self._check_ticket(ticket, self.no_sound)
        self.assertEqual(ticket.asset_link_ids.asset_id, self.asset | self.chair)
        self.assertEqual(
            html2plaintext(ticket.description).split("\n"), ["Only left", "Since noon"]
        )

    @mute_logger("odoo.http")
    def test_wrong_symptoms_of_the_form(self):
        self._sign_in()
        foreign = self.no_picture.copy(
            {"asset_category_ids": self.env["asset.category"].create({"name": "X"}).ids}
        )
        statuses = {
            str(foreign.id): 422,
            "0": 400,
            "x": 400,
            "9" * 40: 400,
        }
        for value, status in statuses.items():
            with self.subTest(value=value):
                self.assertEqual(self._send(symptom=value).status_code, status)
        # without its device
        response = self._send(asset=str(self.chair.id), symptom=str(self.no_sound.id))
        self.assertEqual(response.status_code, 422)
        self.assertFalse(self._sent())

    def test_something_else_needs_the_other_answers(self):
        self._sign_in()
        response = self._send(symptom="other")
        self.assertEqual(response.status_code, 422)
        self.assertIn("Please say in a few words", response.text)
        [radio] = html.fromstring(response.content).xpath("//input[@value='other']")
        self.assertTrue(radio.checked)
        types = self.env["helpdesk.ticket.type"].search([("show_in_portal", "=", True)])
        self._send(symptom="other", subject="It hums", type=str(types[:1].id))
        ticket = self._sent()
        self.assertEqual(ticket.name, "It hums")
        self.assertFalse(ticket.symptom_id)
