"""Settings come from a file, the environment and the command line, and a wrong one is named."""

from pathlib import Path

import pytest

from gardefou.app.errors import SettingsError, UnwritableFolderError
from gardefou.app.settings import load, prepare_folder, secret


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "gardefou.toml"
    file.write_text('port = 1001\nhost = "127.0.0.2"\ndata = "from file"\n')
    environ = {"GARDEFOU_CONFIG": str(file), "GARDEFOU_PORT": "1002", "GARDEFOU_HOST": "127.0.0.3"}
    found = load({"port": 1003, "host": None}, environ)
    assert (found.port, found.host, found.data) == (1003, "127.0.0.3", "from file")


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("port = \n", "not valid TOML: Invalid value"),
        ("prot = 8000\n", "prot: no such setting; known are data, "),
        ('port = "many"\n', "port: expected `int`"),
        ("port = 70000\n", "port: expected `int` <= 65535"),
        ('smtp = "mail.example"\n', "smtp: expected smtp://host:port"),
        ('smtp = "smtp://mail.example:99999"\n', "smtp: expected smtp://host:port"),
        ('smtp = "smtp://"\n', "smtp: expected smtp://host:port"),
        ('url = "https://[desk"\n', "url: expected http://"),
        ('url = "https://desk.example:99999"\n', "url: expected http://"),
        ('url = "https://desk.example\\nevil"\n', "url: expected http://"),
        ('host = "not a host"\n', "host: expected an address or a name"),
        ('host = ""\n', "host: expected an address or a name"),
        ('mail_from = "A <a@x.example>\\nBcc: b@x.example"\n', "mail_from: expected one address"),
        ('mail_from = "nobody"\n', "mail_from: expected one address"),
        ('contest = "a@x.example, b@x.example"\n', "contest: expected one address"),
        ('database = "mysql://x"\n', "database: expected sqlite:///PATH"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_key(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "gardefou.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load({}, {"GARDEFOU_CONFIG": str(file)})
    assert said in caught.value.message
    assert "\n" not in caught.value.message


def test_a_misspelt_variable_is_refused_and_not_taken_for_a_default() -> None:
    with pytest.raises(SettingsError, match="GARDEFOU_DATABSE: no such setting"):
        load({}, {"GARDEFOU_DATABSE": "sqlite:///x"})


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such file"):
        load({}, {"GARDEFOU_CONFIG": str(tmp_path / "nowhere.toml")})


def test_people_are_sent_to_a_name_and_not_to_an_address() -> None:
    """Passkeys refuse a bare address."""
    assert load({"port": 8123}, {}).public_url == "http://localhost:8123"
    assert load({"url": "https://desk.example/"}, {}).public_url == "https://desk.example"


@pytest.mark.promise(20)
def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnwritableFolderError, match=r"file/data cannot be written to .*GARDEFOU_DATA"):
        prepare_folder(load({"data": str(tmp_path / "file" / "data")}, {}))


def test_the_forms_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = load({"data": str(tmp_path)}, {})
    first = secret(settings)
    assert len(first) == 64
    assert secret(settings) == first
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "::1", "localhost", "desk.example", "my_box"])  # noqa: S104  # read, not bound
def test_addresses_and_names_can_be_listened_on(host: str) -> None:
    assert load({"host": host}, {}).host == host
