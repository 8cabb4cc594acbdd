"""Tests of routes, described by a table: the response that each user gets.

The table is a text. A line that begins with a verb describes a request. If a route
occurs more than once, a remark after ``--`` tells its lines apart. The next line
contains the response for each user, in the order of the class attribute ``PEOPLE``::

    GET /my/ticket/<ticket_id>
        404 200 404
    POST /my/ticket/<ticket_id>/comment -- an empty one
        in  422 404

A cell contains the HTTP status, or ``in`` if the response redirects to the sign-in
page. ``RPC`` requests are JSON-RPC: their cells are ``yes`` (a result), ``no`` (an
empty result), ``in``, or the HTTP status that the error corresponds to. A ``+`` after
it means that the request changes the database; without ``+``, no row of the help desk's
tables may change. No response may contain texts that are secret for the user. Each
request is rolled back.
"""

import json
import random
import re
from urllib.parse import quote

from odoo.http import Request, _generate_routing_rules
from odoo.models import BaseModel
from odoo.tools import SQL, mute_logger

from .access_common import AccessHttpCase

VERBS = ("GET", "POST", "RPC")
#: A placeholder: ``<ticket_id>`` in the table, ``<int:ticket_id>`` in a route.
PLACE = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
#: The tables of our addons, and the tables of Odoo into which our pages write.
TABLES = (
    r"^(helpdesk|asset|mail|rating|school)_|"
    r"^(res_partner|res_users|ir_attachment|ir_config_parameter)$"
)
#: Numbers that an attacker may send in place of an id.
NUMBERS = ("0", "2147483647", "2147483648", "9" * 40)
#: An id without a record, and texts that are not ids.
NO_RECORD = "999999999"
NO_IDS = ("abc", "-1", "0", "1e3", "٣", "9" * 40, "1 OR 1=1")
#: Texts that an attacker may send in a form field or an address.
HOSTILE = (
    "",
    " ",
    "0",
    "-1",
    "1e3",
    "٣",
    "9" * 40,
    "2147483648",
    "1 OR 1=1",
    "\x00",
    "a\x00b",
    "%",
    "_" * 50 + "%" * 50,
    "\\",
    "'\"><script>alert(1)</script>",
    "((((((((((a+)+)+)+)+)+)+)+)+)+$",
    "../../etc/passwd",
    "{{7*7}}${7*7}",
    "\r\nSet-Cookie: a=b",
    "\ud83d\udca9".encode("utf-16", "surrogatepass").decode("utf-16"),
    "\u202egnp.exe",
    "ก็" * 300,
    "x" * 20000,
    "https://example.com/",
    "//example.com",
    "[]",
    "{}",
    "null",
    "None",
    "True",
)
#: Values that an attacker may send as a parameter of a JSON-RPC route.
HOSTILE_JSON = (
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    [],
    {},
    [[]],
    [None],
    [{}],
    ["x"],
    {"a": {"b": []}},
    [-1, 0, 2**31, 2**63, "1", None, True],
    list(range(1000)),
    *HOSTILE,
)


def get_our_routes(modules, prefixes=("school_", "helpdesk_")):
    """Return ``{(url, type, methods)}`` of the routes our addons define or override."""
    routes = set()
    for url, endpoint in _generate_routing_rules(sorted(modules), nodb_only=False):
        name = endpoint.func.__name__
        ours = [
            cls.__module__.split(".")[2]
            for cls in type(endpoint.func.__self__).mro()
            if name in vars(cls) and cls.__module__.startswith("odoo.addons.")
        ]
        if any(module.startswith(prefixes) for module in ours):
            routing = endpoint.routing
            routes.add((url, routing["type"], tuple(routing["methods"] or ())))
    return routes


