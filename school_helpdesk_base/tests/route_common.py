"""A table of routes: what each person gets of them, and whether that changes anything.

A table is a text. A line that begins with a verb is a request, with a remark behind
``--`` where a route stands in it more than once; below it is what each of the people
gets, in the order of the class's ``PEOPLE``::

    GET /my/ticket/<ticket_id>
        404 200 404
    POST /my/ticket/<ticket_id>/comment -- an empty one
        in  422 404

A cell is the status of the answer, ``in`` where it leads to the sign-in page. ``RPC``
rows are JSON-RPC and answer ``yes``, ``no`` (nothing, though not refused), ``in``, or a
status. A ``+`` behind it says that the database is another one afterwards: every cell
without it promises that not a row of the desk has changed. No answer may contain words
that are a secret to the person. After each request everything is as before.
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
#: ``<ticket_id>``, and in a route also ``<int:ticket_id>`` and the like
PLACE = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
#: Tables of ours, and those of the core in which our pages leave something.
TABLES = (
    r"^(helpdesk|asset|mail|rating|school)_|"
    r"^(res_partner|res_users|ir_attachment|ir_config_parameter)$"
)
#: What people who mean no good send in place of what is asked for.
NUMBERS = ("0", "2147483647", "2147483648", "9" * 40)
#: An id no record has, and what is no id.
NO_RECORD = "999999999"
NO_IDS = ("abc", "-1", "0", "1e3", "٣", "9" * 40, "1 OR 1=1")
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
#: In place of an argument of a JSON-RPC route.
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
    """Return ``{(url, type, methods)}`` of the routes our addons make or change."""
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
    """Requests of every kind, and what they have changed, to be undone again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guest = cls.nobody = cls.public
        #: Rows written when the state was the first one.
        cls._writes = None

    def _sign_in(self, user):
        super()._sign_in(user)
        self.opener.cookies.set("session_id", self.session.sid)

    def _leave(self):
        """Forget the session: a browser that has never been here."""
        self.opener.cookies.clear()

    @mute_logger("odoo.http", "odoo.models", "odoo.addons.base.models.ir_rule")
    def _ask(self, verb, address, body=None, token=None):
        """Send a request; follow nothing.

        :param body: fields of a form, of which a tuple is a file; RPC's parameters
        :param token: against forgery; the session's own by default
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
        """Return what an answer is called in the table."""
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

    def _get_state(self):
        """Return a number for what every table of the desk contains."""
        cr = self.env.cr
        if not hasattr(self, "_state_query"):
            cr.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ %s",
                [TABLES],
            )
            self._state_query = SQL(" UNION ALL ").join(
                SQL(
                    "SELECT %s, count(*), sum(hashtextextended(t::text, 0)) FROM %s t"
                    " WHERE %s",
                    name,
                    SQL.identifier(name),
                    # style sheets and scripts are made when they are first asked for
                    SQL("res_model IS DISTINCT FROM 'ir.ui.view'")
                    if name == "ir_attachment"
                    else SQL("TRUE"),
                )
                for [name] in cr.fetchall()
            )
        self.env.flush_all()
        return {row[0]: row[1:] for row in self.env.execute_query(self._state_query)}

    def _get_first_state(self):
        """Return the state from which on writes are counted."""
        self._writes = self._count_writes()
        return self._get_state()

    def _count_writes(self):
        """Return how many rows of these tables were written, also what was undone.

        PostgreSQL counts them for the transaction, in which all requests are here.
        """
        self.env.flush_all()
        [[writes]] = self.env.execute_query(
            SQL(
                "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)"
                " FROM pg_stat_xact_user_tables WHERE relname ~ %s",
                TABLES,
            )
        )
        return writes

    def _get_changes(self, before):
        """Return the names of the tables that have changed since."""
        if self._count_writes() == self._writes:
            # to look into each row takes longer than most requests
            return set()
        after = self._get_state()
        return {name for name, state in after.items() if before[name] != state}

    def _undone(self):
        """A context in which nothing that happens lasts."""
        return _Undone(self)


class RouteCase(ProbeCase):
    """The tests every table of routes stands; a subclass gives table and people."""

    # its tests run in the addons that give a table
    allow_inherited_tests_method = True
    #: The table, and the people in the order of its columns: attributes with a user.
    #: ``nobody`` is signed out and has no session, ``guest`` is signed out and has one.
    ROUTES = ""
    #: Beginnings of the names of addons whose routes must all stand in the table.
    ADDONS = ("school_", "helpdesk_")
    PEOPLE = ()
    #: Places in which the owner of it all may write what he likes: a page that is not
    #: there is the last.
    FREE_PLACES = ("page",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        #: Words of a page, to the people who may read them.
        cls.secrets = {}
        #: What stands for the places in an address, by name: number, text, or record.
        cls.places = {}
        #: What is sent along, by request as in the table: a form, or RPC parameters.
        cls.bodies = {}
        #: What the owner gets for an id of nothing, and for what is no id, in a field
        #: of a form: ``{request: {field: (status, status)}}``.
        cls.ids = {}

    # ------------------------------------------------------------------
    # The table's reader
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
        """Return verb and address of a line of the table."""
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

    def test_every_route_stands_in_the_table(self):
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
                    self.assertTrue(is_named, "Who may? Say it in the table.")

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
                for words, readers in self.secrets.items():
                    with self.subTest(request=request, person=person):
                        if person not in readers:
                            self.assertNotIn(words, response.text)
        self.maxDiff = None
        self.assertEqual(self._write_table(table), self._write_table(seen))

    @staticmethod
    def _write_table(table):
        return "\n".join(
            f"{request}\n    {' '.join(f'{cell:4}' for cell in cells)}"
            for request, cells in table.items()
        )

    def _get_forms(self):
        """Yield ``(request, person who changes something by it)``."""
        for request, cells in self._read_table():
            if request.startswith("POST "):
                people = zip(self.PEOPLE, cells, strict=True)
                for person in [name for name, cell in people if "+" in cell][:1]:
                    yield request, person

    def test_other_pages_change_nothing(self):
        """No form is taken without the token of the very session, nor from a link."""
        before = self._get_first_state()
        self._sign_in(self.public)
        anothers = Request.csrf_token(self)
        # the next one who is signed out gets a session of his own
        del self._signed_in
        for request, person in self._get_forms():
            self._sign_in(getattr(self, person))
            _verb, address = self._split(request)
            address, body = self._get_address(address), self.bodies.get(request)
            for token in ("", "forged", anothers, anothers[:40] + "o9999999999"):
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
        """What does not exist is not found, what is no id is refused; no more."""
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
        """Yield addresses with what does not exist in turn in each of their places."""
        for place in PLACE.finditer(address):
            if place[1] in self.FREE_PLACES:
                continue
            before, after = address[: place.start()], address[place.end() :]
            is_text = isinstance(self.places[place[1]], str)
            for wrong in ("x", "x" * 99) if is_text else NUMBERS:
                yield self._get_address(before) + wrong + self._get_address(after)

    def test_garbage_is_answered(self):
        """Whatever is sent, wherever: an answer, and never a failure."""
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
        """Yield addresses and bodies with garbage in turn in each of their places."""
        good = self._get_address(address)
        body = self.bodies.get(request) or {}
        for place in PLACE.finditer(address):
            # neither a slash nor what is no number would come to the route
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
    """Undo what happens inside in the database, whoever did it."""

    def __init__(self, case):
        self.case = case
        self.env = case.env

    def __enter__(self):
        # what was written before and stays has to be seen later, too
        self.is_clean = self.case._count_writes() == self.case._writes
        self.env.cr.execute('SAVEPOINT "undone"')

    def __exit__(self, *_error):
        self.env.invalidate_all(flush=False)
        self.env.cr.execute('ROLLBACK TO SAVEPOINT "undone"')
        self.env.cr.execute('RELEASE SAVEPOINT "undone"')
        self.env.transaction.reset()
        if self.is_clean:
            self.case._writes = self.case._count_writes()
