"""`--engine`: where scoring runs, and what of the model has to be there."""

import contextlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stance.cli.completion import choices

if TYPE_CHECKING:
    from stance.scoring.cluster import RayOptions

ENGINES = ("local", "ray")

Engine = Annotated[
    str,
    typer.Option(
        help="Where scoring runs: local, or ray (docs/cluster.md)",
        autocompletion=choices(*ENGINES),
    ),
]
RayAddress = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT|auto",
        help="A Ray cluster that runs [default: $RAY_ADDRESS, else one on this machine that ends "
        "with the run]",
    ),
]
Actors = Annotated[
    int | None, typer.Option(help="Workers on Ray [default: as many as fit, one CPU left free]")
]
CpusPerActor = Annotated[
    int | None, typer.Option(help="CPUs of each worker on Ray, its model's threads [default: 1]")
]
GpusPerActor = Annotated[
    float | None,
    typer.Option(help="GPUs of each worker on Ray [default: 1 with --device cuda, else 0]"),
]
StallSeconds = Annotated[
    float | None,
    typer.Option(help="How long a worker on Ray may take over one part [default: 600]"),
]


def ray_options(
    engine: str,
    *,
    device: str,
    address: str | None,
    actors: int | None,
    cpus: int | None,
    gpus: float | None,
    stall_seconds: float | None,
) -> "RayOptions | None":
    """Return the options of the engine `ray`, None for `local`.

    Raises `UsageError` for another engine, and for options that the engine does not have.
    """
    from stance.errors import UsageError

    given = {
        "--ray-address": address, "--actors": actors, "--cpus-per-actor": cpus,
        "--gpus-per-actor": gpus, "--stall-seconds": stall_seconds,
    }  # fmt: skip
    if engine not in ENGINES:
        raise UsageError(f"no engine '{engine}'; give {' or '.join(ENGINES)}")
    if engine == "local":
        unused = next((name for name, value in given.items() if value is not None), None)
        if unused:
            raise UsageError(f"{unused} is for --engine ray; give that too, or leave it out")
        return None
    if device.startswith("cuda:"):
        raise UsageError(
            f"--device {device}: on Ray each worker is given its GPUs; use --device cuda"
        )
    from stance.scoring.cluster import RayOptions

    return RayOptions(
        address=address, actors=actors, cpus=1 if cpus is None else cpus,
        gpus=float(device == "cuda") if gpus is None else gpus,
        stall_seconds=600.0 if stall_seconds is None else stall_seconds,
    )  # fmt: skip


def load_or_pack(
    model: str,
    *,
    backend: str | None,
    first: str | None,
    above: list[str] | None,
    ray: "RayOptions | None",
    threads: int | None,
    device: str,
) -> Any:
    """Return the model, or the cascade of `first` and it: loaded, or packed for Ray's workers."""
    from stance import store
    from stance.errors import UsageError

    if above and first is None:
        raise UsageError("--cascade-above says how sure a first model must be; give --cascade too")
    if ray is None:
        load: Callable[..., Any] = store.load
    else:
        from stance.scoring.packed import pack

        load, threads = pack, threads or ray.cpus
    local = {"device": device, "threads": threads}
    if first is not None:
        from stance.cascade import load_cascade

        return load_cascade(first, model, above=above, backend=backend, load=load, **local)
    folder = store.find(model)
    kind = store.read_manifest(folder).kind
    return load(folder, backend=backend, **(local if kind == "transformer" else {}))


def only_rows_on_stdout(ray: "RayOptions | None") -> contextlib.AbstractContextManager[Any]:
    """Return a context in which what Ray tells of its workers goes to stderr: it uses stdout."""
    return contextlib.redirect_stdout(sys.stderr) if ray else contextlib.nullcontext()
