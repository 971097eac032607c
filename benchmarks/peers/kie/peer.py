"""KIE, built once with Maven: then a command that analyses one DMN file."""

import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
_TARGET = HERE / "target"
_CLASSPATH = _TARGET / "classpath.txt"
_JAVA = 17
_NEEDED = f"""KIE needs Java {_JAVA} or later and Maven, and finds {{}}.
  Debian, Ubuntu:  apt install openjdk-{_JAVA}-jdk-headless maven
  macOS:           brew install openjdk@{_JAVA} maven
Or leave it out: python -m benchmarks.proof --no-kie"""


def build() -> None:
    """Fetches KIE (some 60 jars, the first time) and compiles Analysis.java; SystemExit says what to install."""
    lacking = [tool for tool in ("java", "javac", "mvn") if shutil.which(tool) is None]
    if lacking:
        raise SystemExit(_NEEDED.format(f"no {' and no '.join(lacking)}"))
    if _java_version() < _JAVA:
        raise SystemExit(_NEEDED.format(f"Java {_java_version()}"))
    command = ["mvn", "-B", "-q", "compile", "dependency:build-classpath", f"-Dmdep.outputFile={_CLASSPATH}"]
    built = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    if built.returncode:
        raise SystemExit(f"Maven cannot build KIE's peer:\n{built.stdout[-2_000:]}{built.stderr[-2_000:]}")


def command(file: Path, most: int, enough: float) -> list[str]:
    """Analyses the file at most so many times, and does not begin once more after `enough` seconds."""
    classpath = f"{_TARGET / 'classes'}:{_CLASSPATH.read_text().strip()}"
    return ["java", "-Xmx2g", "-Xss64m", "-cp", classpath, "benchmark.Analysis", str(file), str(most), str(enough)]


def versions() -> dict[str, str]:
    found = re.search(r"kie-dmn-validation-([\d.]+(?:\.Final)?)\.jar", _CLASSPATH.read_text())
    return {"KIE": found.group(1) if found else "unknown", "Java": str(_java_version())}


def _java_version() -> int:
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found.group(1)) if found else 0
