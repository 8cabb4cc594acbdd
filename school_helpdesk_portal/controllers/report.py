"""The form to report any problem, for the user's devices or for other people.

The form replaces OCA's form at the same address. Its submissions have a route of their
own, which checks all choices. school_helpdesk_base checks submissions to OCA's route.
"""

import time
import uuid

from werkzeug.exceptions import Forbidden, NotFound, TooManyRequests

from odoo.http import request, route

from odoo.addons.school_asset_helpdesk_bridge.controllers.scan import FORM_PATH
from odoo.addons.school_helpdesk_base.controllers.main import (
    SchoolHelpdeskTicketController,
    get_rate_limit_errors,
    get_sent_files,
    parse_id,
    parse_id_or_400,
    parse_key,
    prepare_files,
    reads_only,
)
from odoo.addons.school_helpdesk_base.controllers.submission import (
    get_length_errors,
    get_sent_text,
    get_sent_texts,
    get_upload_size,
)

from ..models.asset_asset.report import SHOWN_DEVICES
from ..models.res_partner.report_for_others import SHORTEST_SEARCH
from .form_sender import prepare_sender
from .scan import CONTENT_SECURITY_POLICY, OTHER, WORDS_LENGTH

#: The route that creates a ticket from the form.
REPORT_PATH = "/helpdesk/report"
SUBJECT_LENGTH = 120
#: The rate limit of searches for people within an hour.
SEARCH_LIMIT = 100
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-store",
}


