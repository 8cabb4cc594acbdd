"""Every file is checked, no matter how it was sent, and is served safely.

The tables of files are in ``files_common.py``. Other addons test their own forms with
the same tables.
"""

from email.message import EmailMessage

from odoo.exceptions import AccessError, ValidationError
from odoo.http import Request
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from ..tools.file_gate import UNKNOWN_MIMETYPE
from .access_common import AccessHttpCase
from .files_common import (
    DISGUISED,
    HEIC,
    JPEG,
    KNOWN,
    PAGE,
    PDF,
    PNG,
    PROGRAM,
    TURNED,
    FilesCommon,
    get_photos,
    get_shown_name,
)


class FilesCase(AccessHttpCase, FilesCommon, MockEmail):
    mails = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = new_test_user(
            cls.env, "files_staff", groups="base.group_user", email="s@example.com"
        )
        cls.staff_ticket = cls._create_ticket(partner_id=cls.staff.partner_id.id)
        cls.owner.partner_id.email = "owner@school.example.com"
        cls.env.company.alias_domain_id = cls.env["mail.alias.domain"].create(
            {"name": "files.example.com"}
        )
        cls.team.write({"alias_name": "desk", "company_id": cls.env.company.id})
        cls.env.company.helpdesk_upload_max_files = 100
        cls.env.company.helpdesk_portal_limit = 0

    def _upload(self, user, ticket, name, content):
        """Upload a file to a ticket's thread like the page; return the response."""
        self._sign_in(user)
        return self.url_open(
            "/mail/attachment/upload",
            data={
                "csrf_token": Request.csrf_token(self),
                "thread_id": ticket.id,
                "thread_model": ticket._name,
                "is_pending": "true",
            },
            files={"ufile": (name, content)},
        ).json()

    def _post_uploaded(self, ticket, answers):
        """Post a message with uploaded files; return the stored files."""
        known = ticket.message_ids
        files = [answer["data"] for answer in answers]
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": ticket._name,
                "thread_id": ticket.id,
                "post_data": {
                    "body": "See here",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    "attachment_ids": [file["attachment_id"] for file in files],
                    "attachment_tokens": [
                        file["store_data"]["ir.attachment"][0]["ownership_token"]
                        for file in files
                    ],
                },
            },
        )
        self.env.invalidate_all()
        return (ticket.message_ids - known).attachment_ids.sorted("id")

    def _send_form(self, files):
        """Send OCA's form as the owner; return the response and the new ticket."""
        self._sign_in(self.owner)
        Ticket = self.env["helpdesk.ticket"]
        before = Ticket.search([])
        response = self.url_open(
            "/submitted/ticket",
            data={
                "csrf_token": Request.csrf_token(self),
                "subject": "No picture",
                "description": "It stays dark, since today.",
            },
            files=[("attachment", file) for file in files],
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return response, Ticket.search([]) - before

    def _mail(self, files):
        """Process a mail from the owner; return the stored files."""
        message = EmailMessage()
        message["From"] = "owner@school.example.com"
        message["To"] = self.team.alias_full_name
        message["Subject"] = f"No{TURNED} picture"
        type(self).mails += 1
        message["Message-Id"] = f"<{self.mails}.files@school.example.com>"
        message.set_content("It stays dark.")
        for name, content in files:
            message.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        Ticket = self.env["helpdesk.ticket"]
        before = Ticket.search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(False, message.as_bytes())
        ticket = Ticket.search([]) - before
        self.assertEqual(ticket.name, "No picture")
        return ticket.attachment_ids.sorted("id")


@tagged("post_install", "-at_install", "security")
class TestFiles(FilesCase):
    # ------------------------------------------------------------------
    # Files that are not what they seem
    # ------------------------------------------------------------------

    def test_form_refuses(self):
        response, ticket = self._send_form(DISGUISED.values())
        self.assertEqual(response.status_code, 422)
        self.assertFalse(ticket)
        self.assert_all_refused(response.text)
        self.assertIn("It stays dark, since today.", response.text)

    def test_thread_refuses_a_requester(self):
        for user, ticket in (
            (self.owner, self.ticket),
            (self.staff, self.staff_ticket),
        ):
            answers = [
                self._upload(user, ticket, name, content).get("error", "")
                for name, content in DISGUISED.values()
            ]
            self.assert_all_refused("\n".join(answers))

    def test_message_post_refuses_a_requester(self):
        for label, (name, content) in DISGUISED.items():
            for user, ticket in (
                (self.owner, self.ticket),
                (self.staff, self.staff_ticket),
            ):
                with self.subTest(label, user=user.login):
                    with self.assertRaises(ValidationError) as refused:
                        ticket.with_user(user).message_post(
                            body="See here", attachments=[(name, content)]
                        )
                    self.assertIn(get_shown_name(name), str(refused.exception))

    def test_files_without_a_record_are_checked_when_they_are_linked(self):
        Attachment = self.env["ir.attachment"].with_user(self.staff)
        ticket = self.staff_ticket.with_user(self.staff)
        for label, (name, content) in DISGUISED.items():
            with self.subTest(label):
                file = Attachment.create({"name": name, "raw": content})
                with self.assertRaises(ValidationError):
                    ticket.message_post(body="See here", attachment_ids=file.ids)
        self.assertFalse(
            self.env["ir.attachment"].search(
                [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
            )
        )
        file = Attachment.create({"name": "photo.heic", "raw": HEIC})
        message = ticket.message_post(body="See here", attachment_ids=file.ids)
        self.assertEqual(message.attachment_ids.sudo().res_id, ticket.id)
        self.assertEqual(message.attachment_ids.sudo().name, "photo.jpg")

    def test_files_of_another_record_are_sent_as_copies(self):
        partner = self.staff.partner_id
        ticket = self.staff_ticket.with_user(self.staff)
        Attachment = self.env["ir.attachment"].with_user(self.staff).sudo()
        name, photo = next(iter(get_photos().items()))
        for place in ({"res_id": partner.id}, {"res_id": 0}):
            place["res_model"] = partner._name
            file = Attachment.create({"name": "page.html", "raw": PAGE, **place})
            with self.assertRaises(ValidationError):
                ticket.sudo().message_post(body="See here", attachment_ids=file.ids)
            file = Attachment.create({"name": name, "raw": photo, **place})
            message = ticket.sudo().message_post(
                body="See here", attachment_ids=file.ids
            )
            self.assertEqual(file.raw, photo)
            self.assertEqual(message.attachment_ids.res_id, ticket.id)
            self.assert_upright_without_place(message.attachment_ids)

    def test_files_of_templates_keep_their_record(self):
        template = self.env["ir.attachment"].create(
            {"name": "rules.pdf", "raw": PDF, "res_model": "mail.template"}
        )
        message = self.ticket.message_post(body="See here", attachment_ids=template.ids)
        self.assertEqual(message.attachment_ids, template)
        self.assertEqual(template.res_model, "mail.template")

    def test_mail_is_kept_safely(self):
        self.assert_all_kept_safely(self._mail(DISGUISED.values()))

    def test_chatter_of_an_agent_is_kept_safely(self):
        answers = [
            self._upload(self.agent_team, self.ticket, name, content)
            for name, content in DISGUISED.values()
        ]
        self.assert_all_kept_safely(self._post_uploaded(self.ticket, answers))

    def test_remote_call_of_an_agent_is_kept_safely(self):
        Attachment = self.env["ir.attachment"].with_user(self.agent_team)
        place = {"res_model": self.ticket._name, "res_id": self.ticket.id}
        made = Attachment.create(
            [
                {"name": name, "raw": content, "mimetype": "text/html", **place}
                for name, content in DISGUISED.values()
            ]
        )
        self.assert_all_kept_safely(made)
        linked = Attachment.create(
            [{"name": name, "raw": content} for name, content in DISGUISED.values()]
        )
        linked.write(place)
        self.assert_all_kept_safely(linked)

    def test_a_web_page_in_a_comment_is_only_downloaded(self):
        """Without the check, its scripts would run at the school's own address."""
        file = self.ticket.message_post(
            body="See here",
            subtype_xmlid="mail.mt_comment",
            attachments=[("page.html", PAGE)],
        ).attachment_ids
        [token] = file.generate_access_token()
        response = self.url_open(f"/web/content/{file.id}?access_token={token}")
        self.assertEqual(response.content, PAGE)
        self.assertEqual(response.headers["Content-Type"], UNKNOWN_MIMETYPE)
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertIn("page.html.blocked", response.headers["Content-Disposition"])

    def test_web_pages_of_older_databases_are_only_downloaded(self):
        file = self.ticket.message_post(
            body="See here",
            subtype_xmlid="mail.mt_comment",
            attachments=[("page.html", PAGE)],
        ).attachment_ids
        for mimetype in ("text/html", "image/svg+xml", "application/xhtml+xml"):
            self.env.cr.execute(
                "UPDATE ir_attachment SET name = 'a.html', mimetype = %s WHERE id = %s",
                (mimetype, file.id),
            )
            self.env.invalidate_all()
            self.assert_served(file, shown=False)

    def test_malformed_addresses_of_files_are_refused(self):
        file = self.ticket.message_post(
            body="See here",
            subtype_xmlid="mail.mt_comment",
            attachments=[("photo.png", PNG)],
        ).attachment_ids
        [token] = file.generate_access_token()
        for query in (
            "download=",
            "download=maybe",
            "download=%00",
            "width=",
            "width=wide",
            "height=1e3",
            "id=first",
            f"id={'9' * 30}",
        ):
            kinds = ["image"] if query[0] in "wh" else ["content", "image"]
            for kind in kinds:
                path = "" if query.startswith("id=") else f"/{file.id}"
                with self.subTest(query=query, kind=kind):
                    response = self.url_open(
                        f"/web/{kind}{path}?access_token={token}&{query}"
                    )
                    self.assertEqual(response.status_code, 400)
        for query in ("download=true", "download=0", "attachment=", "width=10"):
            with self.subTest(query=query):
                response = self.url_open(
                    f"/web/image/{file.id}?access_token={token}&{query}"
                )
                self.assertEqual(response.status_code, 200)

    def test_other_routes_to_a_file_set_the_headers_too(self):
        file = self.ticket.message_post(
            body="See here", attachments=[("scan.pdf", PDF)]
        ).attachment_ids
        self._sign_in(self.agent_team)
        archive = self.url_open(
            "/mail/attachment/zip",
            data={
                "csrf_token": Request.csrf_token(self),
                "file_ids": str(file.id),
                "zip_name": "files.zip",
            },
        )
        page = self.url_open(f"/mail/attachment/pdf_first_page/{file.id}")
        for response in (archive, page):
            if response.status_code == 200:
                self.assertIn("sandbox", response.headers["Content-Security-Policy"])
                self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(archive.status_code, 200)

    # ------------------------------------------------------------------
    # Files that a school has
    # ------------------------------------------------------------------

    def test_known_files_are_accepted_everywhere(self):
        files = [(name, content) for name, content, _shown in KNOWN]
        response, ticket = self._send_form(files)
        self.assertEqual(response.status_code, 302)
        self.assert_all_known(ticket.attachment_ids.sorted("id"))
        answers = [self._upload(self.owner, self.ticket, *file) for file in files]
        self.assert_all_known(self._post_uploaded(self.ticket, answers))
        self.assert_all_known(self._mail(files))
        message = self.ticket.with_user(self.agent_team).message_post(
            body="See here", subtype_xmlid="mail.mt_comment", attachments=files
        )
        self.assert_all_known(message.attachment_ids.sorted("id"))

    def test_photos_are_cleaned_on_every_channel(self):
        photos = list(get_photos().items())
        place = {"res_model": self.ticket._name, "res_id": self.ticket.id}
        _response, ticket = self._send_form(photos)
        by_page = [self._upload(self.owner, self.ticket, *photo) for photo in photos]
        by_page = self._post_uploaded(self.ticket, by_page)
        by_chatter = [
            self._upload(self.agent_team, self.ticket, *photo) for photo in photos
        ]
        by_chatter = self._post_uploaded(self.ticket, by_chatter)
        Attachment = self.env["ir.attachment"].with_user(self.agent_team)
        made = Attachment.create(
            [{"name": name, "raw": content, **place} for name, content in photos]
        )
        linked = Attachment.create(
            [{"name": name, "raw": content} for name, content in photos]
        )
        linked.write(place)
        changed = Attachment.create(
            [{"name": name, "raw": JPEG, **place} for name, _content in photos]
        )
        for file, (_name, content) in zip(changed, photos, strict=True):
            file.raw = content
        ways = {
            "form": ticket.attachment_ids,
            "page": by_page,
            "chatter": by_chatter,
            "mail": self._mail(photos),
            "remote call": made,
            "linked afterwards": linked,
            "changed afterwards": changed,
        }
        for way, files in ways.items():
            self.assertEqual(len(files), len(photos), way)
            for file in files:
                with self.subTest(way=way, name=file.name):
                    self.assert_upright_without_place(file)

    # ------------------------------------------------------------------
    # Attempts to bypass the check
    # ------------------------------------------------------------------

    def test_changes_are_checked(self):
        place = {"res_model": self.ticket._name, "res_id": self.ticket.id}
        Attachment = self.env["ir.attachment"].with_user(self.agent_team)
        for change in (
            {"name": "page.html"},
            {"name": f"a{TURNED}txt.exe"},
            {"raw": PAGE},
            {"datas": b"TVqQAAMAAAA="},
            {"db_datas": b"TVqQAAMAAAA="},
            {"mimetype": "text/html"},
        ):
            with self.subTest(change):
                file = Attachment.create({"name": "a.jpg", "raw": JPEG, **place})
                file.write(change)
                if "mimetype" in change:
                    self.assertEqual(file.mimetype, "image/jpeg")
                else:
                    self.assertTrue(file.name.endswith(".blocked"), file.name)
                    self.assertEqual(file.mimetype, UNKNOWN_MIMETYPE)
        blocked = Attachment.create({"name": "a.ps1", "raw": b"ls", **place})
        blocked.name = "a.ps1"
        self.assertEqual(blocked.name, "a.ps1.blocked")

    def test_default_values_in_the_context_are_checked(self):
        Attachment = self.env["ir.attachment"].with_user(self.agent_team)
        file = Attachment.with_context(
            default_res_model=self.ticket._name,
            default_res_id=self.ticket.id,
            default_raw=PAGE,
            default_name="page.html",
            default_mimetype="text/html",
        ).create({})
        self.assertEqual(file.res_id, self.ticket.id)
        self.assertEqual(file.name, "page.html.blocked")
        self.assertEqual(file.mimetype, UNKNOWN_MIMETYPE)

    def test_a_safe_name_does_not_bypass_the_check(self):
        for name in ("setup.exe.blocked", "page.html.blocked", "tools.zip.blocked"):
            with self.subTest(name), self.assertRaises(ValidationError):
                self.env["ir.attachment"].with_user(self.owner).create(
                    {
                        "name": name,
                        "raw": b"MZ" + bytes(80),
                        "res_model": "helpdesk.ticket",
                        "res_id": self.ticket.id,
                    }
                )

    def test_a_binary_field_does_not_bypass_the_check(self):
        file = (
            self.env["ir.attachment"]
            .with_user(self.agent)
            .create(
                {
                    "name": "setup.exe",
                    "raw": b"MZ" + bytes(80),
                    "res_model": "helpdesk.ticket",
                    "res_id": self.ticket.id,
                    "res_field": "rating_last_image",
                }
            )
        )
        self.assertEqual(file.name, "setup.exe.blocked")

    def test_res_field_does_not_bypass_the_check(self):
        values = {
            "name": "page.html",
            "raw": PAGE,
            "res_model": self.ticket._name,
            "res_id": self.ticket.id,
            "res_field": "name",
        }
        file = self.env["ir.attachment"].with_user(self.agent_team).create(values)
        self.assertEqual(file.name, "page.html.blocked")

    def test_links(self):
        Attachment = self.env["ir.attachment"].with_user(self.agent_team)
        place = {"res_model": self.ticket._name, "res_id": self.ticket.id}
        link = {"name": "Manual", "type": "url", **place}
        self.assertTrue(Attachment.create({**link, "url": "https://example.com/a"}))
        for url in ("javascript:alert(1)", "data:text/html,x", "//example.com", False):
            with self.subTest(url), self.assertRaises(ValidationError):
                Attachment.create({**link, "url": url})

    def test_one_size_limit_for_all_channels(self):
        self.env.company.helpdesk_upload_max_megabytes = 1
        large = b"a" * (1024**2 + 1)
        response, _ticket = self._send_form([("large.txt", large)])
        self.assertIn("large.txt is larger than 1 MB", response.text)
        for user in (self.owner, self.agent_team):
            answer = self._upload(user, self.ticket, "large.txt", large)
            self.assertIn("larger than 1 MB", answer["error"])
            with self.assertRaises(ValidationError):
                self.ticket.with_user(user).message_post(
                    body="See here", attachments=[("large.txt", large)]
                )
        page = self.url_open("/new/ticket").text
        if "max_upload_size" in page:  # the portal's form checks on the server
            self.assertIn(f'max_upload_size="{1024**2}"', page)
        # files in mails are limited by the mail server only
        [file] = self._mail([("large.txt", large)])
        self.assertEqual(file.file_size, len(large))

    def test_a_picture_too_large_to_be_opened_is_no_error(self):
        """Odoo itself raises an error for it, on records of every model."""
        name, content = DISGUISED["picture of too many pixels"]
        partner = self.owner.partner_id
        for record in (partner, self.ticket):
            values = {"res_model": record._name, "res_id": record.id}
            file = self.env["ir.attachment"].create(
                {"name": name, "raw": content, **values}
            )
            self.assertEqual(file.raw, content)

    def test_files_of_other_models_are_left_alone(self):
        partner = self.owner.partner_id
        values = {"res_model": partner._name, "res_id": partner.id}
        name, photo = next(iter(get_photos().items()))
        file = self.env["ir.attachment"].create({"name": name, "raw": photo, **values})
        self.assertEqual(file.raw, photo)
        file.name = "setup.exe"
        self.assertEqual(file.name, "setup.exe")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.models")
    def test_nobody_writes_the_desk_only_value(self):
        file = self.ticket.message_post(
            body="See", subtype_xmlid="mail.mt_note", attachments=[("a.txt", b"a")]
        ).attachment_ids
        for user in (self.agent_manager, self.agent_team):
            for act in (
                lambda file: file.write({"helpdesk_desk_only": False}),
                lambda file: file.read(["helpdesk_desk_only"]),
            ):
                with self.assertRaises(AccessError):
                    act(file.with_user(user))
        self.assertEqual(file.helpdesk_desk_only, "note")

    # ------------------------------------------------------------------
    # Names and titles
    # ------------------------------------------------------------------

    def test_titles_contain_no_invisible_characters(self):
        ticket = self._create_ticket(name=f"Pro{TURNED}jector\u200b\x07\nis off\u2066")
        self.assertEqual(ticket.name, "Projector is off")
        ticket.name = f"{TURNED}Laptop"
        self.assertEqual(ticket.name, "Laptop")
        ticket.name = TURNED
        self.assertEqual(ticket.name, "No Subject")

    def test_names_of_files(self):
        for name, kept in (
            ("../../etc/passwd.txt", "_.._etc_passwd.txt"),
            ('a<b>"c|?*.txt', "a_b__c___.txt"),
            ("a\r\nb.txt", "a b.txt"),
            ("จอไม่ติด.txt", "จอไม่ติด.txt"),
            ("x" * 300 + ".txt", "x" * 116 + ".txt"),
        ):
            file = self.env["ir.attachment"].create(
                {
                    "name": name,
                    "raw": b"words",
                    "res_model": self.ticket._name,
                    "res_id": self.ticket.id,
                }
            )
            self.assertEqual(file.name, kept)

    def test_refusals_are_translated_to_thai(self):
        self.env["res.lang"]._activate_lang("th_TH")
        self.owner.lang = "th_TH"
        Attachment = self.env["ir.attachment"].with_user(self.owner)
        with self.assertRaises(ValidationError) as refused:
            Attachment.with_context(lang="th_TH")._check_file("a.exe", PROGRAM)
        self.assertIn("ไฟล์ a.exe", str(refused.exception))
