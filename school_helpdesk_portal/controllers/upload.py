"""What a form sends: its files, however often its request is tried, and its texts."""

import io

from odoo.http import request

from odoo.addons.school_helpdesk_base.controllers.main import (
    get_upload_errors,
    parse_text,
)
from odoo.addons.school_helpdesk_base.tools.photo import PhotoError, clean_photo


def get_sent_files(name):
    """Return the files sent under a name, at their start, as werkzeug's storages."""
    files = request.httprequest.files.getlist(name)
    for file in files:
        # a request tried again after a conflict has read them before
        file.seek(0)
    return [file for file in files if file.filename]


def prepare_files(files):
    """Make the files fit to be kept: photos that all can see, without their place.

    :return: what is wrong with them, in words for who has sent them
    """
    if errors := get_upload_errors(files):
        return errors
    for file in files:
        try:
            file.filename, content = clean_photo(file.filename, file.read())
        except PhotoError:
            errors.append(
                request.env._(
                    "The photo %(name)s cannot be read. Please take it again, or send "
                    "it as JPEG.",
                    name=file.filename,
                )
            )
        else:
            file.stream = io.BytesIO(content)
    return errors


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
