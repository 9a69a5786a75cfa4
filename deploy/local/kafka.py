# SPDX-License-Identifier: Apache-2.0
"""The stack's Kafka: a real broker from Maven Central's jars, its own controller."""

import base64
import shutil
import uuid
from pathlib import Path

import kafka_wire
import shell
from paths import DOWNLOADS, LOGS, ROOT
from ports import HOST
from processes import Process
from settings import Settings

SOURCE = ROOT / "deploy" / "kafka"
VERSION = "4.1.1"
JARS = DOWNLOADS / f"kafka-{VERSION}"
# In full, so that Maven need not ask which plugin `dependency` is.
COPY_DEPENDENCIES = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
DOWNLOAD_TIMEOUT_S = 900
FORMAT_TIMEOUT_S = 120


def download() -> None:
    """Fetches the broker's jars once; the folder gets its name only when all are there."""
    if JARS.exists():
        return
    with shell.locked(DOWNLOADS / "lock", "downloading Kafka"):
        if JARS.exists():
            return
        partial = JARS.with_suffix(".partial")
        repository = DOWNLOADS / "maven"
        shutil.rmtree(partial, ignore_errors=True)
        shell.run(f"downloading Kafka {VERSION} (43 MB)",
                  ["mvn", "--batch-mode", "--quiet", "--file", SOURCE / "pom.xml",
                   f"-Dmaven.repo.local={repository}", f"-DoutputDirectory={partial}",
                   "-DincludeScope=runtime", COPY_DEPENDENCIES],
                  LOGS / "kafka-download.log", DOWNLOAD_TIMEOUT_S)
        partial.rename(JARS)
        shutil.rmtree(repository, ignore_errors=True)


def folder(settings: Settings) -> Path:
    return settings.home / "kafka"


def properties(settings: Settings, data: Path) -> str:
    """deploy/kafka/server.properties and what belongs to this stack."""
    broker, controller = settings.address("kafka"), settings.address("kafka-controller")
    return (SOURCE / "server.properties").read_text() + "\n".join([
        "",
        "# This stack's own:",
        f"listeners=PLAINTEXT://{broker},CONTROLLER://{controller}",
        f"advertised.listeners=PLAINTEXT://{broker},CONTROLLER://{controller}",
        f"controller.quorum.bootstrap.servers={controller}",
        f"log.dirs={data}",
        ""])


def java(settings: Settings, *arguments: str) -> list[str]:
    temporary = folder(settings) / "tmp"
    return ["java", "-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData", f"-Djava.io.tmpdir={temporary}",
            f"-Dlog4j2.configurationFile={SOURCE / 'log4j2.properties'}",
            "-cp", f"{JARS}/*", *arguments]


def prepare(settings: Settings) -> None:
    (folder(settings) / "tmp").mkdir(parents=True, exist_ok=True)
    data = folder(settings) / "data"
    if not data.exists():
        format_storage(settings, data)
    (folder(settings) / "server.properties").write_text(properties(settings, data))


def format_storage(settings: Settings, data: Path) -> None:
    """Makes the empty data folder; an interrupted attempt leaves nothing that looks finished."""
    partial = data.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    file = folder(settings) / "format.properties"
    file.write_text(properties(settings, partial))
    cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    if cluster_id.startswith("-"):  # The tool would take it for an option.
        cluster_id = "A" + cluster_id[1:]
    shell.run("formatting Kafka's storage",
              java(settings, "kafka.tools.StorageTool", "format", "--standalone",
                   "-t", cluster_id, "-c", str(file)),
              settings.log("kafka-format"), FORMAT_TIMEOUT_S)
    partial.rename(data)


def address(settings: Settings) -> tuple[str, int]:
    return HOST, settings.ports["kafka"]


KAFKA = Process(
    name="kafka",
    wave=1,
    ports=("kafka", "kafka-controller"),
    prepare=prepare,
    command=lambda settings: java(settings, "kafka.Kafka",
                                  str(folder(settings) / "server.properties")),
    is_ready=lambda settings: kafka_wire.answers(address(settings)),
    stop_timeout_s=30,
    ready_timeout_s=120,
)
