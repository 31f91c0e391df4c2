"""An adapter or a merged model to the Hub, because it was asked for by name.

In: a folder that docgen made, and a repository. Out: the upload, or what would be uploaded. Only a model's own files go: what
was held out, read or left out while training stays here, since it quotes the team's documents.
"""

from __future__ import annotations

import re
from pathlib import Path

import httpx2
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

from docgen.report import DocgenError, InputError, Report
from docgen.writers import ADAPTER_RECORD

_REPOSITORY = re.compile(r"[\w][\w.-]*/[\w][\w.-]*")
_GOES = (
    *("README.md", "LICENSE*", ADAPTER_RECORD, "adapter_config.json", "config.json", "generation_config.json"),
    *("*.safetensors", "*.safetensors.index.json", "tokenizer*", "special_tokens_map.json", "vocab.json", "merges.txt"),
    *("chat_template.jinja", "training-curves.svg"),
)


def files_to_push(folder: Path) -> list[Path]:
    """The files of a model or an adapter that make it what it is. Raises InputError where there is neither."""
    if not (folder / "adapter_config.json").is_file() and not (folder / "config.json").is_file():
        raise InputError("neither an adapter nor a model", str(folder), "name what docgen train or docgen export made")
    if (folder / "checkpoints").exists():
        raise InputError("its training is not finished", str(folder), "docgen train --resume ends it")
    return sorted({path for pattern in _GOES for path in folder.glob(pattern) if path.is_file() and not path.is_symlink()})


def push(folder: Path, repository: str, *, public: bool = False, dry_run: bool = False, endpoint: str | None = None) -> Report:
    """Uploads a folder to `repository` (OWNER/NAME), which is made, private unless `public`, where there is none.

    Raises InputError for a folder or a name that cannot be pushed, DocgenError where the Hub is not reached or says no.
    """
    if not _REPOSITORY.fullmatch(repository):
        raise InputError(f"not a repository's name: {repository!r}", fix="write it as OWNER/NAME")
    files = files_to_push(folder)
    size = sum(path.stat().st_size for path in files)
    seen_by = "public" if public else "private"
    listed = "\n".join(f"  {path.name} ({path.stat().st_size:,} bytes)" for path in files)
    if not any(path.name == "README.md" for path in files):
        listed += f"\nno README.md: the Hub will show no card (docgen write {folder} makes one)"
    if dry_run:
        table = (
            f"would push {len(files)} files, {size / 1e6:,.1f} MB, to https://huggingface.co/{repository} "
            f"({seen_by} where it is new):\n{listed}\nnothing was sent"
        )
        return Report("push", summary={"files": [path.name for path in files], "bytes": size, "dry_run": True}, table=table)
    try:
        hub = HfApi(endpoint=endpoint)
        hub.create_repo(repository, private=not public, exist_ok=True, repo_type="model")
        commit = hub.upload_folder(
            repo_id=repository,
            folder_path=folder,
            allow_patterns=[path.name for path in files],
            commit_message=f"{folder.resolve().name}, made by docgen",
        )
    except OfflineModeIsEnabled as error:
        fix = "unset HF_HUB_OFFLINE, or push from another machine"
        raise DocgenError("the Hub's library is set to work offline", repository, fix) from error
    except HfHubHTTPError as error:
        fix = "log in with `hf auth login`, or set HF_TOKEN to a token that may write there"
        raise DocgenError(f"the Hub refused: {_first_line(error)}", repository, fix) from error
    except (OSError, httpx2.HTTPError) as error:
        fix = "check the network, and try again"
        raise DocgenError(f"the Hub was not reached: {_first_line(error)}", repository, fix) from error
    table = f"pushed {len(files)} files, {size / 1e6:,.1f} MB, to {repository}: {commit.commit_url}"
    return Report(
        "push", summary={"files": [path.name for path in files], "bytes": size, "url": commit.commit_url}, table=table
    )


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
