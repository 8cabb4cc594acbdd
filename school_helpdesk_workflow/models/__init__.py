# Models below inherit these, so Odoo must know them first.
from . import helpdesk_change_log_mixin
from . import helpdesk_filter_mixin
from . import helpdesk_rule_mixin
from . import helpdesk_rule_problems

# isort: split
from . import helpdesk_assignment
from . import helpdesk_assignment_rule
from . import helpdesk_assignment_rule_problems
from . import helpdesk_assignment_rule_simulation
from . import helpdesk_deleted_rule
from . import helpdesk_escalation_rule
from . import helpdesk_escalation_rule_problems
from . import helpdesk_escalation_rule_simulation
from . import helpdesk_notification_rule
from . import helpdesk_settings_mixin
from . import helpdesk_sla
from . import helpdesk_sla_report
from . import helpdesk_stage_requirement
from . import helpdesk_team_member
from . import helpdesk_ticket
from . import helpdesk_ticket_category
from . import helpdesk_ticket_escalation
from . import helpdesk_ticket_sla
from . import helpdesk_ticket_sla_telling
from . import helpdesk_ticket_team
from . import helpdesk_webhook
from . import rating_rating
from . import res_company
from . import res_users
from . import resource_calendar
from . import resource_calendar_attendance
from . import resource_calendar_leaves
