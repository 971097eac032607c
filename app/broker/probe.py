"""Ports, and whether a broker really answers on one."""

import socket
import struct
import sys

_API_VERSIONS_V0 = struct.pack(">ihhih", 10, 18, 0, 1, -1)   # length, api key, version, correlation id, no client id
_ANSWER = struct.Struct(">iih")                              # length, correlation id, error code


def free_ports(count: int) -> list[int]:
    """Ports of the loopback interface that were free a moment ago, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in sockets]
    for server in sockets:
        server.close()
    return ports


def is_free(port: int) -> bool:
    with socket.socket() as server:
        if sys.platform != "win32":                          # as Java does: what the last owner left behind is no owner
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def answers(port: int, timeout: float = 1.0) -> bool:
    """Whether a Kafka broker answers there, in its own protocol (ApiVersions): to listen is not enough."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout) as connection:
            connection.sendall(_API_VERSIONS_V0)
            answer = b""
            while len(answer) < _ANSWER.size:
                received = connection.recv(_ANSWER.size - len(answer))
                if not received:
                    return False
                answer += received
    except OSError:
        return False
    _, correlation_id, error_code = _ANSWER.unpack(answer)
    return bool(correlation_id == 1 and error_code == 0)
