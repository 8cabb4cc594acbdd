"""Invents the tickets of a demo school, so that each chart has a shape.

This file knows no records: ``create_stories`` returns texts and numbers, always the
same for the same days. ``helpdesk.ticket._create_demo_history`` stores them.
"""

import random
from datetime import datetime, timedelta
from typing import NamedTuple

#: An hour of the day in the school's time zone to how many tickets it gets.
HOURS = {7: 9, 8: 26, 9: 18, 10: 14, 11: 10, 12: 4, 13: 12, 14: 9, 15: 6, 16: 2, 20: 1}
#: Monday to Sunday.
WEEKDAYS = (26, 20, 18, 17, 14, 1, 1)
#: How many tickets a day outside a term gets, compared with one in a term.
BREAK_SHARE = 0.12
PRIORITIES = {"0": 18, "1": 55, "2": 20, "3": 7}
#: Working hours within which a ticket of a priority is to be answered and resolved.
TARGETS = {"0": (8, 24), "1": (2, 8), "2": (0.5, 4), "3": (0.25, 2)}
WAITS = {"requester": 40, "vendor": 20, "part": 22, "approval": 12, "other": 6}
#: Working hours until a resolved ticket is closed.
CLOSE_HOURS = 24
#: The desk and the events team share these, by the part of the school they look after.
IT, EVENTS = "it", "events"


class Theme(NamedTuple):
    """A usual problem. ``device`` is the beginning of the codes of its devices."""

    team: str
    weight: int
    category: str
    device: str
    title: str
    words: str
    answer: str
    solution: str


THEMES = [
    Theme(
        EVENTS,
        9,
        "projector_issues",
        "PRJ",
        "Projector in {room} stays dark",
        "The class is waiting, and there is only a blue light.",
        "I am on my way with a spare cable.",
        "Lamp replaced.",
    ),
    Theme(
        EVENTS,
        5,
        "projector_issues",
        "PRJ",
        "โปรเจกเตอร์ {room} ไม่มีภาพ",
        "เปิดเครื่องแล้วไม่มีภาพขึ้นจอค่ะ",
        "กำลังไปดูให้ครับ",
        "เปลี่ยนสาย HDMI แล้ว ใช้งานได้ครับ",
    ),
    Theme(
        EVENTS,
        4,
        "screen_display_problems",
        "BRD",
        "Board in {room} writes beside the pen",
        "The line is a hand away from where I write.",
        "Please do not move the board, I calibrate it in the break.",
        "Calibrated.",
    ),
    Theme(
        EVENTS,
        4,
        "room_setup",
        "",
        "Sound for the assembly",
        "Two microphones and music from a laptop, on Friday at 8.",
        "Noted. Which laptop do you bring?",
        "Set up, and taken down again.",
    ),
    Theme(
        IT,
        12,
        "wifi_connectivity",
        "NET",
        "WiFi in {room} is very slow",
        "The videos stop all the time.",
        "I look at the access point now.",
        "The access point has new firmware.",
    ),
    Theme(
        IT,
        6,
        "wifi_connectivity",
        "NET",
        "ต่อ WiFi ที่ {room} ไม่ได้",
        "นักเรียนทั้งห้องต่อไม่ได้ครับ",
        "กำลังตรวจสอบให้ครับ",
        "รีเซ็ตอุปกรณ์กระจายสัญญาณแล้วครับ",
    ),
    Theme(
        IT,
        9,
        "password_reset",
        "",
        "I cannot sign in",
        "It says that my password has expired.",
        "Please come by with your school card.",
        "New password set.",
    ),
    Theme(
        IT,
        4,
        "account_lockout",
        "",
        "ลืมรหัสผ่าน เข้าระบบไม่ได้",
        "ต้องกรอกคะแนนวันนี้ค่ะ",
        "รบกวนยืนยันตัวตนที่ห้องไอทีค่ะ",
        "ตั้งรหัสผ่านใหม่แล้วค่ะ",
    ),
    Theme(
        IT,
        8,
        "printer_problems",
        "PRN",
        "Printer in {room} has a paper jam",
        "It is the third time this week.",
        "Please leave it, I bring new rollers.",
        "Rollers replaced.",
    ),
    Theme(
        IT,
        5,
        "printer_problems",
        "PRN",
        "เครื่องพิมพ์ {room} พิมพ์ไม่ออก",
        "พรุ่งนี้ต้องใช้ข้อสอบค่ะ",
        "จะเข้าไปดูให้ในคาบพักค่ะ",
        "เปลี่ยนหมึกและทำความสะอาดแล้วค่ะ",
    ),
    Theme(
        IT,
        7,
        "computer_not_starting",
        "DSK",
        "Lab computer does not start",
        "The one beside the window.",
        "I exchange it before the next lesson.",
        "Power supply replaced.",
    ),
    Theme(
        IT,
        5,
        "performance_issues",
        "LAP",
        "Laptop of the office is slow",
        "It takes minutes to open a letter.",
        "May I restart it at noon?",
        "Memory added.",
    ),
    Theme(
        IT,
        5,
        "physical_damage",
        "TAB",
        "iPad with a crack in the cart",
        "Nobody knows how it happened.",
        "Please keep it apart.",
        "Glass replaced by the vendor.",
    ),
    Theme(
        IT,
        5,
        "application_crashes",
        "DSK",
        "โปรแกรมปิดเองในห้องคอมพิวเตอร์",
        "เปิดงานของนักเรียนแล้วโปรแกรมปิดเองครับ",
        "ใช้รุ่นใดอยู่ครับ",
        "อัปเดตโปรแกรมแล้วครับ",
    ),
    Theme(
        IT,
        4,
        "installation_requests",
        "DSK",
        "Software for the science fair",
        "On six computers, please.",
        "Is Thursday early enough?",
        "Installed and tested.",
    ),
    Theme(
        IT,
        4,
        "equipment_request",
        "TAB",
        "Twenty iPads for next week",
        "For the reading project of Grade 7.",
        "The cart is free on Tuesday.",
        "Cart charged and brought.",
    ),
    Theme(
        IT,
        3,
        "permission_changes",
        "",
        "Access to the folder of Grade 8",
        "I take over the class.",
        "The head of grade must agree first.",
        "Access given.",
    ),
]
NOT_SOLVED = ("Sorry, it is back again.", "ยังใช้ไม่ได้เหมือนเดิมค่ะ")
THANKS = ("Thank you, that suits me.", "ขอบคุณค่ะ", "I am in the room until four.")
FEEDBACK = {
    5: ("Very quick, thank you!", "ขอบคุณมากครับ บริการดีมาก", "Works again, great.", ""),
    3: ("It took a while.", "ใช้เวลานานไปหน่อย", ""),
    1: ("I had to ask twice.", "รอนานมาก คาบเรียนเสียไปเลยค่ะ"),
}
CANCEL_REASONS = (
    "The requester has solved the problem",
    "Reported a second time by mistake",
    "Not a matter of the IT desk: handed to the caretaker",
)


