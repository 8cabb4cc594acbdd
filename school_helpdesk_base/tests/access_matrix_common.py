"""Tests tables of access rights by the ORM and by JSON-RPC.

A table has one line for each record. Each line has one cell for each user of
``PEOPLE``, in this order: ``+`` must succeed and ``-`` must be refused.
"""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .access_common import AccessHttpCase

PEOPLE = (
    "public",  # nobody signed in
    "owner",  # portal user, the requester of the ticket
    "submitter",  # portal user, the submitter of the ticket
    "stranger",  # portal user of the same company, follows the ticket
    "employee",  # no desk role, follows the ticket
    "staff_owner",  # employee without a desk role, requester of the ticket
    "agent_own",  # agent of own tickets, not in the ticket's team
    "agent_assignee",  # agent of own tickets, assigned to the ticket, not in its team
    "agent_team",  # agent of team tickets, in the ticket's team
    "agent_all",  # agent of all tickets
    "agent_manager",
)

#: The field to write for models without a field ``name``.
TEXT_FIELDS = {
    "helpdesk.assignment": "preferred",
    "helpdesk.mail.parked": "subject",
    "helpdesk.mail.receipt": "key",
    "helpdesk.ticket.escalation": "rule_name",
    "helpdesk.stage.requirement": "hint",
    "helpdesk.team.member": "pause_reason",
    "helpdesk.notification": "email",
    "helpdesk.notification.rule": "subject",
    "helpdesk.webhook.call": "failure",
    "mail.message": "body",
    "mail.scheduled.message": "subject",
    "rating.rating": "feedback",
}


