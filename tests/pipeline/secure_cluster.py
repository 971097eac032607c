"""Three brokers that want TLS, a password and, of everybody but the administrator, the right to what is asked."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Self

from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from app.broker.embedded import EmbeddedKafka
from app.broker.node import new_cluster_id
from app.broker.probe import free_ports
from app.kafka.connection import client_arguments
from app.kafka.grants import DESCRIBE_CONFIGS, READ, WRITE, Grant
from app.settings import Settings
from tests.broker.certificates import self_signed

ADMIN, WORKER = "admin", "worker"
_PASSWORDS = {ADMIN: "of the administrator", WORKER: "of the worker"}
_LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"
_KINDS = {
    "topic": ResourceType.TOPIC,
    "group": ResourceType.GROUP,
    "transactional-id": ResourceType.TRANSACTIONAL_ID,
}
_OPERATIONS = {
    READ: AclOperation.READ,
    WRITE: AclOperation.WRITE,
    DESCRIBE_CONFIGS: AclOperation.DESCRIBE_CONFIGS,
}


class SecureCluster:
    """Brokers and controllers speak plainly among themselves; everybody else comes in by SASL over TLS."""

    def __init__(self, folder: Path) -> None:
        self._certificate = self_signed(folder, "127.0.0.1")
        cluster, ports = new_cluster_id(), [free_ports(3) for _ in range(3)]
        voters = ",".join(f"{number}@127.0.0.1:{own[1]}" for number, own in enumerate(ports, 1))
        self.nodes = [
            EmbeddedKafka(port=own[0], cluster_id=cluster, properties=_properties(folder, number, own, voters))
            for number, own in enumerate(ports, 1)
        ]
        self.bootstrap_servers = ",".join(f"127.0.0.1:{secured}" for *_, secured in ports)

    @classmethod
    @asynccontextmanager
    async def running(cls, folder: Path) -> AsyncIterator[Self]:
        cluster = cls(folder)
        async with AsyncExitStack() as stack:
            await asyncio.gather(*(stack.enter_async_context(node) for node in cluster.nodes))
            try:
                yield cluster
            finally:
                for node in cluster.nodes:     # one by one they would wait for a majority that is not there any more
                    node.kill()

    def settings(self, user: str) -> dict[str, str]:
        """As a worker's environment has them."""
        return {
            "CREDITSTREAM_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "CREDITSTREAM_SECURITY_PROTOCOL": "SASL_SSL",
            "CREDITSTREAM_SASL_MECHANISM": "PLAIN",
            "CREDITSTREAM_SASL_USERNAME": user,
            "CREDITSTREAM_SASL_PASSWORD": _PASSWORDS[user],
            "CREDITSTREAM_SSL_CAFILE": str(self._certificate),
        }

    def client(self, user: str) -> dict[str, Any]:
        """Arguments of every aiokafka client."""
        named = {name.removeprefix("CREDITSTREAM_").lower(): value for name, value in self.settings(user).items()}
        return client_arguments(Settings.from_environment(**named))

    def grant(self, user: str, grants: Iterable[Grant]) -> None:
        """As kafka-acls.sh would."""
        admin = AdminClient(
            {
                "bootstrap.servers": self.bootstrap_servers,
                "security.protocol": "SASL_SSL",
                "sasl.mechanism": "PLAIN",
                "sasl.username": ADMIN,
                "sasl.password": _PASSWORDS[ADMIN],
                "ssl.ca.location": str(self._certificate),
            }
        )
        asked = admin.create_acls([_binding(user, own, operation) for own in grants for operation in own.operations])
        for granted in asked.values():
            granted.result(30)


def _properties(folder: Path, number: int, ports: list[int], voters: str) -> dict[str, str]:
    plain, controller, secured = ports
    own = f"PLAINTEXT://127.0.0.1:{plain},SECURE://127.0.0.1:{secured}"
    users = " ".join(f'user_{name}="{password}"' for name, password in _PASSWORDS.items())
    return {
        "node.id": str(number),
        "listeners": f"{own},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": own,
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL",
        "controller.quorum.voters": voters,
        "sasl.enabled.mechanisms": "PLAIN",
        "listener.name.secure.plain.sasl.jaas.config": f"{_LOGIN} {users};",
        "listener.name.secure.ssl.keystore.type": "PEM",
        "listener.name.secure.ssl.keystore.location": str(folder / "keystore.pem"),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:{ADMIN};User:ANONYMOUS",
        "default.replication.factor": "3",
        "min.insync.replicas": "2",
        "offsets.topic.replication.factor": "3",
        "transaction.state.log.replication.factor": "3",
        "transaction.state.log.min.isr": "2",
    }


def _binding(user: str, grant: Grant, operation: str) -> AclBinding:
    pattern = ResourcePatternType.PREFIXED if grant.prefixed else ResourcePatternType.LITERAL
    return AclBinding(
        _KINDS[grant.kind],
        grant.name,
        pattern,
        f"User:{user}",
        "*",
        _OPERATIONS[operation],
        AclPermissionType.ALLOW,
    )
