"""The manifests are what Kubernetes takes, and say only what the service understands."""

import re

import kubernetes_validate
import pytest
import yaml
from typer.main import get_command

from app.cli.main import app
from app.settings import PREFIX, Settings
from tests.deploy.manifests import DEPLOY, KUBERNETES, containers, every_object, settings_of_pods, words_of_a_worker

SETTINGS = {PREFIX + field.upper() for field in Settings.__struct_fields__}


@pytest.mark.parametrize("found", every_object(), ids=lambda o: f"{o['kind']} {o['metadata']['name']}")
def test_a_manifest_is_what_kubernetes_own_schema_allows(found):
    kubernetes_validate.validate(found, "1.31", strict=True)


def test_pods_are_told_only_settings_that_there_are():
    assert settings_of_pods().keys() <= SETTINGS
    told = re.findall(rf"{PREFIX}[A-Z_]+", (DEPLOY / "README.md").read_text())
    assert set(told) <= SETTINGS


def test_settings_of_pods_are_such_as_the_service_takes(monkeypatch, tmp_path):
    for name, value in settings_of_pods().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(f"{PREFIX}SASL_USERNAME", "creditstream")
    monkeypatch.setenv(f"{PREFIX}SASL_PASSWORD", "secret")
    monkeypatch.setenv(f"{PREFIX}SSL_CAFILE", str(KUBERNETES / "settings.yaml"))   # any file that is there
    assert Settings.from_environment().security_protocol == "SASL_SSL"


def test_every_container_runs_a_command_that_there_is():
    for container in containers():
        command = get_command(app)
        words = list(container["args"])
        while hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        command.make_parser(command.context_class(command)).parse_args(words)


def test_a_pods_name_is_the_workers_name_in_the_group():
    assert words_of_a_worker("creditstream-2") == ["worker", "--instance", "creditstream-2"]


def test_probes_ask_what_a_worker_answers():
    (worker,) = [container for container in containers() if container["name"] == "worker"]
    asked = {worker[probe]["httpGet"]["path"] for probe in ("livenessProbe", "readinessProbe")}
    assert asked == {"/livez", "/readyz"}
    (port,) = [port for port in worker["ports"] if port["name"] == "metrics"]
    assert str(port["containerPort"]) == settings_of_pods()["CREDITSTREAM_METRICS_PORT"]


def test_files_that_pods_are_told_of_are_mounted():
    (worker,) = [container for container in containers() if container["name"] == "worker"]
    mounted = [mount["mountPath"] for mount in worker["volumeMounts"]]
    files = [value for name, value in settings_of_pods().items() if name.endswith("FILE")]
    assert files
    assert all(any(file.startswith(f"{folder}/") for folder in mounted) for file in files)


def test_no_pod_may_become_root_or_write_to_its_image():
    for found in every_object():
        if "template" in found.get("spec", {}):
            assert found["spec"]["template"]["spec"]["securityContext"]["runAsNonRoot"] is True
    for container in containers():
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["allowPrivilegeEscalation"] is False


def test_all_containers_run_one_version_of_this_package():
    version = re.search(r'^version = "(.+)"$', (DEPLOY.parent / "pyproject.toml").read_text(), re.MULTILINE)
    assert {container["image"] for container in containers()} == {f"creditstream:{version[1]}"}


def test_metrics_are_collected_from_the_service_that_there_is():
    scrape = yaml.safe_load((DEPLOY / "prometheus" / "scrape.yaml").read_text())
    kept = [rule["regex"] for rule in scrape["relabel_configs"] if rule.get("action") == "keep"]
    (service,) = [found for found in every_object() if found["kind"] == "Service"]
    (port,) = service["spec"]["ports"]
    assert kept == [f"{service['metadata']['name']};{port['name']}"]
