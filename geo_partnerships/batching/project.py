"""The project file of a batch: which authorities, by which scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.intake.formats.files import read_bytes
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.intake.formats.strict_toml import read_toml
from geo_partnerships.systems import is_file

_ADDRESS = r"^(https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._/-]*)?)?$"
Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Together(_Table):
    """Schools of several authorities that are planned as one problem."""

    name: Name = Field(description="name of the region or trust; it stands where an authority's would")
    authorities: tuple[str, ...] = Field((), description="codes; these authorities are then not planned alone")
    schools: tuple[str, ...] = Field((), description="URNs, of a trust say; their authorities keep them as well")
    scenario: str = Field("", description="its own scenario; default the project's")

    @model_validator(mode="after")
    def _says_whom(self) -> Self:
        if not self.authorities and not self.schools:
            raise ValueError("name authorities or schools")
        return self


class Project(_Table):
    """All that one batch needs to know.

    Parameters
    ----------
    root
        Folder of the project file; other paths in it start here.
    """

    title: str = Field("", max_length=200, description="title of the site")
    register_file: str = Field(
        "", alias="register", description="register-like CSV (may be gzipped): urn, name, la_code, la_name, …"
    )
    folders: str = Field("", description="or a folder that holds a data folder for each authority")
    scenario: Name = Field(description="TOML file for all, or the name of a scenario in each folder")
    own: dict[str, str] = Field(default_factory=dict, description="scenario by authority, where it has its own")
    authorities: tuple[str, ...] = Field((), description="codes or folder names; none means all")
    changes: tuple[str, ...] = Field((), alias="set", description="changes to every scenario, e.g. area.partnerships=9")
    average_size: float | None = Field(
        None, ge=1, le=10_000, description="schools in a partnership on average: gives each authority its number"
    )
    merge_successors: bool = Field(True, description="a school and the one whose place it took count once")
    together: tuple[Together, ...] = Field((), description="problems over several authorities")
    address: str = Field("", pattern=_ADDRESS, description="where the site will stand; for its sitemap")
    root: Path = Field(Path(), exclude=True, repr=False, alias="root folder")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if bool(self.register_file) == bool(self.folders):
            raise ValueError("give either register or folders")
        if self.together and not self.register_file:
            raise ValueError("together needs a register")
        return self

    def path(self, name: str) -> Path:
        """Return a path of the project file as seen from here."""
        return self.root / name


def read_project(path: Path) -> Project:
    """Read a project file.

    Raises
    ------
    UsageError
        There is no such file.
    BadDataError
        Keys that are unknown or out of range; one finding each.
    """
    if not is_file(path):
        raise UsageError(f"There is no project file {path}.")
    noticed = Noticed(path.name)
    data = read_bytes(path, noticed)
    table = None if data is None else read_toml(data, noticed)
    if noticed.has_errors or table is None:
        raise BadDataError(noticed.findings)
    try:
        return Project.model_validate({**table, "root folder": path.parent})
    except ValidationError as error:
        raise BadDataError(_finding(dict(item), path.name) for item in error.errors(include_url=False)) from None


def _finding(error: dict[str, Any], file: str) -> Finding:
    unknown = error["type"] == "extra_forbidden"
    return Finding(
        code="project-unknown-key" if unknown else "project-value",
        severity=Severity.ERROR,
        file=file,
        field=".".join(str(part) for part in error["loc"])[:120],
        message="there is no such key." if unknown else f"{str(error['msg']).removeprefix('Value error, ')}.",
        fix=f"Known: {', '.join(_known(error['loc']))}." if unknown else "Correct it.",
    )


def _known(place: tuple[object, ...]) -> list[str]:
    fields = (Project if len(place) == 1 else Together).model_fields
    return [field.alias or name for name, field in fields.items() if name != "root"]
