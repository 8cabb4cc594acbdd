"""Remove an index that nothing reads any more: links store their ticket's date."""


def migrate(cr, version):
    cr.execute("DROP INDEX IF EXISTS helpdesk_ticket_device_cost_idx")
