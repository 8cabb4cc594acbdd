"""The files of a form, however often its request is tried."""

import io

from odoo.http import request

from odoo.addons.school_helpdesk_base.controllers.main import get_upload_errors
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
