"""The environment: every wrong value is refused by the name of its variable."""

from pathlib import Path

import pytest

from app.errors import UsageError
from app.settings import PREFIX, Settings


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.__struct_fields__:
        monkeypatch.delenv(PREFIX + field.upper(), raising=False)


def test_nothing_has_to_be_set() -> None:
    settings = Settings.from_environment()
    assert settings.bootstrap_servers is None
    assert settings.app_id == "creditstream"
    assert settings.cache_dir.name == settings.data_dir.name == "creditstream"


def test_variables_become_typed_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDITSTREAM_METRICS_PORT", "0")
    monkeypatch.setenv("CREDITSTREAM_SESSION_TIMEOUT", "12.5")
    monkeypatch.setenv("CREDITSTREAM_SSL_CHECK_HOSTNAME", "false")
    monkeypatch.setenv("CREDITSTREAM_KEY_FILE", "~/keys.json")
    settings = Settings.from_environment()
    assert settings.metrics_port == 0
    assert settings.session_timeout == 12.5
    assert settings.ssl_check_hostname is False
    assert settings.key_file == Path.home() / "keys.json"


def test_an_override_wins_unless_it_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDITSTREAM_BOOTSTRAP_SERVERS", "one:9092")
    assert Settings.from_environment(bootstrap_servers="two:9092").bootstrap_servers == "two:9092"
    assert Settings.from_environment(bootstrap_servers=None).bootstrap_servers == "one:9092"


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDITSTREAM_INSTANCE", "")
    assert Settings.from_environment().instance is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("metrics_port", "70000"),
        ("metrics_port", "tcp://10.0.0.7:9464"),       # what Kubernetes sets for a service called creditstream-metrics
        ("security_protocol", "TLS"),
        ("sasl_mechanism", "GSSAPI"),
        ("log_level", "LOUD"),
        ("session_timeout", "0"),
        ("session_timeout", "nan"),
        ("max_events", "0"),
        ("dead_letter_ratio", "1.5"),
        ("app_id", "two words"),
        ("ssl_check_hostname", "perhaps"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(
    field: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = PREFIX + field.upper()
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError, match=rf"^{variable}: "):
        Settings.from_environment()


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (
            {"security_protocol": "SASL_SSL", "bootstrap_servers": "k:9093", "sasl_mechanism": "PLAIN"},
            "CREDITSTREAM_SASL_USERNAME is missing",
        ),
        ({"sasl_username": "me", "bootstrap_servers": "k:9092"}, "would not be used"),
        ({"security_protocol": "SSL"}, "CREDITSTREAM_BOOTSTRAP_SERVERS is missing"),
        ({"ssl_cafile": "/no/such.pem"}, "CREDITSTREAM_SSL_CAFILE: there is no file /no/such.pem"),
        ({"ssl_certfile": __file__}, "belong together"),
        ({"heartbeat_interval": 9}, "at most a third of CREDITSTREAM_SESSION_TIMEOUT"),
    ],
)
def test_values_that_do_not_fit_together_are_refused(given: dict[str, object], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        Settings.from_environment(**given)


def test_a_password_shows_itself_to_nobody() -> None:
    settings = Settings.from_environment(
        bootstrap_servers="k:9092", security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="PLAIN", sasl_username="me", sasl_password="open sesame",
    )
    assert settings.sasl_password == "open sesame"
    assert "sesame" not in repr(settings)


def test_a_wrong_password_is_not_repeated_in_the_error() -> None:
    with pytest.raises(UsageError) as caught:
        Settings.from_environment(sasl_password=["open sesame"], session_timeout=-1)
    assert "sesame" not in str(caught.value)
