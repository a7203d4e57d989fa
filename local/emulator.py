"""AWS on this machine: ministack, with what Paraph relies on put right, as ``python -m local.emulator``.

Functions run under AWS's own runtime client, each in a process of its own that sees what it would see on AWS: its code,
its layers, the runtime and its own environment, and nothing of this machine's site-packages or variables.

It runs in a virtual environment of its own (`requirements/local.txt`); `local.stack` starts it with these variables:
those of ministack, API_TIMEOUT_SECONDS, FUNCTION_PYTHON (the interpreter of the functions), FUNCTION_RUNTIME (folder
with the runtime client), LAYER_CACHE and FUNCTION_LOGS (folders).
"""

import fcntl
import functools
import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import lambda_runtime
from ministack.core.responses import get_region
from ministack.services import lambda_svc

from local import asl_interpreter, gateway

ENDPOINT_URL = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
FUNCTION_RUNTIME = os.environ["FUNCTION_RUNTIME"]
LAYER_CACHE = Path(os.environ["LAYER_CACHE"])
FUNCTION_LOGS = Path(os.environ["FUNCTION_LOGS"])
RESPONSE_BYTES = 6_291_556

# -S leaves site-packages out: a dependency that is in no layer is missing here as it would be on AWS
BOOTSTRAP = f"""#!/bin/sh
exec "{os.environ["FUNCTION_PYTHON"]}" -S -m awslambdaric "$_HANDLER"
"""


class FunctionProcess(lambda_runtime.ProvidedWorker):  # type: ignore[misc]
    """One execution environment of a Python function: a process of AWS's runtime client behind the Runtime API."""

    def invoke(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Run the handler once, and refuse an answer that AWS would refuse for its size."""
        answer: dict[str, Any] = super().invoke(*args, **kwargs)
        size = len(json.dumps(answer.get("result"), ensure_ascii=False).encode())
        if answer["status"] != "ok" or size <= RESPONSE_BYTES:
            return answer
        message = f"Response payload size exceeded maximum allowed payload size ({RESPONSE_BYTES} bytes)."
        error = {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": message}
        return {**answer, "status": "error", "error": message, "error_payload": error}

    def _build_handler_class(self, *args: Any) -> Any:
        handler = super()._build_handler_class(*args)
        handler.disable_nagle_algorithm = True  # otherwise 40 ms of delayed acknowledgement for each call
        handler.wbufsize = 65536
        return handler

    def _drain_stderr_bounded(self, **_: Any) -> str:
        # The default waits 50 ms for a first line after each call
        lines: str = super()._drain_stderr_bounded(first_line_wait=0.003, idle_confirm=0.002)
        return lines

    def _pump_output(self, stream: Any, log_queue: Any) -> None:
        with (FUNCTION_LOGS / f"{self.func_name}.log").open("ab", buffering=0) as log:
            super()._pump_output(_Copied(stream, log), log_queue)


class _Copied:
    """A stream of lines that are also written to a file as they are read."""

    def __init__(self, stream: Any, copy: io.RawIOBase) -> None:
        self._stream, self._copy = stream, copy
        self.close = stream.close

    def readline(self) -> bytes:
        line: bytes = self._stream.readline()
        self._copy.write(line)
        return line


def install() -> None:
    """Run Python functions as processes of AWS's runtime client."""
    lambda_runtime._worker_class_for = lambda _config: FunctionProcess
    lambda_svc._execute_function_warm = lambda_svc._execute_function_provided_warm
    lambda_svc._provided_runtime_code_dir = functools.partial(_code_folder, lambda_svc._provided_runtime_code_dir)
    lambda_svc._provided_worker_env = _environment


def _code_folder(original: Callable[[bytes], str], code_zip: bytes) -> str:
    folder = original(code_zip)
    bootstrap = Path(folder, "bootstrap")
    with lambda_svc._provided_code_lock:  # two first calls at once must not find half a file
        if not bootstrap.exists():
            bootstrap.write_text(BOOTSTRAP)
            bootstrap.chmod(0o755)
    return folder


def _environment(config: dict[str, Any], code_folder: str, runtime_api_port: int) -> dict[str, str]:
    """What a function finds in its environment on AWS, and the address of this AWS."""
    name, runtime = config["FunctionName"], config["Runtime"]
    layers = [folder for layer in config.get("Layers", []) if (folder := _layer_folder(layer))]
    return {
        **lambda_svc._runtime_env_vars(config),
        **lambda_runtime.execution_credentials(config),
        "AWS_ENDPOINT_URL": ENDPOINT_URL,
        "AWS_REGION": get_region(),
        "AWS_DEFAULT_REGION": get_region(),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": os.urandom(16).hex(),
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{runtime_api_port}",
        "HOME": code_folder,  # where there is no .aws folder
        "LAMBDA_TASK_ROOT": code_folder,
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join([code_folder, *(f"{layer}/python" for layer in layers), FUNCTION_RUNTIME]),
        "PYTHONUNBUFFERED": "1",
        "TZ": ":UTC",
        "_HANDLER": config["Handler"],
    }


def _layer_folder(attachment: dict[str, Any] | str) -> str | None:
    """The unpacked layer; unpacked once for all functions and starts."""
    archive = lambda_svc._resolve_layer_zip(attachment)
    if not archive:
        return None
    folder = LAYER_CACHE / _digest(archive)
    LAYER_CACHE.mkdir(parents=True, exist_ok=True)
    with (LAYER_CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            zipfile.ZipFile(io.BytesIO(archive)).extractall(unfinished)
            unfinished.rename(folder)
    return str(folder)


@functools.lru_cache(8)
def _digest(archive: bytes) -> str:
    return hashlib.sha256(archive).hexdigest()


if __name__ == "__main__":
    FUNCTION_LOGS.mkdir(parents=True, exist_ok=True)
    install()
    asl_interpreter.install()
    gateway.install()
    app.main()
