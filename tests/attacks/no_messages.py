"""What anybody who reaches Redis may push on the list that is the queue."""

import json

TAG = {"delivery_tag": "t", "delivery_info": {"exchange": "", "routing_key": "gpu"}}
NO_MESSAGES = [
    b"", b"\xff\xfe\x00", b"no json", b"null", b"[]", b"{}", b'"text"', b"[" * 100_000,
    b'{"properties": 1}', b'{"body": "x", "properties": {}}',
    b'{"properties": {"delivery_tag": {"a": 1}}}', b'{"__type__": "uuid", "__value__": 1}',
    *(
        json.dumps(each).encode()
        for each in (
            {"headers": {}, "properties": {**TAG, "body_encoding": "base64"}, "body": "!"},
            {"headers": {}, "properties": {**TAG, "body_encoding": "none such"}, "body": "x"},
            {"headers": {}, "properties": {**TAG, "delivery_info": {}}, "body": "x"},
            {"headers": [], "properties": TAG, "body": "x"},
            {"headers": {"compression": "zlib"}, "properties": TAG, "body": "x"},
        )
    ),
]  # fmt: skip
"""Bytes on the list that is the queue, past the form of kombu."""

UNACKED = [
    *NO_MESSAGES[:8], b'[1, 2]', b'[1, 2, 3]', b'[{}, "", "gpu"]', b'[{"headers": 1}, "", "gpu"]',
    json.dumps([{"headers": {}, "properties": 1}, "", "gpu"]).encode(),
    json.dumps([{"headers": {}, "properties": TAG, "body": ""}, {}, []]).encode(),
    json.dumps([{"headers": {}, "properties": TAG, "body": ""}, "none such", "gpu"]).encode(),
    json.dumps([{"headers": {}, "properties": {"delivery_info": 1}}, "", "gpu"]).encode(),
    json.dumps([{"headers": {}, "properties": TAG, "body": "x"}, "", "gpu"]).encode(),
]  # fmt: skip
"""The same in the hash of messages that nobody has said are done."""