class Step(NamedTuple):
    """Something that happens some working hours after the creation.

    ``kind`` is ``answer``, ``say`` or ``note`` (with the text in ``value``), a status
    (``waiting`` with for whom in ``value``), or ``rate`` (with the pair of rating and
    words in ``value``).
    """

    hours: float
    kind: str
    value: object = None


class Story(NamedTuple):
    """A ticket. ``chance`` picks its people, device, room and channel."""

    created: datetime
    theme: Theme
    priority: str
    steps: list
    is_merged: bool
    cancel_reason: str
    work_hours: float
    chance: float


def create_stories(first, last, count, is_term, seed=19):
    """Return tickets, the oldest first.

    :param date first, last: the first and the last day
    :param int count: how many tickets
    :param is_term: function that tells whether a day is in a term
    :return: list of ``Story``; ``created`` is in the time zone of the school
    """
    # not for secrets: the same school each time
    dice = random.Random(seed)  # noqa: S311
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    weights = [
        WEEKDAYS[day.weekday()] * (1 if is_term(day) else BREAK_SHARE) for day in days
    ]
    moments = sorted(
        datetime.combine(day, datetime.min.time())
        + timedelta(hours=_choose(dice, HOURS), minutes=dice.randrange(60))
        for day in dice.choices(days, weights, k=count)
    )
    return [_create_story(dice, moment) for moment in moments]


def _choose(dice, weights):
    return dice.choices(list(weights), list(weights.values()))[0]


def _create_story(dice, created):
    theme = dice.choices(THEMES, [theme.weight for theme in THEMES])[0]
    priority = _choose(dice, PRIORITIES)
    ending = dice.random()
    is_merged, is_cancelled = ending < 0.04, 0.04 <= ending < 0.10
    if is_merged or is_cancelled:
        steps = [Step(dice.uniform(0.2, 3), "cancelled")]
        reason = "" if is_merged else dice.choice(CANCEL_REASONS)
    else:
        steps, reason = _create_steps(dice, theme, priority), ""
    return Story(
        created,
        theme,
        priority,
        steps,
        is_merged,
        reason,
        dice.choice((0.25, 0.25, 0.5, 0.5, 0.75, 1, 1.5, 2.5)),
        dice.random(),
    )


def _create_steps(dice, theme, priority):
    """Return what happens to a ticket that is resolved, in order."""
    to_answer, to_resolve = TARGETS[priority]
    is_late = dice.random() < 0.2
    now = to_resolve * (dice.uniform(1.1, 2.6) if is_late else dice.uniform(0.1, 0.85))
    first = to_answer * (
        dice.uniform(1.1, 4) if dice.random() < 0.18 else dice.random()
    )
    first = min(first, now * 0.8)
    steps = []
    if dice.random() < 0.93:
        steps.append(Step(first, "answer", theme.answer))
    start = first + now * 0.05
    steps.append(Step(start, "in_progress"))
    if dice.random() < 0.3:
        steps.append(Step(start + now * 0.02, "say", dice.choice(THANKS)))
    if dice.random() < 0.15:
        steps.append(Step(start + now * 0.04, "note", "Looked at it on site."))
    if dice.random() < 0.3:
        length = dice.uniform(1, 26)
        begin = start + now * 0.08
        steps.append(Step(begin, "waiting", _choose(dice, WAITS)))
        steps.append(Step(begin + length, "in_progress"))
        now += length
    steps.append(Step(now, "answer", theme.solution))
    steps.append(Step(now + 0.01, "resolved"))
    if dice.random() < 0.09:
        now += dice.uniform(1, 9)
        steps.append(Step(now, "say", dice.choice(NOT_SOLVED)))
        steps.append(Step(now + 0.01, "in_progress"))
        now += dice.uniform(0.5, 6)
        steps.append(Step(now, "answer", theme.solution))
        steps.append(Step(now + 0.01, "resolved"))
    if dice.random() < 0.5:
        chances = {5: 4, 3: 4, 1: 3} if is_late else {5: 16, 3: 3, 1: 1}
        rating = _choose(dice, chances)
        given = rating, dice.choice(FEEDBACK[rating])
        steps.append(Step(now + dice.uniform(0.1, 3), "rate", given))
    steps.append(Step(now + CLOSE_HOURS, "closed"))
    return steps
