"""What a measurement was made on, and how busy that was."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")
MEMORY = Path("/proc/meminfo")
PROCESSORS = Path("/proc/cpuinfo")
LIBRARIES = ("faiss-cpu", "numpy", "onnxruntime", "SQLAlchemy")


def describe() -> dict[str, Any]:
    """Processor, cores, memory, system and libraries."""
    return {
        "processor": _field(PROCESSORS, "model name") or platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(int((_field(MEMORY, "MemTotal") or "0 kB").split()[0]) / 1e6),
        "system": f"{platform.system()}, Python {platform.python_version()}",
        "libraries": {name: _version(name) for name in LIBRARIES},
    }


def load() -> float:
    """Processes that wanted a core in the last minute; above the number of cores, all wait."""
    return round(os.getloadavg()[0], 1)


def memory_mb() -> dict[str, int]:
    """Resident memory of this process: all of it, its own, and mapped files."""
    names = {"total": "VmRSS", "own": "RssAnon", "mapped": "RssFile", "peak": "VmHWM"}
    return {
        name: int((_field(STATUS, key) or "0").split()[0]) // 1024 for name, key in names.items()
    }


def size_mb(folder: Path) -> int:
    """The size of all files below a folder."""
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6)


def _field(path: Path, name: str) -> str | None:
    if not path.exists():
        return None
    lines = path.read_text("utf-8", errors="replace").splitlines()
    found = (line.partition(":")[2].strip() for line in lines if line.startswith(name))
    return next(found, None)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
