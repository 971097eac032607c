"""SASL and TLS settings, against a real Kafka that insists on them."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import NewTopic
from aiokafka.errors import KafkaError
from msgspec import structs

from app.broker.embedded import EmbeddedKafka
from app.broker.probe import free_ports
from app.errors import BrokerError, UsageError
from app.kafka.cluster import Cluster
from app.kafka.connection import bootstrap_servers, client_arguments
from app.settings import Settings
from tests.broker.certificates import self_signed
from tests.broker.records import create, read, send

MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule"


@pytest.fixture(scope="module")
async def secure(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    """Settings for the SASL_SSL listener of a broker whose certificate only its own file vouches for."""
    certificates = tmp_path_factory.mktemp("certificates")
    certificate = self_signed(certificates, "127.0.0.1")
    plain, controller, secured = free_ports(3)
    properties = {
        "listeners": f"PLAINTEXT://127.0.0.1:{plain},SECURE://127.0.0.1:{secured},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{plain},SECURE://127.0.0.1:{secured}",
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL",
        "sasl.enabled.mechanisms": "PLAIN",
        "listener.name.secure.plain.sasl.jaas.config": f'{MODULE} required user_worker="open sesame";',
        "listener.name.secure.ssl.keystore.type": "PEM",
        "listener.name.secure.ssl.keystore.location": str(certificates / "keystore.pem"),
    }
    async with EmbeddedKafka(port=plain, properties=properties):
        yield Settings.from_environment(
            bootstrap_servers=f"127.0.0.1:{secured}",
            security_protocol="SASL_SSL",
            sasl_mechanism="PLAIN",
            sasl_username="worker",
            sasl_password="open sesame",
            ssl_cafile=certificate,
        )


async def test_the_right_credentials_reach_the_cluster(secure: Settings, run_id: str) -> None:
    client = client_arguments(secure)
    await create(NewTopic(run_id, 1, 1), **client)
    await send(run_id, b"hello", **client)
    assert await read(run_id, **client) == [b"hello"]


async def test_a_wrong_password_does_not(secure: Settings) -> None:
    wrong = {**client_arguments(secure), "sasl_plain_password": "open barley"}
    with pytest.raises(KafkaError):
        await read("any", **wrong)


async def test_credentials_that_are_refused_are_told_as_that(secure: Settings) -> None:
    wrong = {**client_arguments(secure), "sasl_plain_password": "open barley"}
    with pytest.raises(BrokerError, match=r"refuses the credentials \(SaslAuthenticationFailed\)"):
        await described(wrong)


async def test_a_certificate_that_nobody_vouches_for_is_told_as_that(secure: Settings) -> None:
    unknown = client_arguments(structs.replace(secure, ssl_cafile=None))
    with pytest.raises(BrokerError, match=r"is not to be trusted \(self-signed certificate\)"):
        await described(unknown)


async def described(client: dict[str, Any]) -> None:
    async with Cluster.connected(client) as cluster:
        await cluster.topic_ids(["any"])


async def test_a_broker_that_no_known_authority_vouches_for_is_not_trusted(secure: Settings) -> None:
    unknown = {**client_arguments(secure), "ssl_context": client_arguments(
        Settings.from_environment(bootstrap_servers=secure.bootstrap_servers, security_protocol="SSL")
    )["ssl_context"]}
    with pytest.raises(KafkaError):
        await asyncio.wait_for(read("any", **unknown), 20)


def test_tls_verifies_the_name_of_the_broker_unless_told_otherwise() -> None:
    tls = {"bootstrap_servers": "k:9093", "security_protocol": "SSL"}
    careful = client_arguments(Settings.from_environment(**tls))["ssl_context"]
    trusting = client_arguments(Settings.from_environment(**tls, ssl_check_hostname=False))["ssl_context"]
    assert careful.check_hostname
    assert not trusting.check_hostname
    assert careful.verify_mode == trusting.verify_mode == ssl.CERT_REQUIRED


def test_files_that_are_no_certificates_are_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("hello")
    settings = Settings.from_environment(
        bootstrap_servers="k:9093", security_protocol="SSL", ssl_cafile=tmp_path / "ca.pem"
    )
    with pytest.raises(UsageError, match=rf"\({tmp_path}/ca\.pem\).*must be PEM"):
        client_arguments(settings)


def test_addresses_may_be_written_with_spaces() -> None:
    settings = Settings.from_environment(bootstrap_servers=" one:9092, two:9092,")
    assert bootstrap_servers(settings) == "one:9092,two:9092"


@pytest.mark.parametrize(("servers", "complaint"), [(None, "no Kafka is named"), ("kafka", "'kafka' has no port")])
def test_a_missing_address_is_refused(servers: str | None, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        bootstrap_servers(Settings.from_environment(bootstrap_servers=servers))
