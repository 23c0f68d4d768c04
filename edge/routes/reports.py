"""`reports/…`: the end of a business day, on the screen and on paper."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, RawBody

from domain.business import business_day
from domain.clock import iso
from domain.codec import encode
from domain.order import Order
from domain.payments import refunds_on
from domain.report import Report, day_report
from domain.ticket import report_ticket
from edge.parts import Parts
from edge.routes.answers import JsonText, json_text
from edge.store import orders, paper, print_jobs
from edge.store.writer import Transaction
from printing.queue import PrintJob
from web.bodies import decode_body
from web.documented import takes

__all__ = ["Reports"]


class Day(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The business day; None is the present one."""

    day: date | None = None


class Reports(Controller):
    path = "/reports"
    tags = ("orders",)

    @get("/day")
    async def look(
        self, parts: NamedDependency[Parts], day: FromQuery[date | None] = None
    ) -> dict[str, Any]:
        """The report of a business day, by default the present one, without printing it. Money in
        minor units."""
        return encode(await _report(parts, day))

    @post("/day", operation_class=takes(Day))
    async def print(self, body: RawBody, parts: NamedDependency[Parts]) -> JsonText:
        """Prints the report where receipts go, and answers with it: `{report, print_jobs}`."""
        wanted = decode_body(body or b"{}", Day)
        report = await _report(parts, wanted.day)
        now, report_id = parts.clock.now(), parts.ids.new()
        ticket = report_ticket(report, at=iso(now))

        def add(tx: Transaction) -> list[PrintJob]:
            return paper.print_report(tx, ticket, now=now, report_id=report_id)

        jobs = print_jobs.as_json(await parts.store.write(add))
        answer = {"report": report, "print_jobs": msgspec.Raw(jobs.encode())}
        return json_text(msgspec.json.encode(answer).decode(), status=201)


async def _report(parts: Parts, day: date | None) -> Report:
    restaurant = await parts.house.now()
    of = day.isoformat() if day else business_day(parts.clock.now(), restaurant.business)
    begins = iso(datetime.combine(date.fromisoformat(of), time(), UTC) - timedelta(days=1))

    def look(db: sqlite3.Connection) -> tuple[tuple[list[Order], int], list[Order]]:
        return orders.whole_day(db, of), orders.with_refunds(db, begins)

    (found, unreadable), refunded = await parts.store.read(look)
    currency = restaurant.menu.currency if restaurant.menu is not None else ""
    currency = currency or (found[0].currency if found else "")
    return day_report(
        found,
        business_day=of,
        currency=currency,
        left_out=unreadable,
        refunds=refunds_on(
            (order for order in refunded if order.currency == currency), of, restaurant.business
        ),
    )
