"""A client that asks an Odoo server as the browser does."""

import functools
import re
import xml.etree.ElementTree as ElementTree

import lxml.html
import requests

from odoo.tools.safe_eval import safe_eval

#: Fields that a widget of the web client needs of the record it shows.
#: Source: ``relatedFields`` of the fields in web/static/src/views/fields.
WIDGET_FIELDS = {
    "many2many_tags": ("display_name",),
    "many2many_tags_avatar": ("display_name",),
    "many2many_binary": ("display_name", "mimetype"),
}
#: The option of the tags that names one more field.
COLOR = re.compile(r"'color_field':\s*'(\w+)'")
#: The widgets of fields that are loaded when their page is opened, and the list whose
#: hidden columns are loaded when somebody shows them.
#: Source: school_helpdesk_base/static/src/js, late_fields and queue_view.
LATE = "late_"
QUEUE_LIST = "school_helpdesk_queue_list"
#: Nodes of a view that load no fields of the record itself.
LIST_NODES = ("list", "kanban", "form")


class Client:
    """A signed-in user with an open connection.

    :param str url: the address of the server, without a slash at the end
    :param timeout: seconds that a request may take; by default, it may take forever
    """

    def __init__(self, url, login, password, timeout=None):
        self.url = url
        self.login, self.password = login, password
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.request = functools.partial(self.session.request, timeout=timeout)
        self.sign_in()

    def sign_in(self):
        """Sign in, also again.

        :raise AssertionError: login or password are wrong
        """
        self.session.cookies.clear()
        page = self.session.get(f"{self.url}/web/login").text
        answer = self.session.post(
            f"{self.url}/web/login",
            {
                "login": self.login,
                "password": self.password,
                "csrf_token": _read_csrf_token(page),
            },
        )
        answer.raise_for_status()
        if answer.url.endswith("/web/login"):
            raise AssertionError(f"{self.login} cannot sign in at {self.url}")

    def get(self, path):
        """Load a page and return its text.

        :raise AssertionError: it is not a page, or leads elsewhere
        """
        answer = self.session.get(f"{self.url}{path}", allow_redirects=False)
        if answer.status_code != 200:
            raise AssertionError(f"{path}: status {answer.status_code}")
        return answer.text

    def send_report(self, path, values):
        """Send the form of a new ticket; return the id of the ticket.

        :raise AssertionError: the answer does not lead to a ticket
        """
        answer = self.session.post(f"{self.url}{path}", values, allow_redirects=False)
        found = re.search(r"/my/ticket/(\d+)", answer.headers.get("Location", ""))
        if not found:
            raise AssertionError(f"{path}: status {answer.status_code}, no ticket")
        return int(found[1])

    def post(self, path, params):
        """Call a JSON-RPC route and return its result."""
        answer = self.session.post(
            f"{self.url}{path}", json={"jsonrpc": "2.0", "params": params}
        )
        answer.raise_for_status()
        result = answer.json()
        if "error" in result:
            data = result["error"]["data"]
            raise AssertionError(
                f"{path}: {data['name']}: {data['message']}\n{data['debug']}"
            )
        return result["result"]

    def call(self, model, method, *args, **kwargs):
        return self.post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def load_action(self, xmlid):
        """Return the action and its views, as the web client loads them."""
        action = self.post("/web/action/load", {"action_id": xmlid})
        search_view = action.get("search_view_id") or [False]
        views = self.call(
            action["res_model"],
            "get_views",
            views=[*action["views"], [search_view[0], "search"]],
            options={"action_id": action["id"], "toolbar": True},
        )
        return action, views


def _read_csrf_token(page):
    return re.search(r'csrf_token" value="([^"]+)"', page)[1]


def read_specification(views, view_type, model="helpdesk.ticket", late=False):
    """The specification with which the web client reads the records of a view.

    :param dict views: the result of ``get_views``
    :param bool late: also fields that the web client loads only when they are shown
    :return: field name to specification, for ``web_read`` and its relatives
    """
    arch = ElementTree.fromstring(views["views"][view_type]["arch"])
    specification = _read_fields(arch, model, views["models"])
    if not late:
        for name in _find_late_fields(arch, views["models"][model]["fields"]):
            specification.pop(name, None)
    return specification


def _find_late_fields(arch, fields):
    """The fields of a view that the web client does not load with the others."""
    nodes = list(_own_fields(arch))
    late = {
        node.get("name")
        for node in nodes
        if (node.get("widget") or "").startswith(LATE)
        or (arch.get("js_class") == QUEUE_LIST and node.get("optional") == "hide")
    }
    shown = [node for node in nodes if node.get("name") not in late]
    for node in shown:
        node.attrib.pop("data-used-by", None)
    # an expression of another field may need the value
    texts = [ElementTree.tostring(node, "unicode") for node in shown]
    texts += [str(fields[node.get("name")].get("domain")) for node in shown]
    return {name for name in late if not re.search(rf"\b{name}\b", " ".join(texts))}


def _read_fields(arch, model, models):
    specification = {}
    fields = models[model]["fields"]
    for node in _own_fields(arch):
        name = node.get("name")
        field = fields.get(name)
        if field:
            specification[name] = _read_field(node, field, models)
    return specification


def _own_fields(node):
    """The field nodes of the view itself, not those of lists inside it."""
    for child in node:
        if child.tag == "field":
            yield child
        elif child.tag not in LIST_NODES:
            yield from _own_fields(child)


def _read_field(node, field, models):
    relation = field.get("relation")
    if field["type"] in ("one2many", "many2many"):
        inner = next((child for child in node if child.tag in LIST_NODES), None)
        if inner is not None:
            return {"fields": _read_fields(inner, relation, models), "limit": 40}
        if names := WIDGET_FIELDS.get(node.get("widget")):
            names += tuple(COLOR.findall(node.get("options") or ""))
            return {"fields": {name: {} for name in names}}
        return {}
    if field["type"] in ("many2one", "reference"):
        hidden = {node.get("invisible"), node.get("column_invisible")} & {"1", "True"}
        return {"fields": {} if hidden else {"display_name": {}}}
    return {}


def read_search_domain(views, words, model="helpdesk.ticket"):
    """The domain of words in the search box: that of the first field of the search."""
    arch = ElementTree.fromstring(views["views"]["search"]["arch"])
    field = next(arch.iter("field"))
    if domain := field.get("filter_domain"):
        return safe_eval(domain, {"self": words, "raw_value": words})
    return [(field.get("name"), field.get("operator") or "ilike", words)]


def read_form(client, page):
    """Return the address of our report form on a page, and the values to send."""
    tree = lxml.html.fromstring(client.get(page))
    [form] = [
        form
        for form in tree.forms
        if re.fullmatch(r"/helpdesk/(report|scan/[^/]+/report)", form.action or "")
    ]
    values = dict(form.form_values())
    if "words" in values:
        # the page of a device: something else than the usual problems
        values["category"] = "other"
        return form.action, values
    values["subject"] = ""
    options = form.xpath(".//select[@name='category']//option/@value")
    values["category"] = next(filter(None, options), "")
    for node in form.xpath(".//input[@type='radio'][@name='type']"):
        values.setdefault("type", node.get("value"))
    return form.action, values
