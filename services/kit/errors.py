"""Everything that can go wrong, in one tree.

DatelineError
├── SettingsError            the deployment is set up wrongly; the start is refused
├── ServiceFailed            the process has to end; `exit_code` tells its supervisor why
│   ├── Stuck                nothing moves although there is work
│   └── BrakePulled          too much failed in a suspicious way
├── DependencyDown           database or broker does not answer; wait in place, move nothing
└── UnitFailed               one unit of work cannot be done; it ends in `failures`
    ├── Undecodable          bytes on a topic that are no record of ours
    ├── FetchFailed          a request got no usable answer
    │   └── FetchRefused     we do not send that request: address, scheme, port, redirect
    ├── WorkFailed           a worker process could not do its task
    └── Rejected             an input is well-formed and is not what we take

Errors of foreign libraries end at the adapter that calls the library. Each error has a `code` (stable, from a closed
list for each class), says whether trying again later can help (`retryable`), and in which `stage` it happened.
"""

from typing import Literal

Stage = Literal["starting", "receiving", "processing", "sending"]


class DatelineError(Exception):
    """Base of all errors that Dateline raises on purpose.

    Args are kept as given, so that an error survives pickling on its way out of a worker process.
    """

    stage: Stage = "processing"
    suspicious = False
    """True where the cause may be our own code or contract: too many of these stop a service (the brake)."""

    def __init__(self, code: str, message: str = "", *, retryable: bool = False) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.retryable = retryable

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" if self.message else self.code

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.code, self.message, self.retryable))


def _rebuild(kind: type[DatelineError], code: str, message: str, retryable: bool) -> DatelineError:  # noqa: FBT001 - called by pickle
    return kind(code, message, retryable=retryable)


class SettingsError(DatelineError):
    """The settings of this deployment are wrong. The process ends with exit code 2."""

    stage: Stage = "starting"


class ServiceFailed(DatelineError):  # noqa: N818 - named after what is the case
    """The process has to end. Exit codes: 3 stuck, 5 brake."""

    exit_code = 1


class Stuck(ServiceFailed):
    """Nothing moves although there is work; a fresh start may help."""

    exit_code = 3


class BrakePulled(ServiceFailed):
    """Too much failed in a suspicious way."""

    exit_code = 5


class DependencyDown(DatelineError):  # noqa: N818 - named after what is the case
    """A database or a broker does not answer. Work stays where it is until it does."""

    def __init__(self, code: str, message: str = "", *, retryable: bool = True) -> None:
        super().__init__(code, message, retryable=retryable)


class UnitFailed(DatelineError):  # noqa: N818 - named after what is the case
    """One unit of work cannot be done."""


class Undecodable(UnitFailed):
    """Bytes on a topic that are no record of ours, or of a major version that we do not know."""

    stage: Stage = "receiving"
    suspicious = True


class FetchFailed(UnitFailed):
    """A request got no usable answer. Codes: `fetch.*`."""

    stage: Stage = "receiving"


class FetchRefused(FetchFailed):
    """We do not send such a request. Codes: `fetch.url_refused`, `fetch.address_refused`, `fetch.redirect_limit`."""


class WorkFailed(UnitFailed):
    """A worker process could not do its task. Codes: `work.deadline`, `work.died`, `work.unexpected`."""

    suspicious = True


class Rejected(UnitFailed):
    """An input is well-formed and is not what we take, for example a page without text."""
