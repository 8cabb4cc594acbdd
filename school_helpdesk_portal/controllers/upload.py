"""What a form sends: its files, however often its request is tried, and its texts."""

import re

from werkzeug.exceptions import BadRequest

from odoo.http import request

from odoo.addons.school_helpdesk_base.controllers.main import (
    parse_text,
    prepare_files,
)

__all__ = (
    "attach_files",
    "get_length_errors",
    "get_sent_files",
    "get_sent_text",
    "get_sent_texts",
    "get_upload_size",
    "parse_key",
    "prepare_files",
    "prepare_sender",
)

#: Bytes of a form around its files.
FORM_SIZE = 64 * 1024
KEY_PATTERN = re.compile(r"[0-9a-f]{32}", re.ASCII)


def get_upload_size(_controller):
    """Return how many bytes a form with files may have by the school's limits."""
    # sudo: res.company - limits hold for people who may not read the company
    company_sudo = request.env.company.sudo()
    files = company_sudo.helpdesk_upload_max_files
    return files * company_sudo.helpdesk_upload_max_megabytes * 1024**2 + FORM_SIZE


def parse_key(text):
    """Return what tells a form sent twice from two forms.

    :raise BadRequest: it is none
    """
    key = parse_text(text)
    if not KEY_PATTERN.fullmatch(key):
        raise BadRequest()
    return key


def prepare_sender(errors):
    """Return the attributes of a form that form_sender.esm.js sends.

    :param errors: what was wrong with it, if it is shown again
    """
    env = request.env
    return {
        "data-draft-owner": env.uid,
        "data-draft-answered": "true" if errors else None,
        "data-remove": env._("Remove this file"),
        "data-offline": env._(
            "It could not be sent. What you typed is kept: try again when you are back "
            "on the network."
        ),
        "data-expired": env._(
            "It was not sent yet, since you have signed in anew. Please send it again."
        ),
        "data-too-large": env._("These files are too large to be sent together."),
    }


def get_sent_files(name):
    """Return the files sent under a name, at their start, as werkzeug's storages."""
    files = request.httprequest.files.getlist(name)
    for file in files:
        # a request tried again after a conflict has read them before
        file.seek(0)
    return [file for file in files if file.filename]


def get_sent_text(name):
    """Return the text sent under a name; a file sent in its place is none."""
    return parse_text(request.httprequest.form.get(name))


def get_sent_texts(name):
    """Return all texts sent under a name."""
    return request.httprequest.form.getlist(name)


def get_length_errors(*texts):
    """Return what is wrong with texts that are too long, for who has sent them.

    :param texts: pairs of a text and how many characters it may have
    """
    return [
        request.env._("Please write at most %(count)s characters.", count=length)
        for text, length in texts
        if len(text) > length
    ]


def attach_files(ticket_sudo, files):
    """Keep checked files on a ticket the caller has just made."""
    # sudo: ir.attachment - on the ticket the caller has just made
    request.env["ir.attachment"].sudo().create(
        [
            {
                "name": file.filename,
                "raw": file.read(),
                "res_model": ticket_sudo._name,
                "res_id": ticket_sudo.id,
            }
            for file in files
        ]
    )