class ProbeCase(AccessHttpCase):
    """Sends requests, finds out what they changed, and rolls them back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guest = cls.nobody = cls.public
        #: The number of written rows when ``_get_first_state`` was called.
        cls._writes = None

    def _sign_in(self, user):
        super()._sign_in(user)
        self.opener.cookies.set("session_id", self.session.sid)

    def _leave(self):
        """Delete the session cookie, as in a new browser."""
        self.opener.cookies.clear()

    @mute_logger("odoo.http", "odoo.models", "odoo.addons.base.models.ir_rule")
    def _ask(self, verb, address, body=None, token=None):
        """Send a request without following redirects.

        :param body: the form fields, where a tuple is a file, or the RPC parameters
        :param token: the CSRF token; by default the token of the session
        """
        body = body or {}
        if verb == "RPC":
            envelope = {"id": 0, "jsonrpc": "2.0", "method": "call", "params": body}
            return self.url_open(address, json=envelope, allow_redirects=False)
        if verb == "GET":
            return self.url_open(address, params=body, allow_redirects=False)
        data = {"csrf_token": Request.csrf_token(self) if token is None else token}
        data |= {name: v for name, v in body.items() if not isinstance(v, tuple)}
        files = [(name, v) for name, v in body.items() if isinstance(v, tuple)]
        return self.url_open(address, data, files, allow_redirects=False)

    def _name_answer(self, verb, response):
        """Return the cell of the table for a response."""
        if verb != "RPC" or response.status_code != 200:
            location = response.headers.get("Location", "")
            return "in" if "/web/login" in location else str(response.status_code)
        answer = response.json()
        if "error" not in answer:
            return "yes" if answer.get("result") else "no"
        name = answer["error"]["data"]["name"].rpartition(".")[2]
        return {
            "SessionExpiredException": "in",
            "AccessError": "403",
            "NotFound": "404",
            "BadRequest": "400",
            "ValidationError": "422",
            "UserError": "422",
        }.get(name, name)

    def _get_tables(self):
        """Return ``{name: oid}`` of the tables that the tests watch."""
        if not hasattr(self, "_tables"):
            self.env.cr.execute(
                "SELECT relname, oid FROM pg_class"
                " WHERE relkind = 'r' AND relname ~ %s",
                [TABLES],
            )
            self._tables = dict(self.env.cr.fetchall())
        return self._tables

    def _get_state(self, tables):
        """Return the number of rows and a hash of the content for each table."""
        self.env.flush_all()
        query = SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s, count(*), sum(hashtextextended(t::text, 0)) FROM %s t"
                " WHERE %s",
                name,
                SQL.identifier(name),
                # asset bundles are stored when a page first loads them
                SQL("res_model IS DISTINCT FROM 'ir.ui.view'")
                if name == "ir_attachment"
                else SQL("TRUE"),
            )
            for name in tables
        )
        return {row[0]: row[1:] for row in self.env.execute_query(query)}

    def _get_first_state(self):
        """Return the current state, and start to count writes."""
        # what the records of the test have to tell
        self.env.cr.flush()
        self._writes = self._count_writes()
        return self._get_state(self._get_tables())

    def _count_writes(self):
        """Return how many rows of each table were written, even if rolled back.

        PostgreSQL counts the writes of each transaction. All requests of a test share
        one transaction.
        """
        self.env.flush_all()
        # the view pg_stat_xact_user_tables takes longer than most requests
        query = SQL(
            "SELECT oid, pg_stat_get_xact_tuples_inserted(oid)"
            " + pg_stat_get_xact_tuples_updated(oid)"
            " + pg_stat_get_xact_tuples_deleted(oid)"
            " FROM unnest(%s::oid[]) AS oid",
            list(self._get_tables().values()),
        )
        return dict(self.env.execute_query(query))

    def _get_changes(self, before):
        """Return the names of the tables that have changed since a state."""
        writes = self._count_writes()
        # only these hashes: all together take longer than most requests
        written = [
            name
            for name, oid in self._get_tables().items()
            if writes[oid] != self._writes[oid]
        ]
        if not written:
            return set()
        after = self._get_state(written)
        return {name for name, state in after.items() if before[name] != state}

    def _undone(self):
        """Return a context manager that rolls back everything done in it."""
        return _Undone(self)


class RouteCase(ProbeCase):
    """The tests of a table of routes; subclasses define the table and the users."""

    # the subclasses in the other addons run these tests
    allow_inherited_tests_method = True
    #: The table; the module's docstring describes its format.
    ROUTES = ""
    #: Prefixes of the names of addons; the table must contain all their routes.
    ADDONS = ("school_", "helpdesk_")
    #: The users of the columns, as names of attributes.
    PEOPLE = (
        "nobody",  # signed out, without a session
        "guest",  # signed out, with a session
        "owner",  # portal
        "employee",  # no desk role
        "agent_own",
        "agent_team",
        "agent_all",
        "agent_manager",
    )
    #: Placeholders that accept any value without an error, such as a page number.
    FREE_PLACES = ("page",)
    #: Requests whose address is signed, so that they need no CSRF token.
    SIGNED = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        #: ``{text: users who may read it}`` of the secret texts.
        cls.secrets = {}
        #: The values of the placeholders, by name: a number, a text or a record.
        cls.places = {}
        #: The form fields or RPC parameters, by request as written in the table.
        cls.bodies = {}
        #: The status that the owner gets for an unknown id and for an invalid id in a
        #: form field: ``{request: {field: (status, status)}}``.
        cls.ids = {}

    # ------------------------------------------------------------------
    # Reading the table
    # ------------------------------------------------------------------

    @classmethod
    def _read_table(cls):
        """Yield ``(request, cells)``."""
        request = None
        for line in filter(None, map(str.strip, cls.ROUTES.splitlines())):
            if line.split()[0] in VERBS:
                request = line
            else:
                yield request, line.split()

    @staticmethod
    def _split(request):
        """Return the verb and the address of a request in the table."""
        return request.split(" -- ")[0].split(maxsplit=1)

    def _get_address(self, address):
        def put(place):
            value = self.places[place[1]]
            if isinstance(value, BaseModel):
                return self.env["ir.http"]._slug(value)
            return str(value)

        return PLACE.sub(put, address)

    # ------------------------------------------------------------------
    # The tests
    # ------------------------------------------------------------------

    def test_the_table_contains_all_routes(self):
        named = {
            (verb, PLACE.sub("<>", address))
            for verb, address in map(self._split, dict(self._read_table()))
        }
        routes = get_our_routes(self.registry._init_modules, self.ADDONS)
        self.assertTrue(routes)
        for url, kind, methods in sorted(routes):
            verbs = ("RPC",) if kind == "jsonrpc" else methods or ("GET",)
            for verb in verbs:
                with self.subTest(verb=verb, url=url):
                    is_named = (verb, PLACE.sub("<>", url)) in named
                    self.assertTrue(is_named, "Add this route to the table.")

    def test_table(self):
        table = dict(self._read_table())
        seen = {request: [] for request in table}
        before = self._get_first_state()
        for person in self.PEOPLE:
            user = getattr(self, person)
            for request in table:
                verb, address = self._split(request)
                self._sign_in(user)
                if person == "nobody":
                    self._leave()
                with self._undone():
                    response = self._ask(
                        verb, self._get_address(address), self.bodies.get(request)
                    )
                    cell = self._name_answer(verb, response)
                    cell += "+" if self._get_changes(before) else ""
                seen[request].append(cell)
                for secret, readers in self.secrets.items():
                    with self.subTest(request=request, person=person):
                        if person not in readers:
                            self.assertNotIn(secret, response.text)
        self.maxDiff = None
        self.assertEqual(self._write_table(table), self._write_table(seen))

    @staticmethod
    def _write_table(table):
        return "\n".join(
            f"{request}\n    {' '.join(f'{cell:4}' for cell in cells)}"
            for request, cells in table.items()
        )

    def _get_forms(self):
        """Yield ``(request, a person whose request changes the database)``."""
        for request, cells in self._read_table():
            if request.startswith("POST ") and request not in self.SIGNED:
                people = zip(self.PEOPLE, cells, strict=True)
                for person in [name for name, cell in people if "+" in cell][:1]:
                    yield request, person

    def test_other_pages_change_nothing(self):
        """Forms need the CSRF token of the same session, and links change nothing."""
        before = self._get_first_state()
        self._sign_in(self.public)
        foreign = Request.csrf_token(self)
        # the next signed-out user gets a new session
        del self._signed_in
        for request, person in self._get_forms():
            self._sign_in(getattr(self, person))
            _verb, address = self._split(request)
            address, body = self._get_address(address), self.bodies.get(request)
            for token in ("", "forged", foreign, foreign[:40] + "o9999999999"):
                with self.subTest(request=request, token=token), self._undone():
                    response = self._ask("POST", address, body, token)
                    self.assertEqual(response.status_code, 400)
                    self.assertFalse(self._get_changes(before))
            with self.subTest(request=request, verb="GET"), self._undone():
                body = {
                    name: value
                    for name, value in (body or {}).items()
                    if not isinstance(value, tuple)
                }
                response = self._ask("GET", address, body)
                self.assertLess(response.status_code, 500)
                self.assertFalse(self._get_changes(before))

    def test_wrong_ids(self):
        """Unknown ids are not found, invalid ids are refused, and nothing changes."""
        before = self._get_first_state()
        self._sign_in(self.owner)
        for request, _cells in self._read_table():
            verb, address = self._split(request)
            body = self.bodies.get(request) or {}
            for garbled in self._get_wrong_addresses(address):
                with self.subTest(request=request, address=garbled), self._undone():
                    response = self._ask(verb, garbled, body)
                    self.assertEqual(response.status_code, 404)
                    self.assertFalse(self._get_changes(before))
        for request, statuses in self.ids.items():
            verb, address = self._split(request)
            address, body = self._get_address(address), self.bodies[request]
            for name, (unknown, garbage) in statuses.items():
                expected = dict.fromkeys(NO_IDS, garbage) | {NO_RECORD: unknown}
                for text, status in expected.items():
                    with self.subTest(request=request, **{name: text}), self._undone():
                        response = self._ask(verb, address, {**body, name: text})
                        self.assertEqual(response.status_code, status)
                        self.assertFalse(self._get_changes(before))

    def _get_wrong_addresses(self, address):
        """Yield addresses, each with a wrong value for one of its placeholders."""
        for place in PLACE.finditer(address):
            if place[1] in self.FREE_PLACES:
                continue
            before, after = address[: place.start()], address[place.end() :]
            is_text = isinstance(self.places[place[1]], str)
            for wrong in ("x", "x" * 99) if is_text else NUMBERS:
                yield self._get_address(before) + wrong + self._get_address(after)

    def test_garbage_never_causes_a_server_error(self):
        """Hostile values in any field or placeholder never cause a server error."""
        dice = random.Random(8)
        for person in ("guest", "owner"):
            self._sign_in(getattr(self, person))
            for request, cells in self._read_table():
                verb, address = self._split(request)
                if cells[self.PEOPLE.index(person)] == "in":
                    continue
                for garbled, body in self._get_garbage(dice, request, address):
                    with self.subTest(person=person, verb=verb, url=garbled[:99]):
                        self._check_survives(verb, garbled, body)

    def _get_garbage(self, dice, request, address):
        """Yield pairs of address and body, each with garbage in one of the values."""
        good = self._get_address(address)
        body = self.bodies.get(request) or {}
        for place in PLACE.finditer(address):
            # no slashes, and only numbers for a number: others do not match the route
            is_text = isinstance(self.places[place[1]], str)
            texts = [text for text in dice.sample(HOSTILE, 5) if "/" not in text]
            for garbage in texts if is_text else NUMBERS:
                before, after = address[: place.start()], address[place.end() :]
                garbled = quote(garbage, safe="")
                yield (
                    self._get_address(before) + garbled + self._get_address(after),
                    body,
                )
        if request.startswith("RPC "):
            yield good, {}
            yield good, {"more": "than asked"}
            for name in body:
                for garbage in dice.sample(HOSTILE_JSON, 5):
                    yield good, {**body, name: garbage}
            return
        names = body or ["page", "search", "lang"]
        for name in names:
            for garbage in dice.sample(HOSTILE, 2):
                yield good, {**body, name: garbage}
            value = body.get(name, "1")
            rest = {other: body[other] for other in body if other != name}
            yield good, {**rest, f"{name}[]": "a", f"{name}[a]": "b"}
            if not isinstance(value, tuple):
                yield good, {**rest, name: [value, dice.choice(HOSTILE), value]}
                yield good, {**rest, name: ("file.txt", b"a file", "text/plain")}

    def _check_survives(self, verb, address, body):
        with self._undone(), mute_logger("odoo.addons.base.models.ir_qweb"):
            response = self._ask(verb, address, body)
        self.assertLess(response.status_code, 500, body)
        self.assertNotIn("Set-Cookie: a=b", str(response.headers))
        if verb == "RPC" and response.status_code == 200:
            name = self._name_answer(verb, response)
            self.assertIn(
                name,
                ("yes", "no", "in", "400", "403", "404", "422"),
                json.dumps(body)[:200],
            )


class _Undone:
    """Rolls back all changes to the database, also those of requests."""

    def __init__(self, case):
        self.case = case
        self.env = case.env

    def __enter__(self):
        # changes made before this block stay, so _get_changes must still find them
        self.is_clean = (
            self.case._writes is not None
            and self.case._count_writes() == self.case._writes
        )
        self.env.cr.execute('SAVEPOINT "undone"')

    def __exit__(self, *_error):
        self.env.invalidate_all(flush=False)
        self.env.cr.execute('ROLLBACK TO SAVEPOINT "undone"')
        self.env.cr.execute('RELEASE SAVEPOINT "undone"')
        self.env.transaction.reset()
        if self.is_clean:
            self.case._writes = self.case._count_writes()
