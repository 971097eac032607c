"""How to reach the cluster, as plain data: what the settings mean to the Kafka clients."""

import ssl
from typing import Any

from app.errors import UsageError
from app.settings import Settings


def client_arguments(settings: Settings) -> dict[str, Any]:
    """The keyword arguments that every aiokafka client takes: address, encryption, credentials.

    Raises UsageError when no cluster is named or a certificate cannot be used.
    """
    arguments: dict[str, Any] = {
        "bootstrap_servers": bootstrap_servers(settings),
        "security_protocol": settings.security_protocol,
    }
    if settings.security_protocol.endswith("SSL"):
        arguments["ssl_context"] = ssl_context(settings)
    if settings.security_protocol.startswith("SASL"):
        arguments |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_username,
            "sasl_plain_password": settings.sasl_password,
        }
    return arguments


def bootstrap_servers(settings: Settings) -> str:
    """host:port, comma-separated, nothing else. UsageError when there is none, or one has no port."""
    servers = [server.strip() for server in (settings.bootstrap_servers or "").split(",") if server.strip()]
    if not servers:
        raise UsageError(
            "no Kafka is named: give --bootstrap-servers HOST:PORT, set CREDITSTREAM_BOOTSTRAP_SERVERS, "
            "or run `creditstream broker start` for one on this machine"
        )
    for server in servers:
        if not server.rpartition(":")[2].isdigit():
            raise UsageError(f"bootstrap server {server!r} has no port: write it as HOST:PORT")
    return ",".join(servers)


def ssl_context(settings: Settings) -> ssl.SSLContext:
    """Verifies the broker's certificate, always; its name too unless `ssl_check_hostname` is off."""
    try:
        context = ssl.create_default_context(cafile=settings.ssl_cafile)
        if settings.ssl_certfile:
            context.load_cert_chain(settings.ssl_certfile, settings.ssl_keyfile, password="")   # else OpenSSL may ask
    except (ssl.SSLError, OSError) as error:
        files = filter(None, (settings.ssl_cafile, settings.ssl_certfile, settings.ssl_keyfile))
        raise UsageError(
            f"the TLS files cannot be used ({', '.join(map(str, files))}): {error}. They must be PEM, and the "
            "key without a pass phrase."
        ) from error
    context.check_hostname = settings.ssl_check_hostname
    return context
