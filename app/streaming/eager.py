"""The transactional half of aiokafka's producer, with fewer waits in a row.

As the client has it, a transaction is five round trips, one after another: partitions, records, group, offsets, end.
The broker takes requests of one connection in order, so partitions and group may travel together. What is sent, what
the broker checks and what an error means are the same.

    partitions + group  ->  records  ->  offsets  ->  end

Records and offsets may not: the broker verifies both with the transaction's coordinator, and refuses the one whose
verification it finds under way.
"""

import asyncio
from typing import Any

from aiokafka.client import CoordinationType
from aiokafka.producer.sender import (
    BACKOFF_OVERRIDE,
    AddOffsetsToTxnHandler,
    AddPartitionsToTxnHandler,
    Sender,
)

MARKERS_WAIT = 0.004                           # seconds, while the broker still writes the last transaction's markers


class _Partitions(AddPartitionsToTxnHandler):  # type: ignore[misc]   # aiokafka is untyped here
    def handle_response(self, resp: Any) -> float | None:
        backoff: float | None = super().handle_response(resp)
        return MARKERS_WAIT if backoff == BACKOFF_OVERRIDE else backoff


class _Group(AddOffsetsToTxnHandler):  # type: ignore[misc]   # aiokafka is untyped here
    """Asked together with the partitions, it may be told as they are that the last transaction has not quite ended."""

    def __init__(self, sender: Sender, group_id: str) -> None:
        super().__init__(sender, group_id)
        self._default_backoff = MARKERS_WAIT


class EagerSender(Sender):  # type: ignore[misc]   # aiokafka is untyped here
    """A sender that knows which group's offsets will come before they do."""

    _group: str | None = None                  # announced, and not yet asked to be part of the transaction

    @classmethod
    def replace(cls, producer: Any) -> "EagerSender":
        """To be called before the producer starts."""
        known = producer._sender
        producer._sender = eager = cls(
            known.client,
            acks=known._acks,
            txn_manager=known._txn_manager,
            message_accumulator=known._message_accumulator,
            retry_backoff_ms=known._retry_backoff * 1000,
            request_timeout_ms=known._request_timeout_ms,
        )
        return eager

    def announce(self, group_id: str) -> None:
        """This group's offsets will be sent to the transaction that has just begun."""
        self._group = group_id

    def _maybe_do_transactional_request(self) -> "asyncio.Task[Any] | None":
        if self._group is not None and self._txn_manager.partitions_to_add():
            return asyncio.create_task(self._add_both(self._group))
        task: asyncio.Task[Any] | None = super()._maybe_do_transactional_request()
        return task

    async def _add_both(self, group_id: str) -> None:
        """What is refused stays pending, and is asked for again."""
        self._group = None
        await asyncio.gather(
            self._do_add_partitions_to_txn(self._txn_manager.partitions_to_add()),
            self._do_add_offsets_to_txn(group_id),
        )

    async def _do_add_partitions_to_txn(self, tps: Any) -> Any:
        return await _Partitions(self, tps).do(await self._coordinator())

    async def _do_add_offsets_to_txn(self, group_id: str) -> Any:
        return await _Group(self, group_id).do(await self._coordinator())

    async def _coordinator(self) -> Any:
        return await self._find_coordinator(CoordinationType.TRANSACTION, self._txn_manager.transactional_id)