class AccessMatrixCase(AccessHttpCase):
    """The tests of the tables; subclasses define the tables and the records.

    The users of ``PEOPLE`` try to access the records of a ticket.
    """

    # the subclasses in the addons run these tests
    allow_inherited_tests_method = True
    READ = WRITE = CREATE = DELETE = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff_owner = cls._new_user("staff_owner", "base.group_user")
        cls.team.user_ids -= cls.agent_own
        # staff_owner has another ticket: one ticket cannot have three requesters
        cls.ticket.message_subscribe(
            (cls.stranger | cls.employee | cls.staff_owner).partner_id.ids
        )
        cls.objects = cls._create_objects(cls.ticket)
        cls.staff_ticket = cls._create_ticket(
            name="Printer of the staff", partner_id=cls.staff_owner.partner_id.id
        )
        cls.agent_assignee = cls._new_user(
            "agent_assignee", "helpdesk_mgmt.group_helpdesk_user_own"
        )
        cls.assigned_ticket = cls._create_ticket(
            name="Scanner of the owner", partner_id=cls.owner.partner_id.id
        )
        # not a member of its team: only the assignment gives access
        cls.assigned_ticket.user_id = cls.agent_assignee
        cls.objects_of = {
            "staff_owner": cls._create_objects(cls.staff_ticket),
            "agent_assignee": cls._create_objects(cls.assigned_ticket),
        }

    @classmethod
    def _new_user(cls, name, groups):
        return new_test_user(cls.env, f"access_{name}", groups=groups)

    @classmethod
    def _create_objects(cls, ticket):
        """Return the records of a ticket by their labels in the tables."""
        return {"ticket": ticket}

    def _get_creation_values(self, label, record, user):
        """Return the values with which a user tries to create another record."""
        return {"name": "One more"}

    # ------------------------------------------------------------------
    # The tests
    # ------------------------------------------------------------------

    def test_orm_read(self):
        self._check_orm_read(self.READ)

    def test_orm_write(self):
        self._check_orm_write(self.WRITE)

    def test_orm_delete(self):
        self._check_orm_delete(self.DELETE)

    def test_orm_create(self):
        self._check_orm_create(self.CREATE)

    def test_rpc_read(self):
        self._check_rpc_read(self.READ)

    def test_rpc_write(self):
        self._check_rpc_write(self.WRITE)

    def test_rpc_create(self):
        self._check_rpc_create(self.CREATE)

    def test_rpc_delete(self):
        self._check_rpc_delete(self.DELETE)

    # ------------------------------------------------------------------
    # Checking a table
    # ------------------------------------------------------------------

    def _check(self, table, is_done):
        """Compare a table with what the users can do.

        :param is_done: function of the name of the user, the user, the record and its
            label in the table; returns whether the action succeeded
        """
        self.assertTrue(table, "There is no table to test.")
        for label, line in table.items():
            cells = line.split()
            self.assertEqual(len(cells), len(PEOPLE), label)
            for person, cell in zip(PEOPLE, cells, strict=True):
                objects = self._get_objects(person)
                with self.subTest(label=label, person=person):
                    self.env.invalidate_all()
                    done = is_done(person, getattr(self, person), objects[label], label)
                    self.assertEqual("+" if done else "-", cell)

    def _get_objects(self, person):
        return self.objects_of.get(person, self.objects)

    def _is_allowed(self, action):
        """Whether an action is allowed; it is rolled back afterwards."""
        done = False
        try:
            with self.env.cr.savepoint() as savepoint:
                action()
                done = True
                savepoint.rollback()
        except AccessError:
            pass
        self.env.invalidate_all()
        return done

    # ------------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------------

    def _check_orm_read(self, table):
        def is_done(_person, user, record, _label):
            record = record.with_user(user)
            done = self._is_allowed(lambda: record.read(["display_name"]))
            found = record.browse()
            if found.has_access("read"):
                found = record.search([("id", "=", record.id)])
            self.assertEqual(bool(found), done, "search")
            return done

        self._check(table, is_done)

    def _check_orm_write(self, table):
        self._check(
            table,
            lambda _p, user, record, _t: record.with_user(user).has_access("write"),
        )

    def _check_orm_delete(self, table):
        self._check(
            table,
            lambda _p, user, record, _t: record.with_user(user).has_access("unlink"),
        )

    def _check_orm_create(self, table):
        def is_done(_person, user, record, label):
            values = self._get_creation_values(label, record, user)
            return self._is_allowed(
                lambda: record.browse().with_user(user).create(values)
            )

        self._check(table, is_done)

    # ------------------------------------------------------------------
    # JSON-RPC
    # ------------------------------------------------------------------

    def _check_rpc_read(self, table):
        def is_done(person, user, record, _label):
            self._sign_in(user)
            mine = [("id", "=", record.id)]
            done, _result = self._call(record._name, "read", [record.ids, ["id"]])
            done_2, lines = self._call(record._name, "search_read", [mine, ["id"]])
            done_3, count = self._call(record._name, "search_count", [mine])
            self.assertEqual(done, bool(done_2 and lines), "search_read")
            self.assertEqual(done, bool(done_3 and count), "search_count")
            return done

        # RPC needs a session, so the public user can do nothing
        table = {label: f"- {line.split(None, 1)[1]}" for label, line in table.items()}
        self._check(table, is_done)

    def _check_rpc_write(self, table):
        def is_done(person, user, record, _label):
            self._sign_in(user)
            name = TEXT_FIELDS.get(record._name, "name")
            before = record[name]
            done, _result = self._call(
                record._name, "write", [record.ids, {name: "Rewritten"}]
            )
            self.env.invalidate_all()
            if not done:
                self.assertEqual(record[name], before)
            return done

        self._check(table, is_done)

    def _check_rpc_create(self, table):
        def is_done(person, user, record, label):
            self._sign_in(user)
            values = self._get_creation_values(label, record, user)
            return self._call(record._name, "create", [[values]])[0]

        self._check(table, is_done)

    def _check_rpc_delete(self, table):
        def is_done(person, user, record, _label):
            self._sign_in(user)
            done, _result = self._call(record._name, "unlink", [record.ids])
            self.assertTrue(record.exists())
            return done

        # only the forbidden cells: a permitted call would delete the record
        for label, line in table.items():
            refused = [cell == "-" for cell in line.split()]
            for person, is_refused in zip(PEOPLE, refused, strict=True):
                if is_refused:
                    with self.subTest(label=label, person=person):
                        user = getattr(self, person)
                        self.assertFalse(
                            is_done(
                                person, user, self._get_objects(person)[label], label
                            )
                        )