class PortalReport(SchoolHelpdeskTicketController):
    @route(readonly=reads_only)
    def create_new_ticket(self, asset_id=None, **kw):
        """Show the empty form; a link can select one of the user's devices."""
        chosen = request.env["asset.asset"]
        if asset_id is not None:
            [chosen] = self._get_devices_or_404([asset_id])
        return self._render_form(chosen=chosen)

    @route(
        REPORT_PATH,
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
        max_content_length=get_upload_size,
    )
    def report_send(self, **_kwargs):
        """Create a ticket from the form, or show the form again with its errors."""
        key = parse_key(get_sent_text("key"))
        Ticket = request.env["helpdesk.ticket"]
        ticket_sudo = Ticket._find_submission(key)
        typed = {
            name: get_sent_text(name)
            for name in (
                "subject",
                "description",
                "type",
                "category",
                "behalf",
                "symptom",
            )
        }
        assets_sudo = self._get_sent_devices()
        symptom_sudo, assets_sudo, symptom_errors = self._get_sent_symptom(
            typed["symptom"], assets_sudo
        )
        person_sudo, people_sudo, person_errors = self._get_sent_person(typed["behalf"])
        if symptom_sudo:
            category = symptom_sudo.category_id
            ticket_type, choice_errors = Ticket._get_submission_type(category), []
        else:
            ticket_type, category, choice_errors = self._get_sent_choice(
                typed["type"], typed["category"]
            )
        errors = symptom_errors + choice_errors + person_errors
        properties = {}
        if ticket_type or category:
            team_sudo = Ticket._get_submission_team(
                ticket_type or Ticket._get_submission_type(category)
            )
            properties, answer_errors = team_sudo._portal_parse_properties(
                get_sent_texts
            )
            errors += answer_errors
        files = get_sent_files("photo")
        if not ticket_sudo:
            errors = get_rate_limit_errors() + errors
        errors = self._get_text_errors(typed, symptom_sudo) + errors
        errors += prepare_files(files)
        if errors:
            return self._render_form(
                422,
                key=key,
                typed=typed,
                chosen=assets_sudo,
                person=person_sudo,
                people=people_sudo,
                errors=errors,
                has_lost_files=bool(files),
                get_sent=get_sent_texts,
            )
        if ticket_sudo:
            phrase = (symptom_sudo or category).name
            ticket_sudo._extend_from_submission(
                [phrase, typed["subject"], typed["description"]], files
            )
            return request.redirect(f"/my/ticket/{ticket_sudo.id}")
        words = typed["description"] or typed["subject"]
        if symptom_sudo:
            # the title contains the symptom, not the subject: add the subject here
            words = "\n".join(filter(None, [typed["subject"], typed["description"]]))
        values = Ticket._prepare_submission_values(
            category,
            words,
            person_sudo,
            ticket_type,
            assets_sudo=assets_sudo,
            symptom_sudo=symptom_sudo,
            name=typed["subject"],
            channel_id=request.env["ir.model.data"]._xmlid_to_res_id(
                "school_helpdesk_portal.channel_portal"
            ),
            properties=properties,
        )
        ticket_sudo, _is_new = Ticket._create_from_submission(key, values, files)
        return request.redirect(f"/my/ticket/{ticket_sudo.id}")

    @route(
        REPORT_PATH,
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        readonly=True,
        sitemap=False,
    )
    def report_sent(self, **_kwargs):
        """Redirect to the form.

        If the session ends before the user sends the form, the user must sign in. After
        the sign-in, the browser opens this address with GET.
        """
        return request.redirect(FORM_PATH)

    @route(
        f"{REPORT_PATH}/people",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def report_people(self, **_kwargs):
        """Return people whose names match what the user has typed so far."""
        self._check_may_report_for_others()
        if not self._count_search():
            raise TooManyRequests()
        people_sudo = request.env["res.partner"]._report_find_people(
            get_sent_text("text")
        )
        return request.make_json_response(
            [{"id": person.id, "name": person.name} for person in people_sudo],
            headers={"Cache-Control": "no-store"},
        )

    # ------------------------------------------------------------------
    # Submission
    # ------------------------------------------------------------------

    def _get_devices_or_404(self, ids, groups=None):
        """Return the devices with these ids, in the order of the ids.

        :param groups: the offered devices by room; by default those of the current user
        :raise BadRequest: an id is invalid
        :raise NotFound: a device does not exist, or the user may not report it
        """
        if groups is None:
            _own, groups = request.env["asset.asset"]._report_get_devices()
        offered = {asset.id: asset for _room, assets in groups for asset in assets}
        return [offered[found] for found in self._get_known_ids(ids, offered)]

    def _get_sent_devices(self):
        """Return the selected devices, then those of selected rooms, with sudo."""
        # sudo: asset.asset - requesters have no access; only offered devices are added
        assets_sudo = request.env["asset.asset"].sudo()
        ids, room_ids = get_sent_texts("asset"), get_sent_texts("room")
        if not ids and not room_ids:
            return assets_sudo
        _own, groups = assets_sudo.sudo(False)._report_get_devices()
        for asset_sudo in self._get_devices_or_404(ids, groups):
            assets_sudo |= asset_sudo
        rooms = {room.id: assets for room, assets in groups}
        for room_id in self._get_known_ids(room_ids, rooms):
            assets_sudo |= rooms[room_id]
        return assets_sudo

    def _get_known_ids(self, texts, known):
        ids = [parse_id_or_400(text) for text in texts]
        if not known.keys() >= set(ids):
            raise NotFound()
        return ids

    def _get_sent_symptom(self, text, assets_sudo):
        """Return the chosen symptom of one of the selected devices.

        :return: ``(symptom, devices, errors)``: the symptom, with sudo, empty for
            "Something else"; the devices, first the one with the symptom; an error
            message if no selected device has it
        :raise BadRequest: the id of the symptom is invalid
        """
        # sudo: helpdesk.symptom - an empty recordset, in sudo like the chosen symptom
        none = request.env["helpdesk.symptom"].sudo().browse()
        if not text or text == OTHER:
            return none, assets_sudo, []
        symptom_id = parse_id_or_400(text)
        for asset_sudo, symptoms_sudo in assets_sudo._get_symptoms().items():
            if symptom_id in symptoms_sudo.ids:
                others_sudo = assets_sudo - asset_sudo
                return symptoms_sudo.browse(symptom_id), asset_sudo | others_sudo, []
        return none, assets_sudo, [request.env._("Please choose what is wrong.")]

    def _get_sent_person(self, text):
        """Return the person for whom the current user reports a problem.

        :param str text: the name or e-mail address that the user typed
        :return: ``(person, people, errors)``: the person, with sudo, empty if the user
            reports their own problem; people to choose from, if several match the text;
            the error messages
        :raise BadRequest: the id of the person is invalid
        :raise Forbidden: the user may not report for others
        :raise NotFound: the user may not report for this person
        """
        Partner = request.env["res.partner"]
        # sudo: res.partner - an empty recordset, in sudo like the person found
        none = Partner.sudo().browse()
        person_id = get_sent_text("person")
        if not text and not person_id:
            return none, none, []
        self._check_may_report_for_others()
        if person_id:
            person_sudo = Partner._report_get_person(parse_id_or_400(person_id))
            if not person_sudo:
                raise NotFound()
            return person_sudo, none, []
        if not self._count_search():
            return (
                none,
                none,
                [request.env._("Too many searches. Please wait a while.")],
            )
        people_sudo = Partner._report_find_people(text)
        if len(people_sudo) == 1:
            return people_sudo, none, []
        if people_sudo:
            return none, people_sudo, [request.env._("Please choose for whom it is.")]
        return (
            none,
            none,
            [
                request.env._(
                    "Nobody is called “%(name)s”. Please write at least three letters "
                    "of the name, or the e-mail address.",
                    name=text[:SUBJECT_LENGTH],
                )
            ],
        )

    def _check_may_report_for_others(self):
        if not request.env["res.partner"]._report_may_be_for_others():
            raise Forbidden()

    def _count_search(self):
        """Count a search for people; return False if the rate limit is exceeded."""
        hour = int(time.time() // 3600)
        last, count = request.session.get("helpdesk_people", (hour, 0))
        count = count + 1 if last == hour else 1
        request.session["helpdesk_people"] = [hour, count]
        return count <= SEARCH_LIMIT

    def _get_sent_choice(self, type_text, category_text):
        """Return the chosen type, the chosen category and the error messages.

        If the chosen category has a type, this type is returned. Otherwise, the type
        that was chosen in the form is returned.
        """
        choices = request.env["helpdesk.ticket.type"]._portal_get_choices()
        env = request.env
        Category = env["helpdesk.ticket.category"]
        # sudo: helpdesk.ticket.type - an empty recordset, in sudo like the offered
        # types
        none = env["helpdesk.ticket.type"].sudo().browse()
        for text in filter(None, (type_text, category_text)):
            parse_id_or_400(text)
        kinds = {kind.id: kind for kind, _categories in choices if kind}
        chosen = kinds.get(parse_id(type_text), none)
        if category_text:
            for kind, categories in choices:
                for category in categories:
                    if category.id == parse_id(category_text):
                        return kind or chosen, category.sudo(False), []
            return none, Category, [env._("Please choose what is wrong.")]
        if kinds and not chosen:
            return none, Category, [env._("Please choose what it is about.")]
        # sudo: res.company - not secret: users see whether a category is required
        if env.company.sudo().helpdesk_mgmt_portal_category_id_required:
            return chosen, Category, [env._("Please choose what is wrong.")]
        return chosen, Category, []

    def _get_text_errors(self, typed, symptom_sudo):
        errors = []
        if not typed["subject"] and not symptom_sudo:
            errors.append(
                request.env._("Please say in a few words what the problem is.")
            )
        return errors + get_length_errors(
            (typed["subject"], SUBJECT_LENGTH), (typed["description"], WORDS_LENGTH)
        )

    # ------------------------------------------------------------------
    # Rendering
    # ------------------------------------------------------------------

    def _render_form(self, status=200, get_sent=None, **values):
        values = self._prepare_form_values(get_sent, **values)
        response = request.render(
            "school_helpdesk_portal.portal_ticket_form", values, status=status
        )
        response.headers.update(HEADERS)
        return response

    def _prepare_form_values(self, get_sent, chosen, **values):
        """Return the values of the template.

        :param get_sent: see ``_portal_get_property_inputs``
        :param chosen: the selected devices
        :param values: values that were sent
        """
        Ticket = request.env["helpdesk.ticket"]
        choices = request.env["helpdesk.ticket.type"]._portal_get_choices()
        teams = Ticket._get_submission_teams([kind for kind, _categories in choices])
        may_be_for_others = request.env["res.partner"]._report_may_be_for_others()
        return {
            "page_name": "ticket_new",
            "page_url": FORM_PATH,
            "report_path": REPORT_PATH,
            "key": uuid.uuid4().hex,
            "typed": {},
            "errors": [],
            "has_lost_files": False,
            "person": None,
            "people": None,
            "subject_length": SUBJECT_LENGTH,
            "words_length": WORDS_LENGTH,
            "shortest_search": SHORTEST_SEARCH,
            "choices": choices,
            "teams": teams,
            "questions": [
                (team, inputs)
                for team in dict.fromkeys(teams.values())
                if team and (inputs := team._portal_get_property_inputs(get_sent))
            ],
            **self._prepare_devices(chosen),
            "chosen": chosen,
            "may_be_for_others": may_be_for_others,
            "sender_data": prepare_sender(values.get("errors")),
            **values,
        }

    def _prepare_devices(self, chosen):
        """Return the rooms and devices to choose from, the selected ones first."""
        own, groups = request.env["asset.asset"]._report_get_devices()
        groups = [
            (
                room,
                assets.sorted(
                    lambda asset: (
                        asset not in chosen,
                        asset not in own,
                        asset.asset_code,
                    )
                ),
            )
            for room, assets in groups
        ]
        groups.sort(key=lambda group: (not group[1] & chosen, not group[1] & own))
        shown, remaining = [], SHOWN_DEVICES
        for room, assets in groups:
            if remaining:
                all_label = request.env._(
                    "All %(count)s devices of %(room)s",
                    count=len(assets),
                    room=room.name,
                )
                shown.append((room, assets[:remaining], all_label))
            remaining -= min(len(assets), remaining)
        shown_sudo = own.browse(
            [asset.id for _room, some, _label in shown for asset in some]
        )
        return {
            "devices": shown,
            "symptoms": self._prepare_symptoms(shown_sudo),
            "own_devices": own,
            "has_more_devices": sum(len(assets) for _room, assets in groups)
            > SHOWN_DEVICES,
        }

    def _prepare_symptoms(self, assets_sudo):
        """Return the symptoms to choose from, once for all devices that have the same.

        :return: list of triples: the ids of the devices as text, the devices, and pairs
            of a symptom and its team
        """
        Ticket = request.env["helpdesk.ticket"]
        assets_by_symptoms = {}
        for asset_sudo, symptoms_sudo in assets_sudo._get_symptoms().items():
            if symptoms_sudo:
                known = assets_by_symptoms.get(symptoms_sudo, assets_sudo.browse())
                assets_by_symptoms[symptoms_sudo] = known | asset_sudo
        types = {
            symptom: Ticket._get_submission_type(symptom.category_id)
            for symptoms in assets_by_symptoms
            for symptom in symptoms
        }
        teams = Ticket._get_submission_teams(set(types.values())) if types else {}
        return [
            (
                " ".join(map(str, assets.ids)),
                assets,
                [(symptom, teams[types[symptom]]) for symptom in symptoms],
            )
            for symptoms, assets in assets_by_symptoms.items()
        ]
