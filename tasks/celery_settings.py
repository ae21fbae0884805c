"""How Celery is set up: a doorbell that may fail in any way without a run being lost.

Publisher and worker share it, and it imports no torch. The reasons stand beside what was measured;
`docs/architecture.md` says why SQL, and not Celery, holds the state of a run.
"""

from typing import Any, Final
from urllib.parse import parse_qs, urlsplit, urlunsplit

from celery import Celery

TASK_NAME: Final = "lodemap.fine_tune"
"""The one task; its only argument is a run id."""
QUEUE: Final = "gpu"

SETTINGS: Final[dict[str, Any]] = {
    # JSON only: a pickled message is refused, whoever reaches Redis
    "task_serializer": "json",
    "result_serializer": "json",
    "event_serializer": "json",
    "accept_content": ["json"],
    "result_accept_content": ["json"],
    # what is no ring of ours is dropped before Celery looks into it
    "worker_consumer": "tasks.ring_filter:RingConsumer",
    # no result backend: a run that ended while Redis was away was reported as failed
    "result_backend": None,
    "task_ignore_result": True,
    "task_store_errors_even_if_ignored": False,
    # delivery
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_acks_on_failure_or_timeout": True,  # False with a time limit runs the task for ever
    # One message at a time by counting what is being worked on, not what is not acknowledged yet:
    # kombu never forgets a message whose acknowledgement failed, so a worker whose Redis was away
    # when its run ended took no other run until it was started anew.
    "worker_prefetch_multiplier": 0,
    "worker_disable_prefetch": True,
    "worker_concurrency": 1,  # one per GPU
    "task_publish_retry": False,
    "task_create_missing_queues": False,
    "task_default_queue": QUEUE,
    # processes: CUDA cannot be initialised again after a fork; a child stays warm between runs
    "worker_pool": "prefork",
    "worker_pool_start_method": "spawn",
    "worker_max_tasks_per_child": None,
    # a child imports torch before it is up; where that took longer than this, children were killed
    # and started for ever
    "worker_proc_alive_timeout": 300.0,
    "task_time_limit": 24 * 3600,  # last resort; tasks/lease.py ends hung runs
    # no control plane: whoever reaches Redis cannot shut workers down
    "worker_enable_remote_control": False,
    "worker_send_task_events": False,
    "task_send_sent_event": False,
    # connection
    "broker_connection_retry": True,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_heartbeat": 0,
    "broker_pool_limit": 4,
    # True killed a training run on a 2.5 s network blip
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "worker_soft_shutdown_timeout": 15.0,  # acts on SIGTERM with REMAP_SIGTERM=SIGQUIT
}

TRANSPORT: Final[dict[str, Any]] = {
    "visibility_timeout": 86400,  # longer than any run; the lease does the recovery
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,  # the defaults, 10 and 10, sweep every 100 s
    "socket_timeout": 10,
    "socket_connect_timeout": 3,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "retry_on_timeout": True,
    "global_keyprefix": "lodemap:",
}

PUBLISHER_TRANSPORT: Final[dict[str, Any]] = {
    **TRANSPORT,
    # a ring that does not go out soon is worth nothing: the reconciler rings again
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "retry_on_timeout": False,
}


def make_celery(broker_url: str, transport: dict[str, Any]) -> Celery:
    """Return a Celery app on `broker_url` with the settings above."""
    app = Celery("lodemap", broker=checking_certificates(broker_url), set_as_current=False)
    app.conf.update(SETTINGS, broker_transport_options=transport)
    return app


def checking_certificates(broker_url: str) -> str:
    """Return a URL by which the server's certificate is checked, unless it says otherwise.

    kombu takes any certificate where a `rediss://` URL has no word of it, and sends the password.
    """
    parts = urlsplit(broker_url)
    asked = parse_qs(parts.query)
    if parts.scheme != "rediss" or any(key.startswith("ssl_cert_reqs") for key in asked):
        return broker_url
    query = "&".join(filter(None, (parts.query, "ssl_cert_reqs=required")))
    return urlunsplit(parts._replace(query=query))
