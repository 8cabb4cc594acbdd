"""The command of Odoo, as a file.

A server with workers starts its worker for websockets with the name of this file.
``python -m odoo`` has no such name: that worker would end at once, again and again.
"""

from odoo.cli.command import main

main()
