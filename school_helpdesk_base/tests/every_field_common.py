"""Every role reads and exports every field that it is shown.

An addon whose models should be checked has a test class of its own, so that the check
also runs with the fields that only this addon adds.
"""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .access_common import AccessCommon

VIEWS = ("form", "list", "kanban", "search")


class EveryFieldCommon(AccessCommon):
    """Reads the records of a ticket with each role, in all ways of the web client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff_owner = new_test_user(
            cls.env, "every_staff_owner", groups="base.group_user"
        )
        exporters = cls.env.ref("base.group_allow_export")
        cls.roles = {
            "public": cls.public,
            "portal": cls.owner,
            "employee": cls.staff_owner,
            "own": cls.agent_own,
            "team": cls.agent_team,
            "all": cls.agent_all,
            "manager": cls.agent_manager,
        }
        for user in cls.roles.values():
            if user._is_internal():
                user.group_ids |= exporters
        cls._fill_tickets()

    @classmethod
    def _fill_tickets(cls):
        """Give two tickets what a ticket can have; addons add their own records."""
        category = cls.env["helpdesk.ticket.category"].create({"name": "Projectors"})
        tag = cls.env["helpdesk.ticket.tag"].create({"name": "Urgent for exams"})
        project = cls.env["project.project"].create(
            {"name": "Exams", "privacy_visibility": "followers"}
        )
        merged = cls._create_ticket(name="Merged", partner_id=cls.owner.partner_id.id)
        cls.staff_ticket = cls._create_ticket(
            name="Printer of the staff",
            partner_id=cls.staff_owner.partner_id.id,
            submitter_id=cls.owner.partner_id.id,
        )
        cls.tickets = cls.ticket | cls.staff_ticket
        for ticket in cls.tickets:
            ticket.write(
                {
                    "user_id": cls.agent_own.id,
                    "category_id": category.id,
                    "tag_ids": [(6, 0, tag.ids)],
                    "project_id": project.id,
                    "duplicate_id": cls.other_ticket.id,
                    "follow_up_id": cls.other_ticket.id,
                    "related_ticket_ids": [(4, cls.other_ticket.id)],
                }
            )
            ticket.activity_schedule(
                "mail.mail_activity_data_todo", user_id=cls.agent_all.id
            )
            ticket.message_post(body="A word", subtype_xmlid="mail.mt_comment")
            ticket.message_post(body="A note", subtype_xmlid="mail.mt_note")
            cls.env["ir.attachment"].create(
                {
                    "name": "photo.txt",
                    "raw": b"x",
                    "res_model": ticket._name,
                    "res_id": ticket.id,
                }
            )
        merged._merge_into(cls.ticket)

    # ------------------------------------------------------------------
    # What is checked
    # ------------------------------------------------------------------

    @classmethod
    def _get_models(cls):
        """Return the models with a table that our addons have, or add fields to."""
        ours = cls._get_our_addons()
        return [
            model
            for name, model in sorted(cls.env.items())
            if not (model._abstract or model._transient)
            and (
                name.startswith("helpdesk.")
                or any(cls._is_ours(field, ours) for field in model._fields.values())
            )
        ]

    @classmethod
    def _get_our_addons(cls):
        return {
            name
            for name in cls.env.registry._init_modules
            if name.startswith("school_") and "helpdesk" in name
        }

    @classmethod
    def _is_ours(cls, field, ours):
        return bool(ours & set(field._modules))

    def _get_fields(self, model):
        """Return the fields that the current user is shown, and that we answer for.

        These are all fields of helpdesk models. The other models have fields of Odoo
        that not everybody can read.
        """
        shown = model.fields_get(attributes=["exportable"])
        if model._name.startswith("helpdesk."):
            return shown
        ours = self._get_our_addons()
        return {
            name: shown[name]
            for name in shown
            if self._is_ours(model._fields[name], ours)
        }

    def _get_records(self, model):
        return model.with_context(active_test=False).search(
            [], limit=40, order="id desc"
        )

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    def _check_roles(self, read):
        """Call ``read`` for each role and each model that it may read.

        :param read: a function of records that yields for each way of reading its name
            and a function that reads
        :return: the number of fields that were read for each role
        """
        count = dict.fromkeys(self.roles, 0)
        for role, user in self.roles.items():
            for model in self._get_models():
                model = model.with_user(user)
                if not model.has_access("read"):
                    continue
                for name, action in read(self._get_records(model)):
                    self.env.invalidate_all()
                    with self.subTest(role=role, model=model._name, what=name):
                        try:
                            action()
                        except AccessError as error:
                            self.fail(str(error))
                    count[role] += 1
        return count

    def _check_read(self):
        def read(records):
            for name in self._get_fields(records):
                yield name, lambda name=name: records.read([name])

        count = self._check_roles(read)
        self.assertGreater(min(count["portal"], count["own"]), 50, count)

    def _check_export(self):
        def read(records):
            if not records.env.user.has_group("base.group_allow_export"):
                return
            if records._name == "mail.message":
                return  # Odoo lets only administrators export messages
            for name, facts in self._get_fields(records).items():
                # Odoo exports no external ids of reports
                if facts.get("exportable", True) and (name != "id" or records._auto):
                    yield name, lambda name=name: records.export_data([name])

        self.assertGreater(self._check_roles(read)["own"], 50)

    def _check_views(self):
        def read(records):
            if not records.env.user._is_internal():
                return
            views = records.get_views([(False, view) for view in VIEWS])["views"]
            for view in VIEWS:
                specification = self._get_specification(
                    records, etree.fromstring(views[view]["arch"])
                )
                for name in set(specification) & set(self._get_fields(records)):
                    yield (
                        f"{view}: {name}",
                        lambda name=name, spec=specification: records.web_read(
                            {name: spec[name]}
                        ),
                    )

        self.assertGreater(self._check_roles(read)["own"], 50)

    def _get_specification(self, model, node):
        """Return what the web client reads for a view, as for ``web_read``."""
        specification = {}
        for element in node.iterchildren(etree.Element):
            field = model._fields.get(element.get("name"))
            if element.tag != "field" or not field:
                specification.update(self._get_specification(model, element))
                continue
            specification[field.name] = {}
            if not field.relational:
                continue
            fields = {"display_name": {}}
            for view in element.iterchildren("list", "form", "kanban"):
                fields.update(
                    self._get_specification(model.env[field.comodel_name], view)
                )
            specification[field.name] = {"fields": fields}
        return specification
