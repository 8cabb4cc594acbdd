"""The files of a form, however often its request is tried."""

from odoo.http import request


def get_sent_files(name):
    """Return the files sent under a name, at their start, as werkzeug's storages."""
    files = request.httprequest.files.getlist(name)
    for file in files:
        # a request tried again after a conflict has read them before
        file.seek(0)
    return [file for file in files if file.filename]
